"""Refusals are in the audit log once in a while, and never on a user's page."""

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import KYC, send, trail
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def viewer(log_in: LogIn) -> Visitor:
    return log_in(Role.VIEWER)


@pytest.fixture
def path(simulator: RunningSimulator) -> str:
    pending = next(user for user in simulator.users() if user["status"] == "pending")
    return f"/users/{pending['id']}"


def test_a_refusal_does_not_show_on_the_user_s_page(
    viewer: Visitor, support: Visitor, simulator: RunningSimulator, path: str
) -> None:
    simulator.set_faults([{"method": "POST", "status": 400}])
    send(support, f"{path}/kyc", KYC, status=422)
    viewer.get(f"{path}/kyc", status=403)
    said = support.fragment(path, "timeline").words
    assert said.count("· Tried to start KYC") == 1


@pytest.mark.long
def test_many_different_refusals_push_nothing_out_of_the_timeline(
    viewer: Visitor, support: Visitor, simulator: RunningSimulator, path: str, clock: TestClock
) -> None:
    simulator.set_faults([{"method": "POST", "status": 400}])
    send(support, f"{path}/kyc", KYC, status=422)
    for _ in range(30):
        for part in ("kyc", "tokens"):
            viewer.get(f"{path}/{part}", status=403)
        clock.advance(seconds=301)
        viewer.get("/users")
    assert (
        viewer.fragment(path, "timeline").markup.count('title="kyc:start">Tried to start KYC<') == 1
    )


def test_the_same_refusal_again_is_recorded_once_in_five_minutes(
    viewer: Visitor, log_in: LogIn, database: Database, path: str, clock: TestClock
) -> None:
    for _ in range(5):
        viewer.get(f"{path}/kyc", status=403)
    assert trail(database, "kyc:start") == [("rejected", None)]
    viewer.post(f"{path}/kyc", KYC, status=403)
    log_in(Role.VIEWER).get(f"{path}/kyc", status=403)
    assert len(trail(database, "kyc:start")) == 3
    clock.advance(seconds=301)
    viewer.get(f"{path}/kyc", status=403)
    assert len(trail(database, "kyc:start")) == 4
