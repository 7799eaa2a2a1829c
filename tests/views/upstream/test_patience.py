"""An API with a long `Retry-After`: programs wait for it, people a minute at most."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.worker import MaintenanceWorker
from tests.support.browsing import HTMX, Page, Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import registration, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

LONG = {"status": 429, "retry_after_s": 600}


@pytest.fixture
def limited(support: Visitor, simulator: RunningSimulator) -> Visitor:
    """A visitor in support, whose page was answered with "come back in ten minutes"."""
    simulator.set_faults([LONG])
    page = support.get("/users", status=503)
    assert 0 < int(page.headers["Retry-After"]) <= 60  # of the ten minutes
    simulator.clear_requests()
    return support


def try_now(visitor: Visitor, **fields: str) -> Page:
    return visitor.post("/outage/try", {"back": "/users?status=pending", **fields})


def offers_to_try(page: Page) -> bool:
    return 'action="/outage/try"' in page.text


def test_after_a_minute_one_read_for_a_person_tries(
    limited: Visitor, simulator: RunningSimulator, clock: TestClock
) -> None:
    clock.advance(seconds=55)
    page = limited.get("/users", status=503)
    assert 0 < int(page.headers["Retry-After"]) <= 5
    assert simulator.requests() == []
    clock.advance(seconds=6)
    limited.get("/users", status=503)
    limited.get("/users", status=503)
    assert len(simulator.requests()) == 1
    simulator.set_faults([])
    clock.advance(seconds=61)
    limited.get("/users")
    assert 'id="outage"' not in limited.get("/account").text


def test_the_banner_says_who_waits_for_how_long_and_offers_to_try(limited: Visitor) -> None:
    page = limited.get("/account")
    assert "The API asked us to wait until" in page.words
    assert "Automatic checks wait until then, but you can try earlier." in page.words
    assert offers_to_try(page)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR, Role.SUPPORT, Role.ADMIN])
def test_whoever_may_see_users_may_try_immediately(
    log_in: LogIn, limited: Visitor, simulator: RunningSimulator, role: Role
) -> None:
    assert limited
    somebody = log_in(role)
    simulator.set_faults([])
    assert try_now(somebody).headers["Location"] == "/users?status=pending"
    assert len(simulator.requests()) == 1
    assert 'id="outage"' not in somebody.get("/account").text


@pytest.mark.on_postgres
def test_trying_immediately_is_one_read_however_often_it_is_chosen(
    app: Flask, limited: Visitor, simulator: RunningSimulator, clock: TestClock
) -> None:
    token = limited.csrf_token()

    def press(_: int) -> int:
        return limited.http.post("/outage/try", data={"csrf_token": token}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(press, range(8))) == {303}
    assert len(simulator.requests()) == 1
    page = limited.get("/account")
    assert not offers_to_try(page)
    assert "Retrying at" in page.words
    clock.advance(seconds=11)
    assert offers_to_try(limited.get("/account"))
    try_now(limited)
    assert len(simulator.requests()) == 2
    assert app


def test_what_no_person_waits_for_keeps_to_what_the_api_asked(
    app: Flask, limited: Visitor, simulator: RunningSimulator, clock: TestClock
) -> None:
    services: Services = app.extensions["services"]
    user_id = simulator.users()[0]["id"]
    follow: dict[str, Any] = {**HTMX, "HX-Target": "follow"}
    simulator.set_faults([])
    for wait_s in (61, 500):
        clock.advance(seconds=wait_s)
        MaintenanceWorker(services, clock).run_once()
        limited.http.get(f"/users/{user_id}", headers=follow)
        assert simulator.requests() == []
    clock.advance(seconds=40)
    MaintenanceWorker(services, clock).run_once()
    assert len(simulator.requests()) == 1


def test_where_nothing_is_held_back_trying_asks_nobody(
    support: Visitor, simulator: RunningSimulator
) -> None:
    assert try_now(support, back="//evil.example").headers["Location"] == "/"
    assert simulator.requests() == []


def test_a_write_waits_for_a_read_that_found_out(
    limited: Visitor, log_in: LogIn, simulator: RunningSimulator, clock: TestClock
) -> None:

    assert limited
    onboarding = log_in(Role.ONBOARDING)
    clock.advance(seconds=61)
    send(onboarding, "/users", registration(), status=503)
    assert simulator.requests() == []


def test_a_part_of_a_page_offers_to_try_too(limited: Visitor) -> None:
    part = limited.fragment("/users?status=pending", "results", status=503)
    assert offers_to_try(part)
    assert 'name="back" value="/users?status=pending"' in part.markup
