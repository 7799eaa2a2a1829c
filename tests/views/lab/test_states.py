"""Each state that a test user can be brought into, on the simulator."""

import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from dashboard.services.actions import Action
from dashboard.store.db.database import Database
from dashboard.store.schema import audit
from tests.support.browsing import Visitor
from tests.support.directory import facts_of, fill
from tests.support.pages.forms import trail
from tests.support.pages.jobs import JobWorker, states
from tests.support.pages.lab import REASON, start, users_of
from tests.support.pages.user_list import shown
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres


@dataclass(frozen=True)
class Case:
    """A state: the calls that lead there, the status then, and the lane of the desk."""

    goal: str
    calls: list[str]
    status: str
    lane: str = ""


@pytest.mark.parametrize(
    "case",
    [
        Case("registered", ["/users"], "pending", "Not started here"),
        Case("kyc_started", ["/users", "/kyc"], "pending", "Link active"),
        Case("active", ["/users", "/kyc", "/users/"], "active"),
        Case("token", ["/users", "/kyc", "/users/"], "active"),
        Case("suspended", ["/users", "/kyc", "/users/", "/users/"], "suspended"),
        Case("expired", ["/users", "/kyc"], "pending", "Link probably expired"),
        Case("elsewhere", ["/users", "/kyc"], "pending", "Started elsewhere"),
    ],
    ids=lambda case: case.goal,
)
def test_a_user_is_brought_into_the_state_and_carries_the_tag_of_test_users(
    onboarding: Visitor,
    worker: JobWorker,
    simulator: RunningSimulator,
    database: Database,
    case: Case,
) -> None:
    fill(database, [facts_of(user) for user in simulator.users()])
    run = start(onboarding, case.goal)
    worker.work()
    (user_id,) = users_of(database, run)
    made = [call.path.removesuffix(str(user_id)) for call in simulator.requests()]
    assert made == [f"/api/v1/partner{path}" for path in case.calls]
    assert states(database, run) == ["done"]
    page = onboarding.get(f"/lab/{run}")
    assert "1 of 1 done" in page.words
    (user,) = [each for each in simulator.users() if each["id"] == str(user_id)]
    assert user["status"] == case.status
    listed = onboarding.get("/users?tag=test")
    assert shown(listed) == [str(user_id)]
    (row,) = re.findall(r"<tr class=\"go\">.*?</tr>", listed.text, re.DOTALL)
    assert case.lane in row
    with database.read() as connection:
        reasons = select(audit.c.reason).where(audit.c.action == Action.JOBS_START)
        assert connection.execute(reasons).scalars().all() == [REASON]
    outcomes = [outcome for outcome, _ in trail(database, "users:register")]
    assert outcomes == ["attempted", "succeeded"]
