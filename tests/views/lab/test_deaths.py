"""A worker that dies, and answers that are lost: no step is sent twice."""

from datetime import timedelta

import pytest

from dashboard.services.actors import WORKER
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.jobs import JobWorker, states
from tests.support.pages.lab import start
from tests.support.pages.losses import HAPPENED
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres
WRITES = ["/api/v1/partner/users", "/api/v1/partner/kyc"]


def writes(simulator: RunningSimulator) -> list[str]:
    return [call.path for call in simulator.requests() if call.method == "POST"]


def test_a_worker_that_dies_after_any_step_loses_and_repeats_nothing(
    onboarding: Visitor,
    worker: JobWorker,
    simulator: RunningSimulator,
    database: Database,
    clock: TestClock,
) -> None:
    run = start(onboarding, "active")
    runner = worker.services.jobs.runner
    for _ in range(5):  # four steps, and the end
        taken = runner._take()  # noqa: SLF001  the moment between two transactions
        assert not isinstance(taken, timedelta)
        runner._perform(taken)  # noqa: SLF001  the same: what came of it is not noted
        clock.advance(seconds=61)
    worker.work()
    assert states(database, run) == ["done"]
    assert writes(simulator) == WRITES


def test_a_step_without_an_answer_is_not_sent_again(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    lost = {"method": "POST", "path": "/kyc", "status": 503, "done": True, "times": 1}
    simulator.set_faults([lost])
    run = start(onboarding, "active", 2)
    worker.work()
    assert states(database, run) == ["unconfirmed", "done"]
    assert writes(simulator) == [*WRITES, *WRITES]
    page = onboarding.get(f"/lab/{run}")
    assert "We got no response, so it may have happened. We won’t send it again." in page.words


def test_a_run_goes_on_once_a_lost_registration_is_found(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    simulator.set_faults([HAPPENED])
    run = start(onboarding, "kyc_started")
    worker.work()
    assert states(database, run) == ["unconfirmed"]
    worker.services.registrations.reconciler.check_recent(WORKER)
    worker.work()
    assert states(database, run) == ["done"]
    assert writes(simulator) == WRITES


def test_a_rate_limit_makes_the_run_wait(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    limited = {"method": "POST", "path": "/users", "status": 429, "retry_after_s": 2, "times": 1}
    simulator.set_faults([limited])
    run = start(onboarding, "registered", 2)
    for _ in range(20):
        worker.turn()
        worker.clock.advance(seconds=5)
    assert states(database, run) == ["waiting", "waiting"]
    worker.services.upstream.probe.try_again()
    worker.work()
    assert states(database, run) == ["done", "done"]
    assert writes(simulator) == [WRITES[0]] * 3
