"""An open desk asks about one user whose check is due, and says what is followed."""

import re
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.worker import MaintenanceWorker
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.desk.conftest import People
from tests.views.desk.test_news import polled, rows

pytestmark = pytest.mark.on_postgres


@pytest.fixture
def services(app: Flask) -> Services:
    return cast("Services", app.extensions["services"])


@pytest.fixture
def pending(people: People, simulator: RunningSimulator) -> list[dict[str, Any]]:
    """Start KYC of three users of the API half an hour ago; they were last seen then."""
    users = [user for user in simulator.users() if user["status"] == "pending"][:3]
    for user in users:
        name = user["email"].partition("@")[0]
        people.started(name, 0.5, user_id=UUID(user["id"]))
    return users


def test_a_poll_asks_about_one_user_who_is_due_and_tells_what_came(
    support: Visitor, pending: list[dict[str, Any]], simulator: RunningSimulator, clock: TestClock
) -> None:
    page = support.get("/kyc?lane=link_fresh")
    assert not simulator.requests()
    for user in pending:
        simulator.set_status(user["id"], "active")
    same = polled(support, page)
    assert not simulator.requests()
    clock.advance(minutes=3)
    changed = []
    for number in (1, 2, 3):
        same = polled(support, same)
        assert len(simulator.requests()) == number
        changed += rows(same)
    assert {str(user_id) for user_id in changed} == {user["id"] for user in pending}
    assert "3 became active since you looked" in same.words
    polled(support, same)
    assert len(simulator.requests()) == 3


def test_a_poll_tells_when_each_row_was_last_checked(
    support: Visitor, pending: list[dict[str, Any]], clock: TestClock
) -> None:
    page = support.get("/kyc?lane=link_fresh")
    clock.advance(minutes=3)
    news = polled(support, page)
    times = re.findall(r'class="seen-([^"]+)"[^>]*>Last check <time datetime="([^"]+)"', news.text)
    ages = sorted(clock() - datetime.fromisoformat(at) for _, at in times)
    assert {user_id for user_id, _ in times} == {user["id"] for user in pending}
    assert ages[0] < timedelta(minutes=1) < timedelta(minutes=3) <= ages[1]


def test_a_row_whose_check_is_late_is_muted_and_says_since_when(
    support: Visitor, pending: list[dict[str, Any]], clock: TestClock
) -> None:
    assert 'class="go"' in support.get("/kyc?lane=link_fresh").text
    clock.advance(minutes=20)
    page = support.get("/kyc?lane=link_fresh")
    assert page.text.count('class="go stale"') == len(pending)
    assert re.search(r"Not checked since (today at|\d+ \w+,) \d\d:\d\d", page.words)


def test_without_a_worker_the_page_says_how_to_start_it(
    support: Visitor, pending: list[dict[str, Any]], services: Services, clock: TestClock
) -> None:
    page = support.get("/kyc")
    assert "The worker isn’t running, so no users are followed." in page.words
    assert "python -m dashboard worker" in page.words
    MaintenanceWorker(services, clock).run_once()
    assert "Following: " in support.get("/kyc").words
    assert len(pending) == 3


def test_while_calls_are_paused_or_the_api_is_down_these_are_the_last_known_facts(
    support: Visitor,
    pending: list[dict[str, Any]],
    services: Services,
    simulator: RunningSimulator,
    clock: TestClock,
    log_in: LogIn,
) -> None:
    MaintenanceWorker(services, clock).run_once()
    simulator.set_faults([{"status": 503}])
    clock.advance(minutes=3)
    MaintenanceWorker(services, clock).run_once()
    page = support.get("/kyc")
    for _ in range(8):
        support.http.get(f"/users/{pending[0]['id']}")
    down = polled(support, page)
    assert "so rows show what we last saw. Next try" in down.words
    assert not rows(down)
    simulator.set_faults([])
    log_in(Role.ADMIN).post("/settings/credentials/freeze", {"reason": "A leak is looked into"})
    asked = len(simulator.requests())
    paused = polled(support, page)
    assert "API calls are paused, so no users are followed." in paused.words
    assert len(simulator.requests()) == asked
