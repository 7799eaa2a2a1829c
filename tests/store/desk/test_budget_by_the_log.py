"""The budget of background calls, as the simulator's log has it: kept to the second under 429s."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from dashboard.config.settings import load_config
from dashboard.store.db.database import Database
from dashboard.wiring import build_services
from dashboard.worker import MaintenanceWorker
from tests.support.clock import TestClock
from tests.support.servers.simulator_process import (
    LoggedRequest,
    RunningSimulator,
    start_simulator,
    vendor_like_pair,
)

PER_MIN, LATE = 12, 0.3  # and what part of a call a busy machine may take to make one
SECOND = timedelta(seconds=1)
pytestmark = pytest.mark.long  # ten minutes, second by second


@pytest.fixture(scope="module")
def simulator_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    """One whose list has more pages than the budget has calls for minutes."""
    folder = tmp_path_factory.mktemp("long-list")
    with start_simulator(folder, users=4000, first=vendor_like_pair()) as running:
        yield running


@pytest.fixture
def retry_after_s(request: pytest.FixtureRequest) -> int | None:
    """Return what the API asks for with a 429, None for the start of its next minute."""
    seconds: int | None = request.param
    return seconds


@pytest.fixture
def calls(
    settings: dict[str, str],
    database: Database,
    clock: TestClock,
    simulator: RunningSimulator,
    retry_after_s: int | None,
) -> list[LoggedRequest]:
    """Let the worker work for ten minutes, second by second, at an API that limits it."""
    config = load_config(None, **settings, UPSTREAM_BUDGET_PER_MIN=str(PER_MIN))
    worker = MaintenanceWorker(build_services(config, database, clock), clock)
    limit = {"status": 429, "beyond_per_min": 5, "retry_after_s": retry_after_s}
    simulator.set_faults([limit])
    for _ in range(600):
        worker.sync_once()
        clock.advance(seconds=1)
        simulator.move(SECOND)
    return simulator.requests()


def at(call: LoggedRequest) -> datetime:
    return datetime.fromisoformat(call.at)


@pytest.mark.parametrize("retry_after_s", [None, 90], indirect=True)
def test_each_429_halves_the_budget_and_nothing_is_asked_before_its_time(
    calls: list[LoggedRequest], retry_after_s: int | None
) -> None:
    assert {call.status for call in calls} == {200, 429}
    rate, tokens, before = float(PER_MIN), float(PER_MIN), at(calls[0])
    for call, later in zip(calls, [*calls[1:], None], strict=True):
        passed = at(call) - before
        rate = min(rate + PER_MIN * (passed / timedelta(hours=1)), PER_MIN)
        tokens = min(tokens + rate * (passed / timedelta(minutes=1)), rate) - 1
        assert tokens > -LATE, call.at
        if call.status == 429:
            rate, tokens = rate / 2, 0.0
        if call.status == 429 and later:
            pause_s = retry_after_s or 59 - at(call).second
            assert at(later) - at(call) >= SECOND * pause_s
        before = at(call)
