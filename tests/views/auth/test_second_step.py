"""The second step of the log-in by a code: none works twice, and all refusals look the same."""

import json
from datetime import timedelta

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.store.schema import sessions
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.factors import add_app, code_of, first_step, log_ins, show
from tests.support.people import Hire

COOKIE = "__Host-dashboard-local"


@pytest.fixture
def known(hire: Hire) -> tuple[str, str]:
    return hire(Role.SUPPORT)


@pytest.fixture
def app_secret(app: Flask, known: tuple[str, str], clock: TestClock) -> str:
    """The secret of the person's authenticator app, whose last code is long gone."""
    visitor = Visitor(app)
    visitor.log_in(*known)
    secret, _ = add_app(visitor, clock())
    clock.advance(minutes=2)
    return secret


def count_sessions(database: Database) -> int:
    with database.read() as connection:
        return len(connection.execute(sessions.select()).all())


def test_a_password_alone_opens_nothing_and_begins_no_session(
    visitor: Visitor, known: tuple[str, str], app_secret: str, database: Database
) -> None:
    before, recorded = count_sessions(database), log_ins(database)
    first_step(visitor, known)
    assert "Enter your second factor" in visitor.get("/login/code").words
    for path in ("/users", "/account", "/session"):
        visitor.get(path, status=303)
    assert count_sessions(database) == before
    assert log_ins(database) == recorded
    assert app_secret not in visitor.get("/login/code").text


def test_a_right_password_is_recorded_even_where_no_second_step_follows(
    visitor: Visitor,
    known: tuple[str, str],
    app_secret: str,
    database: Database,
    clock: TestClock,
) -> None:
    assert app_secret
    for _ in range(3):  # a flood of it is one row
        first_step(visitor, known)
    clock.advance(minutes=6)
    first_step(visitor, known)
    shown = audit_log.entries(database, "auth:password")
    assert [(row.outcome, json.loads(row.details)) for row in shown] == [
        ("succeeded", {"address": "127.0.0.1"})
    ] * 2
    assert {row.staff_id for row in shown} == {1}


def test_the_code_of_the_app_lets_in_and_leads_to_the_page_that_was_wanted(
    visitor: Visitor,
    known: tuple[str, str],
    app_secret: str,
    clock: TestClock,
    database: Database,
) -> None:
    page = first_step(visitor, known, "/users?q=ana")
    form = visitor.get(page.headers["Location"])
    assert 'name="next" value="/users?q=ana"' in form.text
    before = visitor.cookies()[COOKIE]
    code = code_of(app_secret, clock())
    answer = show(visitor, f"{code[:3]} {code[3:]}", next="/users?q=ana")
    assert answer.headers["Location"] == "/users?q=ana"
    assert visitor.cookies()[COOKIE] != before
    visitor.get("/users")
    assert log_ins(database)[-1] == ("succeeded", {"address": "", "method": "code"})


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_clock_may_be_half_a_minute_off(
    visitor: Visitor, known: tuple[str, str], app_secret: str, clock: TestClock, seconds: int
) -> None:
    first_step(visitor, known)
    show(visitor, code_of(app_secret, clock() + timedelta(seconds=seconds)))


@pytest.mark.parametrize("seconds", [-61, 61, 3600])
def test_a_clock_may_not_be_further_off(
    visitor: Visitor, known: tuple[str, str], app_secret: str, clock: TestClock, seconds: int
) -> None:
    first_step(visitor, known)
    show(visitor, code_of(app_secret, clock() + timedelta(seconds=seconds)), status=422)


def test_a_used_code_and_an_older_one_are_refused(
    app: Flask, known: tuple[str, str], app_secret: str, clock: TestClock, database: Database
) -> None:
    older, code = code_of(app_secret, clock() - timedelta(seconds=30)), code_of(app_secret, clock())
    first, second = Visitor(app), Visitor(app)
    first_step(first, known)
    show(first, code)
    first_step(second, known)
    for used in (code, older):
        page = show(second, used, status=422)
        assert "This code doesn’t work." in page.words
    second.get("/users", status=303)
    assert log_ins(database)[-1] == ("rejected", {"address": "", "cause": "code"})


