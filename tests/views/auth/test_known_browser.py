"""A browser in which someone has logged in has its own counts, which no stranger fills (T-A8)."""

from collections.abc import Callable

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.store.schema import limits
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.factors import add_app, code_of, first_step, show
from tests.support.pages.links import choose
from tests.support.pages.sso import (
    come_back,
    go_out,
    log_in_by_sso,
    provider,
    running_provider,
    settings,
    somebody,
)
from tests.support.people import Hire
from tests.support.servers.oidc_provider import OidcProvider
from tests.support.soft_passkey import enrol

__all__ = ["provider", "running_provider", "settings"]

COOKIE = "__Host-dashboard-local-browser"
AWAY = "198.51.100.1"
Guess = Callable[[str], None]


def move(visitor: Visitor, address: str) -> None:
    """Take the browser to another address."""
    visitor.http.environ_base["REMOTE_ADDR"] = address


@pytest.fixture
def guess(app: Flask) -> Guess:
    """Guess at a name from many addresses until no stranger may."""

    def guess(email: str) -> None:
        for number in range(21):
            thief = Visitor(app)
            move(thief, f"203.0.113.{number}")
            thief.log_in(email, "wrong", status=422 if number < 20 else 429)

    return guess


def test_guesses_at_a_name_keep_its_owner_out_in_no_browser_they_used(
    app: Flask, hire: Hire, guess: Guess
) -> None:
    account, own = hire(Role.SUPPORT), Visitor(app)
    own.log_in(*account)
    own.post("/logout")
    guess(account[0])
    move(own, AWAY)
    own.log_in(*account)


def test_where_all_is_new_the_page_names_the_ways_past_and_they_work(
    app: Flask, hire: Hire, guess: Guess, database: Database, staff: Staff
) -> None:
    account = hire(Role.SUPPORT)
    guess(account[0])
    passkey, link = enrol(database, account[0]), staff.make_link(account[0])
    by_password, by_passkey, by_link = (Visitor(app) for _ in range(3))
    for visitor in (by_password, by_passkey, by_link):
        move(visitor, AWAY)
    page = by_password.log_in(*account, status=429)
    assert "You can still use a passkey or a one-time link from an admin." in page.words
    by_passkey.show_passkey(passkey)
    choose(by_link, f"/link/{link.token}", "a password of my own")


def test_guesses_from_the_same_office_keep_no_one_out_in_their_browser(
    app: Flask, hire: Hire
) -> None:
    account, own, guest = hire(Role.SUPPORT), Visitor(app), Visitor(app)
    own.log_in(*account)
    own.post("/logout")
    for _ in range(10):
        guest.log_in(account[0], "wrong", status=422)
    guest.log_in(*account, status=429)
    own.log_in(*account)


def test_a_browser_is_known_for_those_who_logged_in_there(
    app: Flask, hire: Hire, guess: Guess
) -> None:
    account, colleague = hire(Role.SUPPORT), Visitor(app)
    move(colleague, AWAY)
    colleague.log_in(*hire(Role.SUPPORT))
    colleague.post("/logout")
    guess(account[0])
    colleague.log_in(*account, status=429)


def test_a_stolen_secret_guesses_ten_times_and_opens_nothing(app: Flask, hire: Hire) -> None:
    account, own, thief = hire(Role.SUPPORT), Visitor(app), Visitor(app)
    own.log_in(*account)
    thief.http.set_cookie(COOKIE, own.cookies()[COOKIE], secure=True)
    move(thief, AWAY)
    thief.get("/users", status=303)
    for _ in range(10):
        thief.log_in(account[0], "wrong", status=422)
    thief.log_in(*account, status=429)


def test_guesses_at_codes_keep_no_one_out_in_their_browser(
    app: Flask, hire: Hire, clock: TestClock
) -> None:
    account, own = hire(Role.SUPPORT), Visitor(app)
    own.log_in(*account)
    secret, _ = add_app(own, clock())
    clock.advance(minutes=1)
    own.post("/logout")
    first_step(own, account)
    show(own, code_of(secret, clock()))
    own.post("/logout")
    for number in range(21):  # by someone who has the password
        thief = Visitor(app)
        move(thief, f"203.0.113.{number}")
        first_step(thief, account)
        show(thief, "000000", status=422 if number < 20 else 429)
    clock.advance(minutes=1)
    move(own, AWAY)
    first_step(own, account)
    show(own, code_of(secret, clock()))


@pytest.mark.parametrize(
    ("address", "most"), [pytest.param("127.0.0.1", 100, marks=pytest.mark.weekly), (AWAY, 10)]
)
def test_answers_that_prove_nothing_keep_no_known_browser_from_single_sign_on(
    app: Flask, hire: Hire, provider: OidcProvider, address: str, most: int
) -> None:
    provider.claims, own = somebody(hire(Role.SUPPORT)[0]), Visitor(app)
    log_in_by_sso(own)
    own.post("/logout")
    move(own, address)
    provider.answer = {"code": "made up"}
    for number in range(most + 1):
        stranger = Visitor(app)
        move(stranger, address)
        come_back(stranger, go_out(stranger), status=502 if number < most else 429)
    provider.answer = {}
    log_in_by_sso(own)


def test_what_the_browser_keeps_is_no_session_and_is_stored_as_a_mac(
    app: Flask, hire: Hire, database: Database
) -> None:
    account, visitor = hire(Role.SUPPORT), Visitor(app)
    assert COOKIE not in str(visitor.log_in(account[0], "wrong", status=422).headers)
    (cookie,) = (
        each
        for each in visitor.log_in(*account).headers.getlist("Set-Cookie")
        if each.startswith(COOKIE)
    )
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= {*cookie.split("; ")}
    kept = visitor.cookies()[COOKIE]
    with database.read() as connection:
        keys = connection.execute(limits.select()).all()
    assert kept not in str(keys)
    visitor.post("/logout")
    visitor.log_in(*account)
    assert visitor.cookies()[COOKIE] == kept
