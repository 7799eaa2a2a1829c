"""Logging in by a passkey: as the second step or passwordless, and what does not pass for one."""

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.factors import first_step, log_ins
from tests.support.pages.links import choose
from tests.support.people import Hire
from tests.support.soft_passkey import PRESENT, SoftPasskey, enrol

COOKIE = "__Host-dashboard-local"


@pytest.fixture
def known(hire: Hire) -> tuple[str, str]:
    return hire(Role.SUPPORT)


@pytest.fixture
def passkey(database: Database, known: tuple[str, str]) -> SoftPasskey:
    return enrol(database, known[0])


def test_a_passkey_is_a_second_step(
    visitor: Visitor, known: tuple[str, str], passkey: SoftPasskey, database: Database
) -> None:
    first_step(visitor, known)
    assert "Code from your authenticator" not in visitor.get("/login/code").words
    options = visitor.post("/login/passkey/options", status=200).json
    assert [each["id"] for each in options["allowCredentials"]]
    assert options["userVerification"] == "required"
    visitor.show_passkey(passkey, next_path="/users")
    visitor.get("/users")
    assert log_ins(database)[-1] == ("succeeded", {"address": "", "method": "passkey"})


def test_a_passkey_alone_logs_in(
    visitor: Visitor, known: tuple[str, str], passkey: SoftPasskey, database: Database
) -> None:
    options = visitor.post("/login/passkey/options", status=200).json
    assert options["allowCredentials"] == []
    assert visitor.show_passkey(passkey, next_path="/users").headers["Location"] == "/users"
    assert known[0].replace("@", "") in visitor.get("/account").words.replace("@", "")
    assert log_ins(database)[-1] == ("succeeded", {"address": "", "method": "passkey"})


@pytest.mark.usefixtures("passkey")
def test_a_passkey_of_somebody_else_is_no_second_step(
    visitor: Visitor, known: tuple[str, str], hire: Hire, database: Database
) -> None:
    eve, _ = hire(Role.ADMIN)
    first_step(visitor, known)
    visitor.show_passkey(enrol(database, eve), status=422)
    visitor.get("/users", status=303)


def test_a_disabled_person_s_passkey_lets_nobody_in(
    visitor: Visitor,
    known: tuple[str, str],
    passkey: SoftPasskey,
    staff: Staff,
    database: Database,
) -> None:
    staff.disable(known[0])
    page = visitor.show_passkey(passkey, status=422)
    assert "This passkey doesn’t work here." in page.words
    assert log_ins(database)[-1] == ("rejected", {"address": "", "cause": "disabled"})


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "https://evil.test"},
        {"origin": "http://localhost:81"},
        {"rp_id": "evil.test"},
        {"flags": PRESENT},
        {"flags": 0},
        {"user_handle": b"999"},
    ],
    ids=str,
)
def test_an_answer_for_another_site_or_without_its_owner_proves_nothing(
    visitor: Visitor, passkey: SoftPasskey, changed: dict[str, object]
) -> None:
    for name, value in changed.items():
        setattr(passkey, name, value)
    visitor.show_passkey(passkey, status=422)
    visitor.get("/users", status=303)


def test_a_passkey_that_nobody_added_and_a_forged_one_are_refused(
    visitor: Visitor, passkey: SoftPasskey
) -> None:
    visitor.show_passkey(SoftPasskey("nobody's"), status=422)
    passkey.key = SoftPasskey("another").key
    visitor.show_passkey(passkey, status=422)


def test_an_answer_is_good_once_in_whatever_browser_and_worker(
    app: Flask, passkey: SoftPasskey
) -> None:
    visitor, thief = Visitor(app), Visitor(app)
    options = visitor.post("/login/passkey/options", status=200).json
    stolen = visitor.cookies()[COOKIE]
    answer = passkey.get(options)
    token = visitor.csrf_token()
    stolen = visitor.cookies()[COOKIE]
    visitor.post("/login/passkey", {"answer": answer, "csrf_token": token})
    thief.http.set_cookie(COOKIE, stolen)
    sent = {"answer": answer, "csrf_token": token}
    thief.post("/login/passkey", sent, status=422)
    thief.get("/users", status=303)


def test_an_answer_is_good_for_five_minutes_and_in_its_own_browser(
    app: Flask, passkey: SoftPasskey, clock: TestClock
) -> None:
    visitor, other = Visitor(app), Visitor(app)
    answer = passkey.get(visitor.post("/login/passkey/options", status=200).json)
    other.post("/login/passkey", {"answer": answer}, status=422)
    clock.advance(minutes=5, seconds=2)
    visitor.post("/login/passkey", {"answer": answer}, status=422)
    clock.advance(minutes=-20)
    early = passkey.get(visitor.post("/login/passkey/options", status=200).json)
    clock.advance(minutes=-20)
    visitor.post("/login/passkey", {"answer": early}, status=422)


def test_a_count_that_goes_back_is_a_copy_of_the_passkey(
    app: Flask, known: tuple[str, str], database: Database
) -> None:
    passkey = SoftPasskey(known[0], sign_count=7)
    with database.write() as connection:
        passkey.enrol(connection, 1)
    for count, status in ((8, 303), (8, 422), (5, 422), (0, 422), (9, 303)):
        passkey.sign_count = count
        Visitor(app).show_passkey(passkey, status=status)


def test_tries_with_passkeys_are_limited_by_address(app: Flask, passkey: SoftPasskey) -> None:
    for number in range(30):
        Visitor(app).show_passkey(SoftPasskey(f"made up {number}"), status=422)
    page = Visitor(app).show_passkey(SoftPasskey("one more"), status=429)
    assert "Too many attempts." in page.words
    Visitor(app).show_passkey(passkey)  # unguessable: no stranger keeps it from working


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '{"id": 1}', "[" * 5000, "x" * 5000, '{"response": {}}']
)
def test_what_is_no_answer_is_refused(visitor: Visitor, answer: str) -> None:
    visitor.post("/login/passkey/options", status=200)
    visitor.post("/login/passkey", {"answer": answer}, status=422)


def test_a_link_sets_a_password_and_asks_for_the_second_factor(
    visitor: Visitor, known: tuple[str, str], passkey: SoftPasskey, staff: Staff
) -> None:
    link = f"/link/{staff.make_link(known[0]).token}"
    answer = choose(visitor, link, "a password of my own")
    assert answer.headers["Location"] == "/login/code"
    visitor.get("/users", status=303)
    visitor.show_passkey(passkey)
    visitor.get("/users")


def test_a_first_step_of_somebody_else_ends_the_session_that_was_there(
    visitor: Visitor, hire: Hire, known: tuple[str, str], passkey: SoftPasskey, staff: Staff
) -> None:
    visitor.log_in(*hire(Role.ADMIN))
    choose(visitor, f"/link/{staff.make_link(known[0]).token}", "a password of my own")
    visitor.get("/users", status=303)
    visitor.show_passkey(passkey)
    visitor.get("/staff", status=403)
