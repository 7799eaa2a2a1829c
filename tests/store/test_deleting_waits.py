"""Nothing is deleted by its age unless the API's clock shows that this machine's is right."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from dashboard.config.settings import Config
from dashboard.partner.telemetry import CallRecord, CallResult
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.directory.rows import SeenUser
from dashboard.store.schema import directory
from dashboard.wiring import build_services
from dashboard.worker import MaintenanceWorker
from tests.rules.test_retention import ROWS
from tests.support.clock import TestClock

pytestmark = pytest.mark.on_postgres
YEAR, HOUR = timedelta(days=365), timedelta(hours=1)
Left = Callable[[], int]


@pytest.fixture
def services(config: Config, database: Database, clock: TestClock) -> Services:
    return build_services(config, database, clock)


@pytest.fixture
def worker(services: Services, clock: TestClock) -> MaintenanceWorker:
    return MaintenanceWorker(services, clock)


@pytest.fixture
def left(database: Database, clock: TestClock) -> Left:
    """Keep a user who is gone; return how many are left."""
    gone = SeenUser(uuid4(), "gone@example.com", "active", None, None, None)
    with database.write() as connection:
        rows.record(connection, [gone], clock())
        connection.execute(update(directory).values(gone_at=clock()))

    def count() -> int:
        with database.read() as connection:
            return connection.execute(select(func.count()).select_from(directory)).scalar_one()

    return count


def tell(services: Services, clock: TestClock, api_at: datetime) -> None:
    """Let a call be answered at a time of the API's clock."""
    call = CallRecord(clock(), "GET", "/users", 200, 5, CallResult.OK, "", api_at, "pair")
    services.upstream.monitor.observe(call)
    services.upstream.monitor.flush()


def test_a_clock_a_year_ahead_deletes_nothing(
    services: Services, worker: MaintenanceWorker, clock: TestClock, left: Left
) -> None:
    tell(services, clock, clock())
    clock.offset = YEAR
    worker.run_once()
    tell(services, clock, clock() - YEAR)
    worker.run_once()
    clock.offset = timedelta()
    worker.run_once()
    assert left() == 1


def test_it_is_deleted_once_the_api_s_clock_agrees(
    services: Services, worker: MaintenanceWorker, clock: TestClock, left: Left
) -> None:
    clock.offset = YEAR
    tell(services, clock, clock() - HOUR / 2)
    worker.run_once()
    assert left() == 0


def test_without_an_answer_of_the_last_hour_nothing_is_deleted(
    services: Services,
    worker: MaintenanceWorker,
    clock: TestClock,
    left: Left,
) -> None:
    clock.offset = YEAR
    with capture_logs() as lines:
        for api_at in (None, clock() - 2 * HOUR):
            if api_at:
                tell(services, clock, api_at)
            worker.run_once()
            worker.run_once()
            assert left() == 1
        tell(services, clock, clock())
        worker.run_once()
    told = [line["event"] for line in lines if line["event"].startswith("deleting")]
    assert (told, left()) == (["deleting_waits", "deleting_goes_on"], 0)


def test_a_time_that_the_api_told_from_a_far_future_is_replaced_by_the_next(
    services: Services, worker: MaintenanceWorker, clock: TestClock, left: Left
) -> None:
    clock.offset = YEAR
    for api_at in (clock() + 3 * YEAR, clock()):
        tell(services, clock, api_at)
    worker.run_once()
    assert left() == 0


def test_what_is_kept_for_days_is_deleted_by_steps_that_wait(worker: MaintenanceWorker) -> None:
    waiting = {getattr(each, "__qualname__", "") for each in worker.delete_by_age}
    days = re.compile(r"\b(\d\d+|[2-9]) days|_DAYS")
    named = {step.strip("`") for *_, lasts, step in ROWS if step != "–" and days.search(lasts)}
    assert named <= waiting
