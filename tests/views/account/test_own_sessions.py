"""One's own sessions: listed on the account, one ended, all others ended."""

import json

import pytest
from flask import Flask

from dashboard.services.auth.sessions import PER_PERSON, LoginContext, Method
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.store.schema import sessions
from tests.support.browsing import HTMX, Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.people import Hire, LogIn

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
)
LAPTOP = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/150.0.0.0 Safari/537.36"
)


@pytest.fixture
def known(hire: Hire) -> tuple[str, str]:
    """A support person's email and password."""
    return hire(Role.SUPPORT)


@pytest.fixture
def laptop(app: Flask, known: tuple[str, str]) -> Visitor:
    return with_browser(app, known, LAPTOP)


@pytest.fixture
def phone(app: Flask, known: tuple[str, str]) -> Visitor:
    return with_browser(app, known, PHONE, "203.0.113.90")


def with_browser(
    app: Flask, known: tuple[str, str], browser: str, address: str = "127.0.0.1"
) -> Visitor:
    visitor = Visitor(app)
    visitor.http.environ_base["HTTP_USER_AGENT"] = browser
    visitor.http.environ_base["REMOTE_ADDR"] = address
    visitor.log_in(*known)
    return visitor


def handles(database: Database) -> list[str]:
    """Return the handles of all sessions, in the order of their beginning."""
    with database.read() as connection:
        found = connection.execute(sessions.select().order_by(sessions.c.created_at))
        return [row.id_hash[:16] for row in found]


def ended(database: Database) -> list[dict[str, str]]:
    return [json.loads(row.details) for row in audit_log.entries(database, "session:end")]


def test_the_account_lists_them_with_device_address_and_method(
    laptop: Visitor, phone: Visitor
) -> None:
    assert phone
    page = laptop.get("/account")
    assert "2 open" in page.words
    for shown in ("Chrome on Linux", "Safari on iPhone", "127.0.0.1 · Password · Since"):
        assert shown in page.words
    assert "203.0.113.90 · Password · Since" in page.words
    assert "Last used" in page.words
    assert page.text.count(">This session<") == 1
    assert "End the session on Safari on iPhone" in page.text


def test_those_that_are_over_are_not_listed(
    app: Flask, laptop: Visitor, known: tuple[str, str], clock: TestClock
) -> None:
    assert laptop
    clock.advance(minutes=61)
    later = with_browser(app, known, PHONE)
    page = later.get("/account")
    assert "1 open" in page.words
    assert "You’re not logged in anywhere else." in page.words


@pytest.mark.parametrize("htmx", [False, True])
def test_one_that_is_ended_is_refused_at_its_next_request(
    laptop: Visitor, phone: Visitor, database: Database, *, htmx: bool
) -> None:
    laptop.get("/account")
    laptop.post(f"/account/sessions/{handles(database)[1]}/end")
    assert "Session ended." in laptop.get("/account").words
    phone.get("/users", status=401 if htmx else 303, headers=HTMX if htmx else {})
    assert ended(database) == [{"which": "one", "address": "203.0.113.90"}]


def test_of_very_many_the_ones_seen_last_go_on(
    app: Flask, known: tuple[str, str], laptop: Visitor, hire: Hire, staff: Staff
) -> None:
    colleague, mine = with_browser(app, hire(Role.SUPPORT), LAPTOP), staff.find(known[0])
    assert mine
    begun = app.extensions["services"].auth.sessions
    for _ in range(PER_PERSON):
        begun.start(mine, "{}", LoginContext(Method.PASSWORD, "", "", None))
    assert len(begun.of(mine.id)) == PER_PERSON
    laptop.get("/account", status=303)
    colleague.get("/account")


def test_all_others_end_and_this_one_stays(
    app: Flask, laptop: Visitor, phone: Visitor, known: tuple[str, str], database: Database
) -> None:
    third = with_browser(app, known, "")
    assert "Unknown browser" in laptop.get("/account").words
    laptop.post("/account/sessions/end-others")
    assert "Your other sessions have ended." in laptop.get("/account").words
    for other in (phone, third):
        other.get("/users", status=303)
    assert ended(database) == [{"which": "all others"}]


def test_nobody_ends_the_session_of_somebody_else_or_one_that_is_not_there(
    laptop: Visitor, log_in: LogIn, database: Database
) -> None:
    colleague = log_in(Role.ADMIN)
    own, foreign = handles(database)
    for handle in (foreign, own, "0" * 16, "x"):
        laptop.post(f"/account/sessions/{handle}/end", status=404)
    laptop.post("/account/sessions/end-others")
    colleague.get("/users")
    assert len(handles(database)) == 2


def test_a_handle_opens_nothing(laptop: Visitor, app: Flask, database: Database) -> None:
    assert laptop
    thief = Visitor(app)
    for found in handles(database):
        thief.http.set_cookie("__Host-dashboard-local", found)
        thief.get("/users", status=303)


def test_what_a_browser_calls_itself_is_text(app: Flask, known: tuple[str, str]) -> None:
    visitor = with_browser(app, known, "<script>alert(1)</script> Chrome/1 Windows")
    page = visitor.get("/account")
    assert "alert(1)" not in page.text
    assert "Chrome on Windows" in page.words
