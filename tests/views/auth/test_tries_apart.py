"""Nothing that a stranger can use up is a budget that a colleague needs (T-A8)."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.factors import add_app, code_of, codes_in, first_step, recover, show
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
from tests.support.sampling import all_of
from tests.support.servers.oidc_provider import OidcProvider
from tests.support.soft_passkey import SoftPasskey, enrol

__all__ = ["provider", "running_provider", "settings"]

Known = tuple[str, str]
NEW = "a password of my own"


@pytest.fixture
def known(app: Flask, hire: Hire) -> Known:
    """An admin who has logged in from the office before."""
    account = hire(Role.ADMIN)
    Visitor(app).log_in(*account)
    return account


@pytest.fixture
def admin(app: Flask, known: Known, clock: TestClock) -> Visitor:
    """The admin, logged in, with a confirmation that has lapsed."""
    visitor = Visitor(app)
    visitor.log_in(*known)
    clock.advance(minutes=6)
    return visitor


@pytest.fixture
def fill(app: Flask) -> Callable[[], None]:
    """A guest in the same office uses up all that their address has."""

    def fill() -> None:
        for number in range(31):
            status = 422 if number < 30 else 429
            Visitor(app).log_in(f"nobody{number}@example.com", "wrong", status=status)
        for number in range(31):
            Visitor(app).show_passkey(SoftPasskey(f"made up {number}"), status=429)

    return fill


@pytest.fixture
def full(fill: Callable[[], None]) -> None:
    """The address of everyone here has nothing left."""
    fill()


def test_a_full_address_keeps_no_colleague_out_who_came_in_from_there(
    app: Flask, known: Known, hire: Hire, database: Database, staff: Staff, fill: Callable[[], None]
) -> None:
    colleague = hire(Role.SUPPORT)
    passkey = enrol(database, colleague[0])
    newcomer = staff.invite("bruno@example.com", "Bruno", [Role.SUPPORT])
    fill()
    Visitor(app).log_in(*known)
    Visitor(app).show_passkey(passkey)
    choose(Visitor(app), f"/link/{newcomer.token}", NEW)
    Visitor(app).log_in("someone.new@example.com", "wrong", status=429)


def test_a_full_address_keeps_no_session_from_confirming_or_changing_its_password(
    admin: Visitor, known: Known, fill: Callable[[], None], app: Flask
) -> None:
    fill()
    for _ in range(10):
        Visitor(app).log_in(known[0], "wrong", status=422)
    Visitor(app).log_in(*known, status=429)
    admin.post("/confirm", {"password": known[1]})
    sent = {"password": known[1], "new_password": NEW}
    assert admin.post("/account/password", sent).headers["Location"] == "/account"


def test_a_person_s_confirmations_count_in_all_their_sessions_together(
    app: Flask, known: Known, clock: TestClock
) -> None:
    first, second, third = (Visitor(app) for _ in range(3))
    for visitor in (first, second, third):
        visitor.log_in(*known)
    for visitor in (first, second):
        for _ in range(10):
            visitor.post("/confirm", {"password": "wrong"}, status=422)
    page = third.post("/confirm", {"password": known[1]}, status=429)
    assert "Too many attempts." in page.words
    fresh = Visitor(app)
    fresh.log_in(*known)  # which confirms as well
    for _ in range(2):
        clock.advance(minutes=31)
        fresh.get("/account")
    fresh.post("/confirm", {"password": known[1]})


def test_single_sign_on_that_is_declined_blocks_nobody(
    app: Flask, hire: Hire, provider: OidcProvider
) -> None:
    provider.claims = somebody(hire(Role.SUPPORT)[0])
    provider.answer = {"code": None, "error": "access_denied"}
    for _ in range(40):
        page = log_in_by_sso(Visitor(app), status=403)
    assert "It refused the log-in, or you left its page" in page.words
    provider.answer = {}
    log_in_by_sso(Visitor(app))


def test_an_account_without_access_here_blocks_only_itself(
    app: Flask, hire: Hire, provider: OidcProvider
) -> None:
    provider.claims = somebody("intern@example.com", subject="intern")
    for _ in range(10):
        log_in_by_sso(Visitor(app), status=403)
    log_in_by_sso(Visitor(app), status=429)
    provider.claims = somebody(hire(Role.SUPPORT)[0])
    log_in_by_sso(Visitor(app))


def test_a_provider_that_is_down_uses_up_nothing(
    app: Flask, hire: Hire, provider: OidcProvider
) -> None:
    provider.claims = somebody(hire(Role.SUPPORT)[0])
    for _ in range(12):
        visitor = Visitor(app)
        address = go_out(visitor)
        provider.broken = {"/token"}
        come_back(visitor, address, status=503)
        provider.broken = set()
    log_in_by_sso(Visitor(app))


def test_a_full_address_leaves_single_sign_on_open(
    app: Flask, hire: Hire, provider: OidcProvider, fill: Callable[[], None]
) -> None:
    provider.claims = somebody(hire(Role.SUPPORT)[0])
    fill()
    log_in_by_sso(Visitor(app))


def test_twenty_guesses_an_hour_at_one_name_from_however_many_addresses(
    app: Flask, hire: Hire, clock: TestClock
) -> None:
    email, password = hire(Role.SUPPORT)
    statuses = []
    for number in range(80):
        thief = Visitor(app)
        thief.http.environ_base["REMOTE_ADDR"] = f"203.0.113.{number // 10}"
        sent = {"email": email, "password": "wrong", "csrf_token": thief.csrf_token()}
        statuses.append(thief.http.post("/login", data=sent).status_code)
        clock.advance(seconds=40)
    assert statuses.count(422) == 20
    assert statuses[20:] == [429] * 60
    elsewhere = Visitor(app)
    elsewhere.http.environ_base["REMOTE_ADDR"] = "198.51.100.1"
    elsewhere.log_in(email, password, status=429)
    clock.advance(minutes=10)
    elsewhere.log_in(email, password)


def test_however_an_email_is_spelled_its_count_is_one(app: Flask, hire: Hire) -> None:
    email, _ = hire(Role.SUPPORT)
    spellings = [email, email.upper(), f" {email}", f"{email}\u200b", f"\u202a{email}\u202c"]
    for number in range(20):
        thief = Visitor(app)
        thief.http.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        thief.log_in(spellings[number % len(spellings)], "wrong", status=422)
    thief.log_in(email, "wrong", status=429)


@pytest.mark.usefixtures("full")
@all_of("path", ["/login", "/login/passkey", "/link/made-up"])
def test_a_try_over_the_limit_writes_nothing(app: Flask, path: str) -> None:
    visitor = Visitor(app)
    sent = {"email": "x@example.com", "password": "x", "new_password": NEW, "answer": "{}"}
    visitor.post(path, sent, status=429)
    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SELECT", "PRAGMA", "BEGIN")):
            written.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        visitor.post(path, sent, status=429)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert written == []


def test_a_full_address_keeps_no_colleague_from_their_second_step(
    app: Flask, known: Known, clock: TestClock, fill: Callable[[], None]
) -> None:
    visitor = Visitor(app)
    visitor.log_in(*known)
    secret, page = add_app(visitor, clock())
    fill()
    clock.advance(minutes=1)
    by_code, by_recovery = Visitor(app), Visitor(app)
    first_step(by_code, known)
    show(by_code, code_of(secret, clock()))
    first_step(by_recovery, known)
    recover(by_recovery, codes_in(page)[0])


def test_a_thief_of_a_session_keeps_its_owner_from_no_passkey_elsewhere(
    app: Flask, known: Known, database: Database, clock: TestClock
) -> None:
    passkey, stolen, own = enrol(database, known[0]), Visitor(app), Visitor(app)
    for visitor in (stolen, own):
        visitor.log_in(*known)
    clock.advance(minutes=6)
    for _ in range(2):
        for _ in range(10):
            stolen.post("/confirm/code", {"code": "000000"}, status=422)
        clock.advance(minutes=5, seconds=1)
    stolen.post("/confirm/code", {"code": "000000"}, status=429)
    options = own.post("/login/passkey/options", status=200).json
    own.post("/confirm/passkey", {"answer": passkey.get(options)})
