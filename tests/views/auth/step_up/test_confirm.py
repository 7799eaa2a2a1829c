"""Confirming again who you are: by a code, by a passkey, or not at all."""

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.factors import add_app, code_of, codes_in
from tests.support.people import Hire
from tests.support.soft_passkey import SoftPasskey, enrol

COOKIE = "__Host-dashboard-local"
WRONG = "That didn’t match. Try again."


def show_passkey(visitor: Visitor, passkey: SoftPasskey, *, status: int = 303) -> str:
    """Answer by a passkey; return where that leads."""
    options = visitor.post("/login/passkey/options", status=200).json
    sent = {"answer": passkey.get(options), "next": "/staff"}
    page = visitor.post("/confirm/passkey", sent, status=status)
    return str(page.headers.get("Location")) if status == 303 else page.words


def methods(database: Database) -> list[tuple[str, str]]:
    """Return outcome and method of every confirmation."""
    confirmations = audit_log.outcomes(database, "auth:confirm")
    return [(outcome, details["method"]) for outcome, details in confirmations]


def test_a_code_of_the_authenticator_confirms_once(
    admin: Visitor, clock: TestClock, database: Database
) -> None:
    secret, _ = add_app(admin, clock())
    clock.advance(minutes=6)
    assert "Code from your authenticator" in admin.get("/confirm").words
    assert WRONG in admin.post("/confirm/code", {"code": "000000"}, status=422).words
    assert "Enter the code." in admin.post("/confirm/code", {"code": ""}, status=422).words
    code = code_of(secret, clock())
    before = admin.cookies()[COOKIE]
    answer = admin.post("/confirm/code", {"code": code, "next": "/staff"})
    assert answer.headers["Location"] == "/staff"
    assert admin.cookies()[COOKIE] != before
    admin.get("/tokens/privy")
    assert WRONG in admin.post("/confirm/code", {"code": code}, status=422).words
    assert methods(database) == [("rejected", "code"), ("succeeded", "code"), ("rejected", "code")]


def test_codes_are_limited_whatever_the_passwords(
    admin: Visitor, clock: TestClock, known: tuple[str, str]
) -> None:
    secret, _ = add_app(admin, clock())
    clock.advance(minutes=6)
    for _ in range(5):
        admin.post("/confirm/code", {"code": "000000"}, status=422)
        admin.post("/confirm", {"password": known[1]}, status=422)
    page = admin.post("/confirm/code", {"code": code_of(secret, clock())}, status=429)
    assert "Too many attempts." in page.words


def test_a_passkey_confirms(
    admin: Visitor, clock: TestClock, database: Database, known: tuple[str, str]
) -> None:
    passkey = enrol(database, known[0])
    clock.advance(minutes=6)
    page = admin.get("/confirm")
    assert 'action="/confirm/passkey"' in page.text
    assert page.text.count('class="or ') == 0
    assert "Passkeys need JavaScript" in page.words
    before = admin.cookies()[COOKIE]
    assert show_passkey(admin, passkey) == "/staff"
    assert admin.cookies()[COOKIE] != before
    admin.get("/tokens/privy")
    assert methods(database) == [("succeeded", "passkey")]


@pytest.mark.parametrize("factor", ["authenticator", "passkey"])
def test_who_has_a_second_factor_confirms_with_nothing_less(
    admin: Visitor, clock: TestClock, database: Database, known: tuple[str, str], factor: str
) -> None:
    if factor == "passkey":
        enrol(database, known[0])
    else:
        add_app(admin, clock())
    clock.advance(minutes=6)
    assert 'name="password"' not in admin.get("/confirm").text
    assert WRONG in admin.post("/confirm", {"password": known[1]}, status=422).words
    admin.get("/tokens/privy", status=303)
    change = {"password": known[1], "new_password": "a password of my own"}
    assert admin.post("/account/password", change).headers["Location"].startswith("/confirm?")
    admin.get("/tokens/privy", status=303)
    assert methods(database) == [("rejected", "password")]


def test_a_recovery_code_confirms_once(
    admin: Visitor, clock: TestClock, database: Database
) -> None:
    codes = codes_in(add_app(admin, clock())[1])
    clock.advance(minutes=6)
    assert "with=recovery" in admin.get("/confirm?next=/staff").text
    page = admin.get("/confirm?next=/staff&with=recovery")
    assert "16 letters and digits" in page.words
    assert 'name="next" value="/staff"' in page.text
    sent = {"code": codes[0], "with": "recovery", "next": "/staff"}
    assert admin.post("/confirm/code", sent).headers["Location"] == "/staff"
    admin.get("/tokens/privy")
    clock.advance(minutes=6)
    assert WRONG in admin.post("/confirm/code", sent, status=422).words
    assert methods(database) == [("succeeded", "recovery"), ("rejected", "recovery")]


def test_changing_the_password_is_no_confirmation(
    admin: Visitor, clock: TestClock, known: tuple[str, str]
) -> None:
    clock.advance(minutes=4)
    change = {"password": known[1], "new_password": "a password of my own"}
    assert admin.post("/account/password", change).headers["Location"] == "/account"
    clock.advance(minutes=2)
    admin.get("/tokens/privy", status=303)


def test_a_passkey_of_somebody_else_confirms_nothing(
    admin: Visitor, clock: TestClock, database: Database, hire: Hire
) -> None:
    other = enrol(database, hire(Role.ADMIN)[0])
    clock.advance(minutes=6)
    assert WRONG in show_passkey(admin, other, status=422)
    admin.get("/tokens/privy", status=303)
    assert methods(database) == [("rejected", "passkey")]


def test_an_answer_confirms_once_and_in_its_own_session(
    app: Flask, admin: Visitor, clock: TestClock, database: Database, known: tuple[str, str]
) -> None:
    passkey = enrol(database, known[0])
    clock.advance(minutes=6)
    options = admin.post("/login/passkey/options", status=200).json
    answer = {"answer": passkey.get(options)}
    thief = Visitor(app)
    thief.log_in(*known)
    clock.advance(minutes=6)
    thief.post("/confirm/passkey", answer, status=422)
    admin.post("/confirm/passkey", {"answer": "{}"}, status=422)
    admin.post("/confirm/passkey", answer, status=422)
    admin.get("/tokens/privy", status=303)


def test_who_has_no_factor_is_offered_none(admin: Visitor, clock: TestClock) -> None:
    clock.advance(minutes=6)
    page = admin.get("/confirm")
    assert "Code from your authenticator" not in page.words
    assert "/confirm/passkey" not in page.text


def test_who_has_neither_password_nor_factor_is_told_what_to_do(
    admin: Visitor, clock: TestClock, database: Database
) -> None:
    clock.advance(minutes=6)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE staff SET password_hash = ''")
    page = admin.get("/confirm")
    assert "Log out and log in again" in page.words
    assert 'name="password"' not in page.text
    admin.post("/confirm", {"password": ""}, status=422)
    admin.post("/confirm", {"password": "x"}, status=422)