def test_the_code_that_set_the_app_up_is_used(
    app: Flask, known: tuple[str, str], clock: TestClock
) -> None:
    visitor, again = Visitor(app), Visitor(app)
    visitor.log_in(*known)
    at = clock()
    secret, _ = add_app(visitor, at)
    first_step(again, known)
    show(again, code_of(secret, at), status=422)


@pytest.mark.parametrize(
    "code", ["000000", "12345", "\uff11\uff12\uff13\uff14\uff15\uff16", "abcdef", "x" * 64]
)
@pytest.mark.usefixtures("app_secret")
def test_every_wrong_code_gets_the_same_answer(
    visitor: Visitor, known: tuple[str, str], code: str
) -> None:
    first_step(visitor, known)
    page = show(visitor, code, status=422)
    assert "This code doesn’t work." in page.words
    assert code not in page.words
    assert 'aria-describedby="code-hint code-wrong" aria-invalid="true"' in page.text


@pytest.mark.usefixtures("app_secret")
def test_no_code_at_all_is_told_beside_the_field(visitor: Visitor, known: tuple[str, str]) -> None:
    first_step(visitor, known)
    assert "Enter the code." in show(visitor, "", status=422).words


def test_tries_are_limited_however_often_the_password_is_right(
    app: Flask, known: tuple[str, str], app_secret: str, clock: TestClock, database: Database
) -> None:
    for _ in range(10):
        visitor = Visitor(app)
        first_step(visitor, known)
        show(visitor, "000000", status=422)
    first_step(visitor, known)
    page = show(visitor, code_of(app_secret, clock()), status=429)
    assert "Too many attempts." in page.words
    assert 0 < int(page.headers["Retry-After"]) <= 300
    show(visitor, "000000", status=429)
    causes = [details.get("cause") for _, details in log_ins(database)]
    assert causes[-11:] == ["code"] * 10 + ["limit"]
    clock.advance(minutes=5, seconds=1)
    first_step(visitor, known)
    show(visitor, code_of(app_secret, clock()))


def test_one_address_does_not_keep_another_one_out(
    app: Flask, known: tuple[str, str], app_secret: str, clock: TestClock
) -> None:
    thief, owner = Visitor(app), Visitor(app)
    thief.http.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    first_step(thief, known)
    for _ in range(10):
        show(thief, "000000", status=422)
    show(thief, "000000", status=429)
    first_step(owner, known)
    show(owner, code_of(app_secret, clock()))


def test_five_minutes_after_the_password_it_is_asked_for_again(
    visitor: Visitor, known: tuple[str, str], app_secret: str, clock: TestClock
) -> None:
    first_step(visitor, known)
    clock.advance(minutes=5, seconds=1)
    assert visitor.get("/login/code", status=303).headers["Location"] == "/login"
    answer = show(visitor, code_of(app_secret, clock()), next="/users")
    assert answer.headers["Location"] == "/login?next=/users"
    visitor.get("/users", status=303)


def test_a_first_step_of_a_time_to_come_is_none(
    visitor: Visitor, known: tuple[str, str], app_secret: str, clock: TestClock
) -> None:
    first_step(visitor, known)
    clock.advance(minutes=-10)
    show(visitor, code_of(app_secret, clock()))
    visitor.get("/users", status=303)


def test_a_new_password_and_being_disabled_undo_the_first_step(
    visitor: Visitor, known: tuple[str, str], app_secret: str, clock: TestClock, staff: Staff
) -> None:
    first_step(visitor, known)
    staff.disable(known[0])
    show(visitor, code_of(app_secret, clock()))
    visitor.get("/users", status=303)
    staff.enable(known[0])
    visitor.get("/login/code")
    with staff._database.write() as connection:  # noqa: SLF001  another way would take the app too
        connection.exec_driver_sql("UPDATE staff SET password_hash = 'another'")
    visitor.get("/login/code", status=303)


def test_nobody_is_half_way_without_a_first_step(visitor: Visitor) -> None:
    assert visitor.get("/login/code?next=/users", status=303).headers["Location"] == (
        "/login?next=/users"
    )
    show(visitor, "123456")
