"""Step-up by single sign-on: the provider asks again, and says when it did."""

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.factors import add_app, code_of, show
from tests.support.pages.sso import (
    ahead,
    go_out,
    log_in_by_sso,
    provider,
    running_provider,
)
from tests.support.pages.sso import settings as sso_settings
from tests.support.people import Hire, LogIn
from tests.support.servers.oidc_provider import OidcProvider

__all__ = ["provider", "running_provider", "sso_settings"]

COOKIE = "__Host-dashboard-local"
FLOW_COOKIE = f"{COOKIE}-sso"
BEGIN = "/confirm/sso"


@pytest.fixture
def settings(sso_settings: dict[str, str]) -> dict[str, str]:
    return {**sso_settings, "STEP_UP": "1"}


@pytest.fixture
def stale(app: Flask, hire: Hire, provider: OidcProvider, clock: TestClock) -> Visitor:
    """An admin who logged in by single sign-on six minutes ago."""
    email, _ = hire(Role.ADMIN)
    provider.claims = {"sub": "ana-1", "email": email, "email_verified": True}
    visitor = Visitor(app)
    log_in_by_sso(visitor)
    clock.advance(minutes=6)
    provider.times = {"auth_time": 6 * 60, "iat": 6 * 60, "exp": 11 * 60}
    return visitor


def confirmations(database: Database) -> list[tuple[str, dict[str, str]]]:
    return audit_log.outcomes(database, "auth:confirm")


def needs_confirming(visitor: Visitor) -> bool:
    """Return whether a dangerous action leads to the confirmation page."""
    answer = visitor.http.post("/staff", data={"csrf_token": visitor.csrf_token()})
    return answer.status_code == 303 and "/confirm" in answer.headers["Location"]


def test_the_provider_asks_again_and_the_session_goes_on_under_a_new_id(
    stale: Visitor, provider: OidcProvider, database: Database
) -> None:
    assert needs_confirming(stale)
    assert "Company account (SSO)" in stale.get("/confirm?next=/staff/new").words
    before = stale.cookies()[COOKIE]
    page = stale.get(go_out(stale, "/staff/new", BEGIN))
    assert ahead(page) == "/staff/new"
    assert (provider.wanted["prompt"], provider.wanted["max_age"]) == ("login", "0")
    assert stale.cookies()[COOKIE] != before
    assert not needs_confirming(stale)
    assert confirmations(database) == [("succeeded", {"address": "127.0.0.1", "method": "sso"})]


@pytest.mark.parametrize("ago", [None, 6 * 60, 70])
def test_a_provider_that_did_not_ask_again_confirms_nothing(
    stale: Visitor, provider: OidcProvider, database: Database, ago: int | None
) -> None:
    del provider.times["auth_time"]
    if ago is not None:
        provider.times["auth_time"] = 6 * 60 - ago
    page = stale.get(go_out(stale, "/staff/new", BEGIN), status=403)
    assert "We couldn’t confirm you with Company account (SSO)" in page.words
    assert 'href="/staff/new"' in page.text
    assert needs_confirming(stale)
    assert confirmations(database)[0][1]["cause"] == "not anew"


def test_a_log_in_for_which_the_provider_asked_nobody_is_no_confirmation(
    stale: Visitor, provider: OidcProvider
) -> None:
    provider.times["auth_time"] = 0  # logged in there six minutes ago, and not asked again
    stale.post("/logout")
    log_in_by_sso(stale)
    assert needs_confirming(stale)
    provider.times["auth_time"] = 6 * 60
    log_in_by_sso(stale)
    assert not needs_confirming(stale)


def test_a_provider_that_does_not_say_when_it_asked_confirms_no_log_in(
    app: Flask, hire: Hire, provider: OidcProvider
) -> None:
    email, password = hire(Role.ADMIN)
    provider.claims = {"sub": "ana-1", "email": email, "email_verified": True}
    visitor = Visitor(app)
    for _ in range(2):
        log_in_by_sso(visitor)
        assert needs_confirming(visitor)
        visitor.get("/account/factors", status=303)
        visitor.post("/logout")
    log_in_by_sso(visitor)
    visitor.post("/confirm", {"password": password})
    assert not needs_confirming(visitor)


@pytest.fixture
def without_anything(app: Flask, hire: Hire, provider: OidcProvider, database: Database) -> Visitor:
    """An admin without password or factor, whose provider does not say when it asked."""
    email, _ = hire(Role.ADMIN)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE staff SET password_hash = ''")
    provider.claims = {"sub": "ana-1", "email": email, "email_verified": True}
    visitor = Visitor(app)
    log_in_by_sso(visitor)
    return visitor


def test_who_has_nothing_to_confirm_with_sets_up_a_first_factor_and_no_second(
    without_anything: Visitor, clock: TestClock
) -> None:
    assert needs_confirming(without_anything)
    without_anything.get("/account/factors")
    secret, _ = add_app(without_anything, clock())
    assert not needs_confirming(without_anything)
    without_anything.post("/logout")
    log_in_by_sso(without_anything)
    clock.advance(minutes=1)
    show(without_anything, code_of(secret, clock()))
    assert not needs_confirming(without_anything)
    clock.advance(minutes=6)
    without_anything.get("/account/factors", status=303)


def test_a_first_factor_is_set_up_only_just_after_the_log_in(
    without_anything: Visitor, provider: OidcProvider, clock: TestClock
) -> None:
    provider.times = {"iat": 6 * 60, "exp": 11 * 60}
    without_anything.get("/account")
    clock.advance(minutes=6)
    without_anything.get("/account/factors", status=303)
    page = without_anything.get(go_out(without_anything, "/staff/new", BEGIN), status=403)
    assert "set up a second factor within 5 minutes" in page.words


def test_another_person_s_account_confirms_nothing(
    stale: Visitor, provider: OidcProvider, database: Database
) -> None:
    provider.claims = {**provider.claims, "sub": "ben-2"}
    page = stale.get(go_out(stale, "/staff/new", BEGIN), status=403)
    assert "That account belongs to someone else" in page.words
    assert needs_confirming(stale)
    assert confirmations(database)[0][1]["cause"] == "somebody else"


def test_it_confirms_only_the_session_in_which_it_began(
    app: Flask, stale: Visitor, provider: OidcProvider
) -> None:
    address = go_out(stale, "/staff/new", BEGIN)
    kept = stale.cookies()[FLOW_COOKIE]
    log_in_by_sso(stale)  # another session of the same person
    logged_out = Visitor(app)
    asked = provider.asked.count("/token")
    for visitor in (stale, logged_out):
        visitor.http.set_cookie(FLOW_COOKIE, kept, secure=True)
        visitor.get(address, status=400)
    assert provider.asked.count("/token") == asked


def test_a_log_in_is_no_confirmation_of_another_session(
    stale: Visitor, provider: OidcProvider
) -> None:
    """A log-in that was begun before begins a session of its own."""
    before = stale.cookies()[COOKIE]
    stale.get(go_out(stale))
    assert stale.cookies()[COOKIE] != before
    assert provider.wanted.get("prompt") is None


def test_nobody_begins_it_who_is_logged_out(visitor: Visitor) -> None:
    assert visitor.post(BEGIN, {}).headers["Location"].startswith("/login")


def test_whoever_has_no_account_there_is_not_offered_it(log_in: LogIn, clock: TestClock) -> None:
    visitor = log_in(Role.ADMIN)
    visitor.get("/account")
    clock.advance(minutes=6)
    assert "Company account" not in visitor.get("/confirm").words
