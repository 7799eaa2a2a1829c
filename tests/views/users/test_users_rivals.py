"""The list of users when the API reads a request, or writes an answer, in its own way."""

import re
from uuid import uuid4

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.partner.json_shape import ProblemKind, ShapeProblem
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages.forms import registration, send
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator


def emails(simulator: RunningSimulator) -> list[str]:
    return [user["email"] for user in simulator.users()]


def test_a_filter_that_the_api_ignored_is_said_so(
    support: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_rivals(ignored_filters=["status", "countryCode", "search"])
    page = support.get("/users?status=banned&country=CO&q=zzzz")
    assert "The API may not have followed your request." in page.words
    assert "Email or user ID, Status, Country" in page.words
    assert "may not have followed your request" not in support.get("/users").words


def test_an_ignored_type_is_said_so_where_we_know_a_user_s_type(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    onboarding = log_in(Role.ONBOARDING)
    send(onboarding, "/users", registration(user_type="personal"), status=303)
    simulator.set_rivals(ignored_filters=["userType"])
    ignored = onboarding.get("/users?user_type=business").words
    assert "These filters may not have been applied: Type." in ignored
    assert "we can’t check that this filter was applied" not in ignored
    honoured = onboarding.get("/users?user_type=personal").words
    assert "These filters may not have been applied" not in honoured
    assert "we can’t check that this filter was applied" in honoured


def test_a_filter_by_type_says_that_it_cannot_be_checked(support: Visitor) -> None:
    assert "doesn’t include a user’s type" in support.get("/users?user_type=business").words
    assert "doesn’t include a user’s type" not in support.get("/users").words


def test_a_row_that_cannot_be_read_is_one_marked_row(
    support: Visitor, simulator: RunningSimulator
) -> None:
    broken = str(uuid4())
    simulator.add_user({"id": broken, "email": 7, "status": "active"})
    page = support.get("/users")
    assert "We couldn’t read row 1: email" in page.words
    assert f"/users/{broken}" in page.text
    assert emails(simulator)[1] in page.words


def test_a_list_that_is_the_whole_body_is_listed_and_named(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    simulator.set_rivals(list_items="body")
    admin = log_in(Role.ADMIN)
    page = admin.get("/users")
    assert all(email in page.words for email in emails(simulator)[:5])
    assert "The whole response is the list" in admin.get("/settings").words


@pytest.mark.parametrize("flaw", list(ProblemKind))
def test_every_flaw_of_an_answer_has_words(app: Flask, flaw: ProblemKind) -> None:
    found = ShapeProblem(flaw, "text/html", "createdAt")
    with app.test_request_context():
        template = app.jinja_env.get_template("components/found.html")
        said = str(template.module.found_list([found]))  # type: ignore[attr-defined]  # a macro
    bare = re.sub("<[^>]+>", "", said)
    assert bare.startswith("createdAt: ")
    assert flaw.name == "OTHER_STATUS" or "the status" not in bare


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("America/Bogota", "0001-01-01T00:00:00Z"),
        ("Asia/Tokyo", "9999-12-31T23:59:59.999Z"),
    ],
)
def test_a_time_at_the_end_of_the_calendar_is_one_marked_row(
    settings: dict[str, str],
    database: Database,
    hire: Hire,
    simulator: RunningSimulator,
    zone: str,
    at: str,
) -> None:
    assert database
    settings["TIME_ZONE"] = zone
    visitor = Visitor(create_app(load_config(None, **settings)))
    visitor.log_in(*hire(Role.SUPPORT))
    odd = {"id": str(uuid4()), "email": "a@example.com", "status": "active", "createdAt": at}
    simulator.add_user(odd)
    words = "".join(visitor.get(f"/users?limit=100&page={page}").words for page in (1, 2))
    assert len(re.findall(r"We couldn’t read row [\d,]+: createdAt", words)) == 1
    assert all(email in words for email in emails(simulator) if email != odd["email"])
    visitor.get(f"/users/{odd['id']}", status=502)


def test_paging_without_counters_goes_a_step_at_a_time(
    support: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_rivals(list_counters="none")
    page = support.get("/users?page=2")
    assert "21–40 (no total from the API)" in page.words
    assert 'rel="next"' in page.text
    assert "Page 3" not in page.text
    last = support.get("/users?page=7")
    assert "No more users" in last.words


def test_paging_by_cursor_follows_the_cursor(support: Visitor, simulator: RunningSimulator) -> None:
    simulator.set_rivals(list_paging="cursor")
    page = support.get("/users")
    link = page.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert "cursor=" in link
    following = support.get(link.replace("&amp;", "&"))
    assert emails(simulator)[20] in following.words
    assert "First page" in following.words


@pytest.mark.parametrize("counters", ["beside", "none"])
def test_a_page_by_number_of_an_api_with_cursors_is_its_first_one_and_said_so(
    support: Visitor, simulator: RunningSimulator, counters: str
) -> None:
    simulator.set_rivals(list_paging="cursor", list_counters=counters)
    page = support.get("/users?page=5")
    assert "These filters may not have been applied: Page." in page.words
    assert " 1–20" in page.words
    assert "81–100" not in page.words
    assert "page 5" not in page.text


def test_a_page_or_a_size_that_the_api_ignored_is_said_so(
    settings: dict[str, str], database: Database, hire: Hire
) -> None:
    assert database
    settings["PARTNER_LIST_PARAMS"] = "page=p,limit=per_page"
    visitor = Visitor(create_app(load_config(None, **settings)))
    visitor.log_in(*hire(Role.SUPPORT))
    assert "Page, Rows per page" in visitor.get("/users?page=2&limit=50").words
    assert "may not have followed your request" not in visitor.get("/users").words


def test_the_order_is_told_as_it_came(support: Visitor, simulator: RunningSimulator) -> None:
    assert "· Newest first" in support.get("/users").words
    simulator.set_rivals(list_order="oldest")
    assert "· In the API’s order" in support.get("/users").words


def test_a_total_without_a_row_is_no_empty_list(
    support: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_faults([{"body": "hollow"}])
    page = support.get("/users")
    assert "The API returned an empty page" in page.words
    assert "No users yet" not in page.words
