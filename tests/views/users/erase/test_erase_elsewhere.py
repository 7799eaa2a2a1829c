"""`python -m dashboard erase USER_ID`, and the worker's own erasing of users who are gone."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import update

from dashboard.services.registry import Services
from dashboard.services.users.erasure import BATCH_SIZE
from dashboard.store import erasure
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.directory.rows import SeenUser
from dashboard.store.maintenance import leftovers
from dashboard.store.schema import directory, registrations
from dashboard.worker import MaintenanceWorker
from tests.support import databases
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.forms import trail
from tests.support.pages.known_user import KnownUser, admin, known, tables_naming
from tests.support.pages.losses import services
from tests.unit.cli.test_command_line import Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture

__all__ = ["admin", "known", "services"]
REASON = "--reason=Requested"


def named_in(database: Database, known: KnownUser) -> set[str]:
    with database.read() as connection:
        return tables_naming(connection, known)


def entries(database: Database, action: str) -> list[dict[str, object]]:
    return [json.loads(row.details) for row in audit_log.entries(database, action)]


def test_a_shell_erases_a_user_and_says_what_comes_back(
    run: Run, settings: dict[str, str], admin: Visitor, database: Database, known: KnownUser
) -> None:
    done = run(f"erase {known.id} {REASON}", settings=settings)
    assert (done.returncode, done.stderr) == (0, "")
    (rows_erased,) = entries(database, "users:erase")
    logged = {name: rows_erased[name] for name in ("requests", "visits")}  # as often as it took
    assert all(logged.values())
    assert rows_erased == dict.fromkeys(rows_erased, 1) | {"sightings": 2} | logged
    names = [each.table.name for each in erasure.ERASED]
    told = [f"{name} {rows_erased[name]}" for name in names]
    assert done.stdout.splitlines() == [
        f"Erased: {', '.join(told)}",
        "Backups keep the user until they expire.",
        "While the API lists the user, opening them or the next sweep brings back the API's data.",
    ]
    assert named_in(database, known) == set()
    with database.read() as connection:
        assert not leftovers.are_expected(connection)
    assert trail(database, "users:erase") == [("succeeded", None)]
    assert "from the command line" in admin.get(f"/users/{known.id}/erase").words
    again = run(f"erase {known.id} {REASON}", settings=settings)
    assert (again.returncode, again.stdout) == (0, "We keep nothing about this user.\n")
    assert run("audit verify", settings=settings).returncode == 0


def test_a_shell_needs_a_user_and_a_reason(
    run: Run, settings: dict[str, str], known: KnownUser, database: Database
) -> None:
    assert run(f"erase {known.id}", settings=settings).returncode == 2
    assert run(f"erase {known.id} --reason=no", settings=settings).returncode == 2
    for other in ("ana@example.com", "0x" + "1" * 30, "\u0661" * 32):
        refused = run(f"erase {other} {REASON}", settings=settings)
        assert (refused.returncode, other in refused.stderr) == (2, False)
    assert trail(database, "users:erase") == []


def test_a_shell_waits_for_an_outcome_too(
    run: Run, settings: dict[str, str], known: KnownUser, database: Database
) -> None:
    with database.write() as connection:
        connection.execute(update(registrations).values(state="unknown"))
    done = run(f"erase {known.id} {REASON}", settings=settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert "can't be erased yet" in done.stderr
    assert trail(database, "users:erase") == []


def gone(database: Database, clock: TestClock, known: KnownUser, **ago: float) -> None:
    with database.write() as connection:
        of_user = update(directory).where(directory.c.user_id == known.id)
        connection.execute(of_user.values(gone_at=clock() - timedelta(**ago)))


def test_who_is_gone_for_longer_than_we_keep_them_is_erased_by_the_worker(
    services: Services, database: Database, clock: TestClock, known: KnownUser
) -> None:
    worker = MaintenanceWorker(services, clock)
    gone(database, clock, known, days=89)
    worker.run_once()
    assert named_in(database, known)
    gone(database, clock, known, days=91)
    worker.run_once()
    assert named_in(database, known) == set()
    assert entries(database, "users:expire") == [{"users": 1}]
    assert services.audit.log.verify() is None
    with database.read() as connection:
        assert not leftovers.are_expected(connection)
    worker.run_once()
    assert len(entries(database, "users:expire")) == 1


def test_many_who_are_gone_go_a_batch_and_an_entry_at_a_time(
    services: Services, database: Database, clock: TestClock
) -> None:
    users = [
        SeenUser(uuid4(), f"ana{number}@example.com", "active", None, None, None)
        for number in range(BATCH_SIZE + 20)
    ]
    with database.write() as connection:
        rows.record(connection, users, clock())
        connection.execute(update(directory).values(gone_at=clock() - timedelta(days=100)))
    assert services.users.erasure.erase_gone() == BATCH_SIZE
    assert services.users.erasure.erase_gone() == 20
    assert services.users.erasure.erase_gone() == 0
    assert entries(database, "users:expire") == [{"users": BATCH_SIZE}, {"users": 20}]


def test_what_cannot_be_recorded_is_not_erased_by_the_worker(
    services: Services, database: Database, clock: TestClock, known: KnownUser
) -> None:
    gone(database, clock, known, days=91)
    with database.write() as connection:
        databases.refuse(connection, "INSERT ON audit")
    MaintenanceWorker(services, clock).run_once()
    assert named_in(database, known)


def test_what_would_be_erased_is_counted_by_table(database: Database) -> None:
    with database.read() as connection:
        counted = erasure.count(connection, erasure.find(connection, [UUID(int=1)]))
    assert set(counted.values()) == {0}
