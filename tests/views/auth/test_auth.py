"""Logging in and out, and how long a session lasts."""

import re

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.audit.chain import Outcome
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.people import Hire
from tests.support.sampling import all_of


def entries(database: Database) -> list[tuple[str, str, str]]:
    """Return action, outcome and details of every audit row."""
    return [(row.action, row.outcome, row.details) for row in audit_log.entries(database)]


def test_somebody_logs_in_and_lands_where_they_wanted_to_go(visitor: Visitor, hire: Hire) -> None:
    answer = visitor.log_in(*hire(Role.SUPPORT), next_path="/users?status=pending")
    assert answer.headers["Location"] == "/users?status=pending"
    assert "Users" in visitor.get("/users").words


def test_the_log_in_is_recorded(visitor: Visitor, hire: Hire, database: Database) -> None:
    visitor.log_in(*hire(Role.SUPPORT))
    action, outcome, details = entries(database)[-1]
    assert (action, outcome) == ("auth:login", Outcome.SUCCEEDED)
    assert "127.0.0.1" in details


def test_every_refusal_reads_the_same(
    app: Flask, hire: Hire, staff: Staff, database: Database
) -> None:
    known, password = hire(Role.SUPPORT)
    disabled, good = hire(Role.SUPPORT)
    staff.disable(disabled)
    tries = [(known, "wrong " + password), ("nobody@example.com", password), (disabled, good)]
    said = [Visitor(app).log_in(*each, status=422).words for each in tries]
    assert "Email and password don’t match." in said[0]
    assert said[0] == said[1] == said[2]
    causes = [details for action, _, details in entries(database) if action == "auth:login"]
    assert ["password" in causes[0], "unknown" in causes[1], "disabled" in causes[2]] == [True] * 3


def test_the_email_stays_and_the_password_does_not(visitor: Visitor, hire: Hire) -> None:
    email, _ = hire(Role.SUPPORT)
    page = visitor.log_in(email, "not-the-password-at-all", status=422)
    assert f'value="{email}"' in page.text
    assert "not-the-password-at-all" not in page.text


def test_an_empty_form_says_what_is_missing_beside_each_field(visitor: Visitor) -> None:
    page = visitor.log_in("", "", status=422)
    assert "Enter your work email." in page.words
    assert "Enter your password." in page.words
    assert 'aria-describedby="email-error"' in page.text


def test_the_eleventh_try_in_five_minutes_is_refused_even_if_right(
    app: Flask, hire: Hire, clock: TestClock, database: Database
) -> None:
    email, password = hire(Role.SUPPORT)
    for _ in range(10):
        Visitor(app).log_in(email, "wrong", status=422)
    page = Visitor(app).log_in(email, password, status=429)
    assert "Too many attempts" in page.words
    assert 0 < int(page.headers["Retry-After"]) <= 300
    Visitor(app).log_in(email, password, status=429)
    assert sum('"limit"' in details for _, _, details in entries(database)) == 1
    clock.advance(minutes=5, seconds=1)
    Visitor(app).log_in(email, password)


def test_a_stranger_s_tries_do_not_lock_a_colleague_out(app: Flask, hire: Hire) -> None:
    email, password = hire(Role.SUPPORT)
    stranger = Visitor(app)
    stranger.http.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    for count in range(40):
        stranger.log_in(email, "wrong", status=422 if count < 10 else 429)
    Visitor(app).log_in(email, password)


def test_a_log_in_forgets_the_tries_before_it(app: Flask, hire: Hire) -> None:
    email, password = hire(Role.SUPPORT)
    for _ in range(3):
        for _ in range(7):
            Visitor(app).log_in(email, "wrong", status=422)
        Visitor(app).log_in(email, password)


def test_a_form_that_was_open_too_long_says_so_and_logs_in_at_the_second_try(
    app: Flask, hire: Hire
) -> None:
    email, password = hire(Role.SUPPORT)
    late = Visitor(app)
    data = {"csrf_token": "of another day", "email": email, "password": password, "next": "/users"}
    answer = late.http.post("/login", data=data)
    assert answer.status_code == 400
    assert "This page has expired." in answer.text
    assert f'value="{email}"' in answer.text
    assert 'value="/users"' in answer.text
    late.log_in(email, password)


def test_a_stale_log_in_form_leads_on_who_is_logged_in_already(support: Visitor) -> None:
    stale = {"csrf_token": "of before", "email": "a@example.com", "password": "x"}
    for wanted, led in (("/users?page=2", "/users?page=2"), ("//evil.test", "/")):
        answer = support.http.post("/login", data={**stale, "next": wanted})
        assert (answer.status_code, answer.headers["Location"]) == (303, led)


def test_who_is_logged_in_goes_past_the_log_in(support: Visitor) -> None:
    assert support.get("/login?next=/users", status=303).headers["Location"] == "/users"


@all_of(
    "target",
    [
        "//evil.test",
        "/\t/evil.test",
        "http:evil.test",
        "http://evil.test/users",
        " //evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/%2f/evil.test",
        "/%5cevil.test",
        "/users/../..//evil.test",
        "javascript:alert(1)",
        "/no-such-page",
        "/logout",
        "users",
        "///evil.test/users",
        "/users\r\nX: y",
        "@evil.test",
        "/" + "u" * 3000,
        "http://[",
        "//[a",
        "/users#//evil.test",
        "/users?q=a\nb",
    ],
)
def test_a_log_in_leads_only_to_a_page_of_ours(visitor: Visitor, hire: Hire, target: str) -> None:
    answer = visitor.log_in(*hire(Role.SUPPORT), next_path=target)
    assert answer.headers["Location"] == "/"
    led_to = visitor.http.get("/login", query_string={"next": target}).headers["Location"]
    assert led_to in {"/", "/login"}  # without what can't be read


def test_a_longer_name_of_a_page_with_a_query_comes_back_as_it_was(
    visitor: Visitor, hire: Hire
) -> None:
    wanted = "/users?q=jos%C3%A9%20p&status=active"
    assert visitor.log_in(*hire(Role.SUPPORT), next_path=wanted).headers["Location"] == wanted


def test_the_log_in_speaks_the_browser_s_language_beside_each_field(visitor: Visitor) -> None:
    visitor.http.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es"
    page = visitor.log_in("x" * 300, "y", status=422)
    assert "Usa como máximo 254 caracteres." in page.words


def test_an_office_behind_one_address_logs_in_at_nine_o_clock(app: Flask, hire: Hire) -> None:
    email, password = hire(Role.VIEWER)
    for _ in range(35):
        Visitor(app).log_in(email, password)


@pytest.mark.parametrize("target", ["/session", "/healthz", "/readyz"])
def test_what_is_no_page_is_nowhere_to_go_after_a_log_in(
    visitor: Visitor, hire: Hire, target: str
) -> None:
    answer = visitor.log_in(*hire(Role.SUPPORT), next_path=target)
    assert answer.headers["Location"] == "/"


def test_the_log_in_says_who_helps(visitor: Visitor) -> None:
    words = visitor.get("/login").words
    assert re.search(r"Forgot your password\? An admin can give you a one-time link\.", words)
