"""The overview: what needs attention, what happened, and the counts that come after the page."""

import re
from datetime import UTC, datetime, timedelta
from threading import Thread
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import insert

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database, StoreError
from dashboard.store.kyc.states import InquiryState
from dashboard.store.schema import limits
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import TOKEN, registration, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.desk.conftest import People as Memory

STATUSES = ("active", "pending", "suspended", "banned")


@pytest.fixture
def memory(support: Visitor, database: Database) -> Memory:
    assert support
    return Memory(database)


def first_user(simulator: RunningSimulator, status: str) -> dict[str, str]:
    return next(user for user in simulator.users() if user["status"] == status)


def test_a_quiet_morning_asks_nobody_and_says_that_nothing_is_to_do(
    support: Visitor, simulator: RunningSimulator
) -> None:
    page = support.get("/")
    assert "Nothing needs attention" in page.words
    assert "Not checked yet" in page.words
    for status in STATUSES:
        assert f'href="/users?status={status}" data-hx-get="/overview/counts/{status}"' in page.text
    assert simulator.requests() == []


def test_what_needs_somebody_has_one_button_each_and_exact_counts(
    support: Visitor, memory: Memory, simulator: RunningSimulator
) -> None:
    for number in range(9):
        memory.started(f"expired{'x' * number}", 30 + number)
    memory.started("elsewhere", 5, InquiryState.ELSEWHERE)
    lost = memory.started("lost", 1, InquiryState.UNKNOWN)
    memory.started("fresh", 1)
    done = memory.started("done", 99)
    memory.seen("done", "active", user_id=done)
    page = support.get("/")
    assert (
        "All 11 Overdue 0 Not confirmed 1 Link probably expired 9 Started elsewhere 1" in page.words
    )
    assert page.words.index("lost@example.com") < page.words.index("expiredxxxxxxxx@example.com")
    assert f'href="/users/{lost}" aria-label="Check now: lost@example.com"' in page.markup
    assert "Copy link: expiredxxxxxxxx@example.com" in page.text
    assert "fresh@example.com" not in page.words
    assert "done@example.com" not in page.words.split("View KYC desk")[0]
    only = support.get("/?kind=elsewhere")
    assert "Message for Qash: elsewhere@example.com" in only.text
    assert "expired" not in only.words.split("View KYC desk")[0].split("Started elsewhere 1")[1]
    assert len(support.get("/?kind=expired").text.split("Copy link: ")) == 10
    assert simulator.requests() == []


def test_a_lost_registration_and_a_lost_token_are_there_until_they_are_settled(
    log_in: LogIn, simulator: RunningSimulator, clock: TestClock
) -> None:
    admin = log_in(Role.ADMIN)
    active = first_user(simulator, "active")
    form = registration()
    simulator.set_faults([{"method": "POST", "reset": "after"}])
    send(admin, "/users", form, status=502)
    send(admin, f"/users/{active['id']}/tokens", TOKEN, status=502)
    page = admin.get("/?kind=unknown")
    assert "Not confirmed 2" in page.words
    assert f"Check now: {form['email']}" in page.text
    assert f"View: {active['email']}" in page.text
    clock.advance(minutes=61)
    admin = log_in(Role.ADMIN)
    later = admin.get("/?kind=unknown")
    assert "Not confirmed 1" in later.words
    assert f"View: {active['email']}" not in later.text


def test_what_does_not_fit_is_counted_and_a_click_away(support: Visitor, memory: Memory) -> None:
    for number in range(13):
        memory.started(f"expired{'x' * number}", 30 + number)
    for path in ("/", "/?rows=6&kind=expired"):
        page = support.get(path)
        assert page.text.count("Copy link: ") == 6
        assert "+ 7 more" in page.words
        more = re.search(r'id="attention-more" href="([^"]+)"', page.text)
        assert more
        rest = support.get(more[1].replace("&amp;", "&"))
        assert rest.text.count("Copy link: ") == 13
        assert " more" not in rest.words.split("View KYC desk")[0].split("Needs attention")[1]
    assert support.get("/?rows=0").text.count("Copy link: ") == 6


@pytest.mark.parametrize("status", STATUSES)
def test_a_count_is_one_call_for_everybody_in_60_seconds(
    support: Visitor,
    app: Flask,
    log_in: LogIn,
    simulator: RunningSimulator,
    clock: TestClock,
    status: str,
) -> None:
    number = sum(user["status"] == status for user in simulator.users())
    for visitor in (support, log_in(Role.VIEWER)):
        part = visitor.fragment(f"/overview/counts/{status}", f"count-{status}")
        assert f"<strong>{number}</strong>" in part.text
        assert "Counted" not in part.words
        assert "data-hx-trigger" not in part.text
    assert len(simulator.requests()) == 1
    clock.advance(seconds=61)
    assert app
    support.fragment(f"/overview/counts/{status}", f"count-{status}")
    assert len(simulator.requests()) == 2


