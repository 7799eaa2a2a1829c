"""What the worker deletes of sessions, one-time links and sweeps, and what it leaves."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dashboard.config.settings import Config
from dashboard.services.directory.control import KEPT
from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.directory import sweeps
from dashboard.store.directory.sweeps import ListProblem, Result
from dashboard.store.schema import (
    metadata,
    sessions,
    staff_links,
    sweep_problems,
)
from dashboard.store.schema import sweeps as sweep_table
from dashboard.wiring import build_services
from dashboard.worker import MaintenanceWorker
from tests.support.clock import TestClock
from tests.support.people import LogIn


@pytest.fixture
def services(config: Config, database: Database, clock: TestClock) -> Services:
    return build_services(config, database, clock)


def count(database: Database, table: str) -> int:
    statement = select(func.count()).select_from(metadata.tables[table])
    with database.read() as connection:
        return connection.execute(statement).scalar_one()


def test_a_session_goes_a_day_after_its_end(
    services: Services, database: Database, clock: TestClock, config: Config, log_in: LogIn
) -> None:
    log_in(Role.VIEWER)
    clock.advance(hours=23, minutes=config.session_idle_min)
    MaintenanceWorker(services, clock).run_once()
    assert count(database, sessions.name) == 1
    clock.advance(hours=1, minutes=1)
    MaintenanceWorker(services, clock).run_once()
    assert count(database, sessions.name) == 0


def test_a_one_time_link_goes_90_days_after_its_end(
    services: Services, database: Database, clock: TestClock
) -> None:
    services.staff.members.invite("ana@example.com", "Ana", [Role.ADMIN])
    clock.advance(days=90)
    services.auth.links.remove_old()
    assert count(database, staff_links.name) == 1
    clock.advance(days=3)
    services.auth.links.remove_old()
    assert count(database, staff_links.name) == 0


def make_sweeps(database: Database, clock: TestClock, results: dict[int, Result]) -> None:
    """Make 120 sweeps, each with a problem; the others are stuck."""
    for number in range(1, 121):
        at = clock() + timedelta(hours=number)
        with database.write() as connection:
            sweeps.start(connection, at)
            sweep = sweeps.find_last(connection)
            assert sweep
            sweeps.note_problem(connection, sweep.id, ListProblem.GAP, page=1, at=at)
            done = {"finished_at": at, "result": results.get(number, Result.STUCK)}
            connection.execute(
                sweep_table.update().where(sweep_table.c.id == sweep.id).values(done)
            )


@pytest.mark.parametrize(
    ("complete", "left"),
    [
        (dict.fromkeys((118, 119, 120), Result.COMPLETE), KEPT),
        (dict.fromkeys((3, 7, 90), Result.COMPLETE), 120 - 6),
        (dict.fromkeys((5,), Result.COMPLETE), 120 - 4),
        ({}, KEPT),
    ],
    ids=["newest complete", "two complete of long ago", "one complete", "none complete"],
)
def test_the_newest_sweeps_and_the_last_two_complete_ones_stay(
    services: Services,
    database: Database,
    clock: TestClock,
    complete: dict[int, Result],
    left: int,
) -> None:
    make_sweeps(database, clock, complete)
    with database.read() as connection:
        before = [each.id for each in sweeps.complete(connection, 2)]
    services.directory.control.remove_old()
    services.directory.control.remove_old()
    assert count(database, sweep_table.name) == count(database, sweep_problems.name) == left
    with database.read() as connection:
        assert [each.id for each in sweeps.complete(connection, 2)] == before
