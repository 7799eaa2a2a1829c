"""Kinds of jobs: what each draws on, and what a row about a user shows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest

from dashboard.services.actors import AUTOMATIC, Actor
from dashboard.services.attempts.intents import Intent, new_nonce
from dashboard.services.attempts.withdrawing import StillWanted
from dashboard.services.directory.budget import CallKind
from dashboard.services.jobs.kinds import JobKind, JobWaits, Kind, NewRow, RowEnd, RowResult
from dashboard.services.permissions import Permission, Role
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.jobs.leases import DueRow
from dashboard.store.jobs.states import RowState
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.jobs import JobWorker, count, emails, states, table
from tests.support.pages.jobs import start as start_register
from tests.support.pages.many.starts import pending
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres
AddKind = Callable[..., "Local"]


@dataclass
class Local:
    """A kind of job that makes no calls."""

    result: RowResult = field(default_factory=lambda: RowEnd(RowState.DONE, ""))
    ran: list[UUID | None] = field(default_factory=list)

    def run(
        self, row: DueRow, intent: Intent, actor: Actor, is_still_wanted: StillWanted
    ) -> RowResult:
        assert intent.subject_id == row.user_id
        assert actor.staff_id == row.staff_id
        assert callable(is_still_wanted)
        self.ran.append(row.user_id)
        return self.result


@pytest.fixture
def local(worker: JobWorker) -> Local:
    """A kind whose rows make no calls, in place of *set tags*."""
    work = Local()
    kind = Kind(Permission.NOTES_WRITE, Permission.NOTES_WRITE, work, calls_api=False)
    jobs = worker.services.jobs
    jobs.kinds[JobKind.SET_TAGS] = kind  # type: ignore[index]  # before the runner reads it
    jobs.runner._local.append(JobKind.SET_TAGS)  # noqa: SLF001  the same
    return work


def start(services: Services, users: list[str], staff_id: int = 1, email: str = "") -> int:
    rows = [NewRow(number, email, {}, user_id=UUID(user)) for number, user in enumerate(users, 1)]
    intent = Intent(staff_id, Permission.NOTES_WRITE, None, new_nonce())
    return services.jobs.control.start(intent, JobKind.SET_TAGS, rows, Actor(staff_id))


def test_rows_that_make_no_calls_go_on_while_calls_are_paused_and_the_budget_is_empty(
    onboarding: Visitor,
    worker: JobWorker,
    local: Local,
    simulator: RunningSimulator,
    database: Database,
) -> None:
    users = pending(simulator, database, 3)
    register = start_register(onboarding, table(emails(2)))
    worker.services.credentials.freeze.freeze("Incident 7", AUTOMATIC)
    job = start(worker.services, users)
    for _ in range(4):
        worker.turn()
    assert states(database, job) == ["done"] * 3
    assert [str(each) for each in local.ran] == users
    assert states(database, register) == ["waiting"] * 2
    worker.services.credentials.freeze.thaw(AUTOMATIC)
    while not worker.services.directory.budget.draw(CallKind.LOOK):
        pass
    second = start(worker.services, users)
    for _ in range(4):
        worker.turn()
    assert states(database, second) == ["done"] * 3
    assert "requests per minute" not in onboarding.get(f"/jobs/{second}").words


def test_a_job_that_waits_is_run_after_its_time(
    onboarding: Visitor,
    worker: JobWorker,
    local: Local,
    clock: TestClock,
    simulator: RunningSimulator,
    database: Database,
) -> None:
    assert onboarding
    job = start(worker.services, pending(simulator, database, 2))
    local.result = JobWaits(clock() + timedelta(minutes=10))
    for _ in range(4):
        worker.turn()
    assert len(local.ran) == 1
    assert states(database, job) == ["waiting"] * 2
    local.result = RowEnd(RowState.DONE, "")
    clock.advance(minutes=11)
    worker.work()
    assert count(database, job) == {"done": 2}


def test_a_row_about_a_user_links_to_them_and_their_email_may_be_unknown(
    onboarding: Visitor,
    worker: JobWorker,
    local: Local,
    simulator: RunningSimulator,
    database: Database,
    log_in: LogIn,
) -> None:
    assert local
    (user,) = pending(simulator, database)
    job = start(worker.services, [user])
    worker.work()
    page = log_in(Role.SUPPORT).get(f"/jobs/{job}")
    assert f'href="/users/{user}"' in page.text
    assert f"{user[:8]}…" in page.words
    assert onboarding.get(f"/jobs/{job}").text.count(user) >= 1
