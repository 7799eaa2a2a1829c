"""How people get in, as admins manage it: links, second factors, sessions."""

import json

import pytest
from flask import Flask
from sqlalchemy import func, select

from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.store.schema import recovery_codes
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.factors import give_factors
from tests.support.pages.links import choose, invite, link_in
from tests.support.people import Hire, LogIn

OTHER = "/staff/2"


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


@pytest.fixture
def other(admin: Visitor, hire: Hire) -> tuple[str, str]:
    """A member in support, number 2 because the admin was first: email and password."""
    assert admin
    return hire(Role.SUPPORT)


def last_row(database: Database) -> tuple[str, str, dict[str, str]]:
    """Return action, subject and details of the newest audit row."""
    row = audit_log.entries(database)[-1]
    return row.action, row.subject_id, json.loads(row.details)


def test_the_list_and_the_page_tell_the_age_and_the_end_of_a_link(
    admin: Visitor, clock: TestClock, log_in: LogIn
) -> None:
    invite(admin, "bruno@example.com")
    clock.advance(minutes=50)
    for path in ("/staff", OTHER):
        words = admin.get(path).words
        assert "works until" in words
        assert "Link created 50 minutes ago" in words
    clock.advance(hours=48)
    admin = log_in(Role.ADMIN)
    for path in ("/staff", OTHER):
        words = admin.get(path).words
        assert "No active link" in words
        assert "Invited" in words
    assert "Withdraw" not in words


def test_a_new_link_for_who_was_invited_is_an_invitation_again(
    admin: Visitor, visitor: Visitor
) -> None:
    first = invite(admin, "bruno@example.com")
    assert "Create a new link" in admin.get(OTHER).words
    page = admin.post(f"{OTHER}/link", status=200)
    assert "you now have access to" in page.words
    visitor.get(first, status=404)
    choose(visitor, link_in(page), "a password of my own")


def test_a_withdrawn_link_leads_nowhere_and_who_was_invited_is_still_shown(
    admin: Visitor, visitor: Visitor, database: Database
) -> None:
    link = invite(admin, "bruno@example.com")
    assert admin.post(f"{OTHER}/link/withdraw").headers["Location"] == OTHER
    assert last_row(database) == ("staff:withdraw", "2", {})
    page = admin.get(OTHER)
    assert "Link withdrawn. It no longer works." in page.words
    assert "Invited" in page.words
    assert f"{OTHER}/link/withdraw" not in page.text
    visitor.get(link, status=404)
    refused = admin.post(f"{OTHER}/link/withdraw", status=409)
    assert "There’s no active link to withdraw" in refused.words


def test_withdrawing_a_link_logs_nobody_out(
    admin: Visitor, other: tuple[str, str], app: Flask
) -> None:
    there = Visitor(app)
    there.log_in(*other)
    admin.post(f"{OTHER}/link", status=200)
    admin.post(f"{OTHER}/link/withdraw")
    there.get("/users")


def test_an_admin_requires_a_second_factor_and_no_longer(
    admin: Visitor, other: tuple[str, str], staff: Staff, database: Database
) -> None:
    assert "Not required" in admin.get(OTHER).words
    admin.post(f"{OTHER}/second-factors/require")
    assert last_row(database) == ("staff:require", "2", {"second_factor": "required"})
    page = admin.get(OTHER)
    assert "A second factor is required." in page.words
    assert "Required by an admin" in page.words
    assert "Second factor missing" in admin.get("/staff").words
    member = staff.find(other[0])
    assert member
    assert member.second_factor_required
    admin.post(f"{OTHER}/second-factors/no-longer")
    assert last_row(database) == ("staff:require", "2", {"second_factor": "by role"})
    assert "A second factor is no longer required." in admin.get(OTHER).words
    assert "Second factor missing" not in admin.get("/staff").words


def test_a_reset_takes_factors_password_and_sessions_and_makes_a_link(
    admin: Visitor, other: tuple[str, str], app: Flask, database: Database, staff: Staff
) -> None:
    there = Visitor(app)
    there.log_in(*other)
    give_factors(database, 2)
    assert "Passkey Authenticator app" in admin.get("/staff").words
    page = admin.post(f"{OTHER}/second-factors/reset", status=200)
    assert "Their second factors and password no longer work" in page.words
    assert last_row(database) == ("staff:factors", "2", {})
    there.get("/users", status=303)
    Visitor(app).log_in(*other, status=422)
    member = staff.find(other[0])
    assert member
    assert (member.has_passkey, member.has_authenticator, member.password_hash) == (
        False,
        False,
        "",
    )
    with database.read() as connection:
        assert not connection.execute(select(func.count()).select_from(recovery_codes)).scalar()
    assert "Needs a link to log in" in admin.get("/staff").words
    back = Visitor(app)
    assert "Hello" in back.get(link_in(page)).words
    choose(back, link_in(page), "a password of my own")
    back.get("/users")
    assert "Needs a link to log in" not in admin.get("/staff").words


@pytest.mark.usefixtures("other")
def test_a_reset_is_offered_where_there_is_something_to_take_away(
    admin: Visitor, database: Database
) -> None:
    assert f"{OTHER}/second-factors/reset" not in admin.get(OTHER).text
    give_factors(database, 2)
    assert f"{OTHER}/second-factors/reset" in admin.get(OTHER).text


def test_the_disabled_are_not_reset(admin: Visitor, other: tuple[str, str], staff: Staff) -> None:
    staff.disable(other[0])
    refused = admin.post(f"{OTHER}/second-factors/reset", status=409)
    assert "This staff member is disabled. Enable them first." in refused.words
    member = staff.find(other[0])
    assert member
    assert member.password_hash


def test_sessions_are_counted_and_ended(
    admin: Visitor, other: tuple[str, str], app: Flask, database: Database
) -> None:
    assert "End all sessions" not in admin.get(OTHER).words
    browsers = [Visitor(app) for _ in range(2)]
    for browser in browsers:
        browser.log_in(*other)
    assert "2 sessions are open." in admin.get(OTHER).words
    assert '<td class="opt end">2</td>' in admin.get("/staff").text
    admin.post(f"{OTHER}/sessions/end")
    assert last_row(database) == ("staff:sessions", "2", {})
    page = admin.get(OTHER)
    assert "All their sessions have ended." in page.words
    assert "End all sessions" not in page.words
    for browser in browsers:
        browser.get("/users", status=303)


def test_sessions_that_are_over_do_not_count(
    other: tuple[str, str], app: Flask, clock: TestClock, log_in: LogIn
) -> None:
    Visitor(app).log_in(*other)
    clock.advance(minutes=61)
    assert "End all sessions" not in log_in(Role.ADMIN).get(OTHER).words
