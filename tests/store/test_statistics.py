"""The worker lets SQLite look at its tables once a day, and one of two workers does."""

from datetime import timedelta

import pytest

from dashboard.config.settings import Config
from dashboard.services.operations.statistics import NAME, Statistics
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.maintenance import statistics
from dashboard.store.upstream import observations
from dashboard.wiring import build_services
from dashboard.worker import MaintenanceWorker
from tests.bench.audit_fill import fill
from tests.support import databases
from tests.support.clock import TestClock

MANY = 200


@pytest.fixture(autouse=True)
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "MANY", MANY)


def known(database: Database) -> set[str]:
    """Return the tables of which SQLite knows something."""
    with database.read() as connection:
        is_there = "SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'"
        if not connection.exec_driver_sql(is_there).scalar():
            return set()
        return {*connection.exec_driver_sql("SELECT tbl FROM sqlite_stat1").scalars()}


@pytest.mark.sqlite
def test_they_are_refreshed_once_a_day_and_noted(
    database: Database, chain: Chain, clock: TestClock
) -> None:
    fill(database, chain, MANY)
    refreshed = Statistics(database, clock)
    assert known(database) == set()
    assert refreshed.refresh()
    assert known(database) == {"audit"}  # of the others there are few rows
    with database.read() as connection:
        seen = observations.find(connection, NAME)
    assert seen is not None
    assert clock() - seen.at < timedelta(seconds=5)
    clock.advance(hours=23)
    assert not refreshed.refresh()
    clock.advance(hours=1)
    assert refreshed.refresh()


@pytest.mark.sqlite
def test_one_of_two_workers_does_it(database: Database, clock: TestClock) -> None:
    other = databases.another(database)
    both = [Statistics(each, clock).refresh() for each in (database, other)]
    other.close()
    assert both == [True, False]


@pytest.mark.sqlite
def test_a_round_of_the_worker_does_it(
    config: Config, database: Database, chain: Chain, clock: TestClock
) -> None:
    fill(database, chain, MANY)
    MaintenanceWorker(build_services(config, database, clock), clock).run_once()
    assert "audit" in known(database)


def test_a_server_does_it_without_us(database: Database, clock: TestClock) -> None:
    assert Statistics(database, clock).refresh() == database.is_file
