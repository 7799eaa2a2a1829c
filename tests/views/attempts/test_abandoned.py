"""An attempt that a crash left without an outcome is unknown: on the page, and in the chain."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import Config
from dashboard.services.actors import Actor
from dashboard.services.attempts.intents import Intent
from dashboard.services.permissions import Permission, Role
from dashboard.services.registry import Services
from dashboard.store.audit import chain as audit
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.staff.members import StaffMember
from tests.faults.support.operations import Sending
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import registration, send, trail
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

ACTION = "users:register"


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


@pytest.fixture
def left(app: Flask, admin: Visitor, only_member: StaffMember) -> int:
    """An attempt whose process was killed before it had an outcome."""
    assert admin
    services: Services = app.extensions["services"]
    intent = Intent(only_member.id, Permission.USERS_REGISTER, None, "nonce")
    services.attempts.log.start(Sending(intent, {}), Actor(only_member.id))
    return 3


def later(clock: TestClock, visitor: Visitor) -> None:
    clock.advance(seconds=61)
    visitor.get("/users")


def test_it_is_read_as_unknown_after_a_minute(
    admin: Visitor, left: int, clock: TestClock, database: Database
) -> None:
    assert "No entries" in admin.get(f"/audit?outcome=unknown&action={ACTION}").words
    assert "In progress" in admin.get(f"/audit/{left}").words
    later(clock, admin)
    found = admin.get(f"/audit?outcome=unknown&action={ACTION}")
    assert f'href="/audit/{left}"' in found.text
    assert "No entries" in admin.get(f"/audit?outcome=attempted&action={ACTION}").words
    assert "Not confirmed" in admin.get(f"/audit/{left}").words.split("#3")[0]
    assert trail(database, ACTION) == [("attempted", None)]


def test_the_next_attempt_records_it(
    admin: Visitor,
    left: int,
    clock: TestClock,
    database: Database,
    simulator: RunningSimulator,
    chain: Chain,
) -> None:
    assert simulator
    send(admin, "/users", registration(), status=303)
    assert ("unknown", left) not in trail(database, ACTION)
    later(clock, admin)
    send(admin, "/users", registration(), status=303)
    assert trail(database, ACTION).count(("unknown", left)) == 1
    assert "left without an outcome" in admin.get(f"/audit/{left}").words
    with database.read() as connection:
        assert audit.verify(connection, chain.keys) is None


@pytest.mark.long
@pytest.mark.parametrize("seconds", [59, 61])
def test_workers_that_start_at_once_record_it_once(
    config: Config, left: int, clock: TestClock, database: Database, chain: Chain, seconds: int
) -> None:
    clock.advance(seconds=seconds)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: create_app(config, clock), range(4)))
    assert trail(database, ACTION).count(("unknown", left)) == (seconds > 60)
    with database.read() as connection:
        assert audit.verify(connection, chain.keys) is None


def test_it_is_recorded_at_once_where_the_clock_was_put_back(
    app: Flask, left: int, clock: TestClock, database: Database
) -> None:
    clock.advance(hours=-1)
    services: Services = app.extensions["services"]
    services.attempts.log.expire_abandoned()
    assert trail(database, ACTION) == [("attempted", None), ("unknown", left)]


def test_a_bug_while_it_is_sent_leaves_it_unknown_at_once(
    app: Flask, admin: Visitor, only_member: StaffMember, database: Database
) -> None:
    assert admin
    services: Services = app.extensions["services"]
    intent = Intent(only_member.id, Permission.USERS_REGISTER, None, "nonce")
    with pytest.raises(AssertionError):
        services.attempts.log.perform(Sending(intent, {}), Actor(only_member.id))
    (_, attempt), (outcome, of) = trail(database, ACTION)
    assert (attempt, outcome) == (None, "unknown")
    assert of is not None