@pytest.mark.on_postgres
def test_twenty_at_once_are_one_call(
    app: Flask, support: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_faults([{"latency_ms": 300}])
    cookies = support.cookies()

    def ask() -> None:
        client = app.test_client()
        for name, value in cookies.items():
            client.set_cookie(name, value)
        said = client.get("/overview/counts/active", headers={"HX-Request": "true"}).text
        assert "count-active" in said

    threads = [Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(simulator.requests()) == 1


def test_while_somebody_counts_the_others_ask_again_in_a_moment(
    support: Visitor, app: Flask, database: Database
) -> None:
    assert app
    with database.write() as connection:
        ends = datetime.now(UTC) + timedelta(seconds=10)
        connection.execute(insert(limits).values(key="count:active", count=1, expires_at=ends))
    part = support.fragment("/overview/counts/active", "count-active")
    assert 'data-hx-trigger="load delay:3s"' in part.text


def test_a_count_that_a_busy_database_does_not_keep_is_shown_and_soon_asked_for_again(
    support: Visitor, simulator: RunningSimulator, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = sum(user["status"] == "active" for user in simulator.users())

    def refuse(*_: object) -> None:
        raise StoreError

    with monkeypatch.context() as busy:
        busy.setattr("dashboard.store.users.status_counts.put", refuse)
        part = support.fragment("/overview/counts/active", "count-active")
        assert f"<strong>{number}</strong>" in part.text
    clock.advance(seconds=10)
    assert (
        f"<strong>{number}</strong>"
        in support.fragment("/overview/counts/active", "count-active").text
    )
    assert len(simulator.requests()) == 2


def test_a_count_that_fails_tells_the_last_one_with_its_time(
    support: Visitor, simulator: RunningSimulator, clock: TestClock
) -> None:
    support.fragment("/overview/counts/banned", "count-banned")
    clock.advance(minutes=3)
    simulator.set_faults([{"status": 503}])
    said = support.fragment("/overview/counts/banned", "count-banned").words
    assert "Count unavailable; last count 3 minutes ago" in said
    for _ in range(2):
        never = support.fragment("/overview/counts/active", "count-active").words
        assert "– Count unavailable" in never
    assert sum("status=active" in call.query for call in simulator.requests()) <= 3


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("rival", [{"ignored_filters": ["status"]}, {"list_counters": "none"}])
def test_no_number_is_shown_that_the_api_does_not_mean(
    support: Visitor, simulator: RunningSimulator, rival: dict[str, object], status: str
) -> None:
    simulator.set_rivals(**rival)
    said = support.fragment(f"/overview/counts/{status}", f"count-{status}").words
    assert "– No total from the API" in said


def test_a_count_that_is_opened_on_its_own_is_a_whole_page(support: Visitor) -> None:
    assert "Users: active" in support.get("/overview/counts/active").words
    support.get("/overview/counts/frozen", status=404)


def test_the_api_s_health_is_told_as_our_calls_saw_it(
    support: Visitor, simulator: RunningSimulator, clock: TestClock
) -> None:
    support.get("/users")
    clock.advance(seconds=11)
    assert "Operational" in support.get("/").words
    simulator.accept_keys(1, accepted=False)
    support.get("/users", status=502)
    page = support.get("/")
    assert "Refusing our credentials" in page.words
    assert "1 of 2 requests" in page.words


def test_the_first_page_of_a_person_who_may_start_is_reached_by_its_name(
    support: Visitor, memory: Memory
) -> None:
    user: UUID = memory.started("ana", 30)
    page = support.get("/")
    assert f'href="/users/{user}"' in page.text
    assert 'aria-current="page"' in page.text


def test_who_is_overdue_comes_first_and_once(support: Visitor, memory: Memory) -> None:
    memory.started("expired", 30)
    memory.started("older", 24 + 50)
    memory.seen("waiting", registered=60)
    memory.seen("new", registered=40)
    memory.started("lost", 1, InquiryState.UNKNOWN)
    page = support.get("/")
    assert (
        "All 4 Overdue 2 Not confirmed 1 Link probably expired 2 Started elsewhere 0" in page.words
    )
    listed = re.findall(r"<b><bdi>(\w+)<wbr>@example\.com", page.text)
    assert listed == ["waiting", "older", "lost", "expired"]
    assert 'href="/kyc?due=overdue"' in support.get("/?kind=overdue").text
    for kind, lane in (("expired", "link_expired"), ("unknown", "unknown")):
        assert f'href="/kyc?lane={lane}"' in support.get(f"/?kind={kind}").text
