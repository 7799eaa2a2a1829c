"""The page of the directory's upkeep: what it says, who may open it, and what its buttons do."""

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import KYC, send, trail
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.directory.test_sweep import services as services  # noqa: PLC0414  a fixture
from tests.views.directory.test_sweep import sweep

PAGE = "/settings/directory"


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def press(visitor: Visitor, what: str) -> None:
    visitor.post(f"{PAGE}/{what}", {})


def test_only_admins_open_it_and_settings_leads_to_it(admin: Visitor, log_in: LogIn) -> None:
    log_in(Role.SUPPORT).get(PAGE, status=403)
    assert f'href="{PAGE}"' in admin.get("/settings").text
    admin.get(PAGE)


def test_without_a_worker_it_says_so_and_how_to_start_one(
    admin: Visitor, services: Services
) -> None:
    assert "The worker isn’t running" in admin.get(PAGE).words
    assert "python -m dashboard worker" in admin.get(PAGE).words
    services.operations.heartbeat.note()
    assert "The worker isn’t running" not in admin.get(PAGE).words


def test_start_pause_and_resume_are_recorded_and_done_once(
    admin: Visitor, database: Database
) -> None:
    going, paused = ("Running", "A sweep is in progress"), ("Paused", "A sweep is paused")
    for what, told in (("start", going), ("pause", paused), ("resume", going)):
        press(admin, what)
        words = admin.get(PAGE).words
        assert all(each in words for each in told)
        press(admin, what)
        assert "Someone else was faster" in admin.get(PAGE).words
        assert [outcome for outcome, _ in trail(database, f"directory:{what}")] == ["succeeded"]
    words = admin.get("/").words
    assert "You paused a sweep of the directory" in words


def test_a_paused_sweep_reads_nothing_and_goes_on_where_it_was(
    admin: Visitor,
    services: Services,
    database: Database,
    clock: TestClock,
    simulator: RunningSimulator,
) -> None:
    press(admin, "start")
    services.directory.sync.work()
    press(admin, "pause")
    simulator.clear_requests()
    services.directory.sync.work()
    services.directory.sync.work()
    assert [call for call in simulator.requests() if "page=1&" not in call.query] == []
    press(admin, "resume")
    done = sweep(services, database, clock)
    assert (done.pages, done.seen) == (3, 120)


def test_it_follows_a_running_sweep_and_then_stops(
    admin: Visitor, services: Services, database: Database, clock: TestClock
) -> None:
    press(admin, "start")
    assert 'id="follow"' in admin.get(PAGE).text
    services.directory.sync.work()
    polled = admin.fragment(PAGE, "follow")
    assert "Page 1 of about 2" in polled.words
    sweep(services, database, clock)
    page = admin.get(PAGE)
    assert 'id="follow"' not in page.text
    assert "100% 120 of 120 users that the API counts" in page.words
    assert "Catch-up every minute" in page.words


def test_a_list_that_is_oldest_first_has_no_catch_up_and_the_page_says_why(
    admin: Visitor,
    services: Services,
    database: Database,
    clock: TestClock,
    simulator: RunningSimulator,
) -> None:
    simulator.set_rivals(list_order="oldest", list_counters="none")
    sweep(services, database, clock)
    words = admin.get(PAGE).words
    assert "No catch-up: the API’s list isn’t newest first" in words
    assert "120 The API gives no total" in words
    clock.advance(minutes=5)
    simulator.clear_requests()
    services.directory.sync.work()
    assert simulator.requests() == []


def test_switched_off_it_says_how_to_switch_it_on(
    settings: dict[str, str], log_in_off: Visitor
) -> None:
    assert settings
    words = log_in_off.get(PAGE).words
    assert "The directory is off." in words
    assert "DIRECTORY=on" in words
    assert "Start sweep" not in words


@pytest.fixture
def log_in_off(settings: dict[str, str], request: pytest.FixtureRequest) -> Visitor:
    settings["DIRECTORY"] = "off"
    app: Flask = request.getfixturevalue("app")
    assert app
    visitor: Visitor = request.getfixturevalue("log_in")(Role.ADMIN)
    return visitor


def test_it_says_whether_users_are_followed_and_what_keeps_them_from_it(
    admin: Visitor, services: Services, simulator: RunningSimulator
) -> None:
    user = next(each for each in simulator.users() if each["status"] == "pending")
    admin.get("/users")
    send(admin, f"/users/{user['id']}/kyc", KYC, status=303)
    assert "so no users are followed" in admin.get(PAGE).words
    services.operations.heartbeat.note()
    words = admin.get(PAGE).words
    assert "FollowingOn time" in words
    assert "Open inquiries1 Late checks0 Last asked–" in words
    admin.post("/settings/credentials/freeze", {"reason": "Incident 7"})
    assert "API calls are paused, so no users are followed." in admin.get(PAGE).words


def test_it_says_what_a_budget_that_is_too_small_can_keep(
    settings: dict[str, str], request: pytest.FixtureRequest, simulator: RunningSimulator
) -> None:
    settings["UPSTREAM_BUDGET_PER_MIN"] = "1"
    admin: Visitor = request.getfixturevalue("admin")
    services: Services = request.getfixturevalue("services")
    services.operations.heartbeat.note()
    admin.get("/users")
    pending = [user["id"] for user in simulator.users() if user["status"] == "pending"]
    for user_id in pending[:4]:
        send(admin, f"/users/{user_id}/kyc", KYC, status=303)
    words = admin.get(PAGE).words
    assert "4 users are followed, with 1 request per minute." in words
    assert "we see a change within 4 minutes, not 2 minutes." in words
