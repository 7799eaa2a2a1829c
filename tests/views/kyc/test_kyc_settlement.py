"""KYC starts whose answer was lost: closed by the status, or by a deliberate new start."""

import re
from uuid import UUID

import pytest
from flask import Flask

from dashboard.services.actors import WORKER
from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.worker import MaintenanceWorker
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.directory import facts_of
from tests.support.pages import audit_log
from tests.support.pages.forms import KYC, intent_of, trail
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.attempts.test_running import under_way

ACTION = "kyc:start"


@pytest.fixture
def kyc(log_in: LogIn) -> Visitor:
    return log_in(Role.KYC, Role.AUDITOR)


@pytest.fixture
def services(app: Flask) -> Services:
    found: Services = app.extensions["services"]
    return found


@pytest.fixture
def user_id(simulator: RunningSimulator) -> str:
    return next(str(user["id"]) for user in simulator.users() if user["status"] == "pending")


def lose(visitor: Visitor, simulator: RunningSimulator, user_id: str, reset: str) -> None:
    path = f"/users/{user_id}/kyc"
    fields = {**KYC, "intent": intent_of(visitor.get(path + "?again=1"))}
    simulator.set_faults([{"method": "POST", "reset": reset}])
    visitor.post(path, fields)
    simulator.set_faults([])


def again(visitor: Visitor, user_id: str) -> None:
    path = f"/users/{user_id}/kyc"
    visitor.post(path, {**KYC, "intent": intent_of(visitor.get(path + "?again=1"))})


def settlement(database: Database) -> tuple[int | None, str]:
    rows = audit_log.entries(database, ACTION)
    (row,) = (row for row in rows if '"settled_by"' in row.details)
    return row.staff_id, row.details


def outcomes(database: Database) -> list[str]:
    return [outcome for outcome, _ in trail(database, ACTION)]


@pytest.mark.parametrize("status", ["active", "suspended", "frozen"])
def test_who_is_seen_no_longer_pending_settles_a_lost_start_in_the_same_call(
    kyc: Visitor, simulator: RunningSimulator, database: Database, user_id: str, status: str
) -> None:
    lose(kyc, simulator, user_id, "after")
    kyc.get(f"/users/{user_id}")
    assert outcomes(database) == ["attempted", "unknown"]
    simulator.set_status(user_id, status)
    simulator.clear_requests()
    page = kyc.get(f"/users/{user_id}")
    assert len(simulator.requests()) == 1
    assert outcomes(database) == ["attempted", "unknown", "settled"]
    staff_id, details = settlement(database)
    assert staff_id == 1
    assert '"settled_by": "view"' in details
    assert f'"status": "{status}"' in details
    assert "You tried to start KYC, but we got no response" in page.words
    assert "· Tried to start KYC Resolved" in page.words
    kyc.get(f"/users/{user_id}")
    assert len(outcomes(database)) == 3
    assert "Resolved" in kyc.get("/audit?outcome=settled").words
    assert re.search(r"You tried to start KYC for \S+ Resolved", kyc.get("/").words)


def test_a_new_start_that_is_in_progress_settles_the_lost_one(
    kyc: Visitor, simulator: RunningSimulator, database: Database, user_id: str
) -> None:
    lose(kyc, simulator, user_id, "after")
    again(kyc, user_id)
    assert outcomes(database) == ["attempted", "unknown", "attempted", "rejected", "settled"]
    assert '"found": "in progress", "settled_by": "new attempt"' in settlement(database)[1]
    assert "KYC started, no link" in kyc.get(f"/users/{user_id}").words
    desk = kyc.get("/kyc")
    assert "Started elsewhere 1" in desk.words
    assert "Started, no link" in desk.words
    assert "KYC started, no response: 20" in desk.text
    assert user_id in kyc.get("/kyc?lane=elsewhere").text
    overview = kyc.get("/?kind=elsewhere").words
    assert "It probably started, but we don’t have the link." in overview
    simulator.set_faults([{"method": "GET", "status": 503}])
    down = kyc.get(f"/users/{user_id}", status=503).words
    assert "probably by our request" in down
    assert "not ours" not in down
    assert "Started elsewhere 1" in overview
    assert "started elsewhere" not in overview


def test_a_new_start_that_is_the_first_one_says_that_the_lost_one_did_not_happen(
    kyc: Visitor, simulator: RunningSimulator, database: Database, user_id: str
) -> None:
    lose(kyc, simulator, user_id, "before")
    again(kyc, user_id)
    assert outcomes(database) == ["attempted", "unknown", "attempted", "succeeded", "rejected"]
    assert '"found": "started later"' in settlement(database)[1]
    said = kyc.fragment(f"/users/{user_id}", "timeline").words
    assert "started KYC" in said
    assert said.count("· Tried to start KYC Did not go through") == 1
    assert "unknown" not in said
    assert "tried to start KYC" not in said
    assert "Link active 1" in kyc.get("/kyc").words


def test_the_worker_asks_about_a_lost_start_as_about_everyone_who_waits(
    kyc: Visitor,
    simulator: RunningSimulator,
    services: Services,
    database: Database,
    user_id: str,
    clock: TestClock,
) -> None:
    lose(kyc, simulator, user_id, "after")
    worker = MaintenanceWorker(services, clock)
    simulator.set_status(user_id, "active")
    simulator.clear_requests()
    worker.sync_once()
    assert [call.path for call in simulator.requests() if user_id in call.path] == []
    clock.advance(minutes=3)
    for _ in range(4):
        worker.sync_once()
    asked = f"/api/v1/partner/users/{user_id}"
    assert [call.path for call in simulator.requests()].count(asked) == 1
    assert outcomes(database)[-1] == "settled"
    assert settlement(database)[0] is None
    clock.advance(minutes=6)
    for _ in range(4):
        worker.sync_once()
    assert [call.path for call in simulator.requests()].count(asked) == 1


def test_a_start_under_way_is_not_told_as_lost_on_the_desk_and_the_overview(
    kyc: Visitor, simulator: RunningSimulator, user_id: str
) -> None:
    path = f"/users/{user_id}/kyc"
    fields = {**KYC, "intent": intent_of(kyc.get(path))}
    with under_way(kyc, simulator, path, fields):
        assert "Starting" in kyc.get("/kyc").words
        assert "Check now" not in kyc.get("/kyc").words
        overview = kyc.get("/").words
        assert "KYC is being started." in overview
        assert "We got no response when starting KYC" not in overview


def test_a_view_while_the_database_is_busy_shows_the_user_and_settles_another_time(
    kyc: Visitor,
    simulator: RunningSimulator,
    services: Services,
    database: Database,
    user_id: str,
) -> None:
    lose(kyc, simulator, user_id, "after")
    simulator.set_status(user_id, "active")
    with database.write():
        assert services.users.api.get(UUID(user_id), WORKER).user.email
    assert outcomes(database) == ["attempted", "unknown"]


def test_a_round_of_the_worker_settles_by_what_was_seen_and_makes_no_call(
    kyc: Visitor,
    simulator: RunningSimulator,
    services: Services,
    database: Database,
    user_id: str,
    clock: TestClock,
) -> None:
    lose(kyc, simulator, user_id, "after")
    user = next(each for each in simulator.users() if each["id"] == user_id)
    with database.write() as connection:
        rows.record(connection, [facts_of({**user, "status": "active"})], clock())
    simulator.clear_requests()
    MaintenanceWorker(services, clock).run_once()
    assert outcomes(database) == ["attempted", "unknown", "settled"]
    assert simulator.requests() == []
