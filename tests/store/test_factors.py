"""Second factors in the database: of many who use the same one at the same time, one succeeds."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from webauthn.helpers import bytes_to_base64url

from dashboard.config.settings import Config
from dashboard.crypto.encryption import Encryptor
from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.auth.mfa import recovery_codes as codes
from dashboard.services.auth.mfa import totp
from dashboard.services.auth.mfa.passkeys import Challenges
from dashboard.services.auth.mfa.verify import FactorVerifier, sealed_about
from dashboard.store.auth import authenticators, recovery_codes
from dashboard.store.db.database import Database
from dashboard.store.staff import members as staff
from dashboard.store.staff.members import StaffMember
from tests.support.clock import TestClock
from tests.support.databases import url_for
from tests.support.pages.factors import code_of
from tests.support.people import Hire

AT_ONCE = 8


@pytest.fixture
def member(hire: Hire, database: Database) -> StaffMember:
    email, _ = hire()
    with database.read() as connection:
        found = staff.find(connection, email)
    assert found
    return found


def at_once(act: Callable[[], bool]) -> list[bool]:
    """Do the same in several threads at the same moment."""
    barrier, done = threading.Barrier(AT_ONCE), []

    def run() -> None:
        barrier.wait()
        done.append(act())

    threads = [threading.Thread(target=run) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def test_a_code_is_taken_by_one(
    member: StaffMember, database: Database, config: Config, clock: TestClock
) -> None:
    sealer = Encryptor(config.keyring.keys(KeyPurpose.FACTOR))
    secret = totp.new_secret()
    with database.write() as connection:
        sealed = sealer.seal(secret, sealed_about(member.id))
        authenticators.put(connection, member.id, sealed, sealer.key_id, 0, clock())
    code = code_of(secret, clock())
    factors = FactorVerifier(database, sealer, (), clock)
    assert sum(at_once(lambda: factors.check_code(member, code))) == 1


def test_a_recovery_code_is_taken_by_one(
    member: StaffMember, database: Database, config: Config, clock: TestClock
) -> None:
    made = codes.make()
    with database.write() as connection:
        recovery_codes.replace(connection, member.id, map(codes.hash_of, made))
    sealer = Encryptor(config.keyring.keys(KeyPurpose.FACTOR))
    factors = FactorVerifier(database, sealer, (), clock)
    assert sum(at_once(lambda: factors.check_recovery_code(member, made[0]))) == 1


def test_a_challenge_is_taken_by_one_of_all_workers(
    database: Database, clock: TestClock, tmp_path: Path
) -> None:
    challenge = bytes_to_base64url(Challenges(database, clock).make())
    workers = [Database(url_for(tmp_path)) for _ in range(2)]
    each = iter(range(AT_ONCE))

    def take() -> bool:
        return bool(Challenges(workers[next(each) % 2], clock).take(challenge))

    assert sum(at_once(take)) == 1
    for worker in workers:
        worker.close()
