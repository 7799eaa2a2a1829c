"""Each state that a test user can be brought into, on the simulator."""

import pytest

from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages.forms import trail
from tests.support.pages.jobs import JobWorker, states
from tests.support.pages.lab import start, users_of
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.each_on_postgres


@pytest.mark.parametrize(
    ("goal", "calls", "status", "lane"),
    [
        ("registered", ["/users"], "pending", "Not started here"),
        ("kyc_started", ["/users", "/kyc"], "pending", "Link active"),
        ("active", ["/users", "/kyc", "/users/"], "active", ""),
        ("token", ["/users", "/kyc", "/users/"], "active", ""),
        ("suspended", ["/users", "/kyc", "/users/", "/users/"], "suspended", ""),
        ("expired", ["/users", "/kyc"], "pending", "Link probably expired"),
        ("elsewhere", ["/users", "/kyc"], "pending", "Started elsewhere"),
    ],
)
def test_a_user_is_brought_into_the_state(
    onboarding: Visitor,
    worker: JobWorker,
    simulator: RunningSimulator,
    database: Database,
    goal: str,
    calls: list[str],
    status: str,
    lane: str,
) -> None:
    run = start(onboarding, goal, 1)
    worker.work()
    (user_id,) = users_of(database, run)
    made = [call.path.removesuffix(str(user_id)) for call in simulator.requests()]
    assert made == [f"/api/v1/partner{path}" for path in calls]
    assert states(database, run) == ["done"]
    page = onboarding.get(f"/lab/{run}")
    assert "1 of 1 done" in page.words
    (user,) = [each for each in simulator.users() if each["id"] == str(user_id)]
    assert user["status"] == status
    shown = onboarding.get("/users?tag=test").words
    assert user["email"] in shown
    assert lane in shown
    outcomes = [outcome for outcome, _ in trail(database, "users:register")]
    assert outcomes == ["attempted", "succeeded"]
