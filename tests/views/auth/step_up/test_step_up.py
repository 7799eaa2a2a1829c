"""Step-up: what is dangerous asks again who it is, once five minutes have gone by."""

from uuid import uuid4

import pytest
from flask import Flask

from dashboard.services.permissions import Permission
from dashboard.store.db.database import Database
from dashboard.store.db.metadata import metadata
from dashboard.store.schema import sessions
from tests.support.browsing import HTMX, Page, Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.forms import TOKEN, send
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import UNSAFE, walk

COOKIE = "__Host-dashboard-local"
MINTS = {Permission.TOKENS_ISSUE, Permission.USERS_LOOK}
DANGEROUS = {*MINTS, Permission.STAFF_MANAGE, Permission.CREDENTIALS_MANAGE}
ONLY_MAKES_SAFER = {"credentials.freeze"}
ENDS_SESSIONS = {"sessions.end", "sessions.end_others", "staff.end_sessions"}


@pytest.fixture
def stale(admin: Visitor, clock: TestClock) -> Visitor:
    """An admin whose log-in was six minutes ago."""
    admin.get("/account")
    clock.advance(minutes=6)
    return admin


def confirm(visitor: Visitor, password: str, wanted: str = "", *, status: int = 303) -> Page:
    return visitor.post("/confirm", {"password": password, "next": wanted}, status=status)


def rows(database: Database) -> dict[str, int]:
    """Return how many rows each table has."""
    with database.read() as connection:
        return {
            table.name: len(connection.execute(table.select()).all())
            for table in metadata.sorted_tables
        }


def confirmations(database: Database) -> list[tuple[str, dict[str, str]]]:
    return audit_log.outcomes(database, "auth:confirm")


def active(simulator: RunningSimulator) -> str:
    return next(str(user["id"]) for user in simulator.users() if user["status"] == "active")


def test_everything_that_mints_or_manages_declares_that_it_asks(app: Flask) -> None:
    for step in walk(app):
        if step.endpoint in ONLY_MAKES_SAFER:
            assert not step.policy.step_up, step.path
            continue
        if step.policy.access in DANGEROUS and step.method in UNSAFE:
            assert step.policy.step_up, step.path
            assert step.policy.form_at, step.path
        if step.policy.access in MINTS:
            assert step.policy.step_up, step.path


def test_everything_that_ends_a_session_of_somebody_else_or_of_another_device_asks(
    app: Flask,
) -> None:
    steps = {step.endpoint: step for step in walk(app) if "/sessions/" in step.path}
    assert steps.keys() == ENDS_SESSIONS
    assert all(step.policy.step_up and step.policy.form_at for step in steps.values())


def test_calls_are_paused_in_a_stale_session_and_resuming_them_asks(
    stale: Visitor, simulator: RunningSimulator
) -> None:
    page = "/settings/credentials"
    done = stale.post(f"{page}/freeze", {"reason": "A leak"})
    assert done.headers["Location"] == page
    stale.get("/users", status=503)
    asked = stale.post(f"{page}/thaw", {"thaw": "1"})
    assert asked.headers["Location"].startswith("/confirm")
    stale.get("/users", status=503)
    assert simulator.requests() == []


def test_after_five_minutes_each_of_them_asks_and_does_nothing(
    app: Flask, stale: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    before, asked = rows(database), 0
    for step in walk(app):
        if not step.policy.step_up:
            continue
        sent = {"csrf_token": stale.csrf_token()}
        plain = stale.http.open(step.path, method=step.method, data=sent)
        assert plain.status_code == 303, step.path
        assert plain.headers["Location"].startswith("/confirm"), step.path
        under_htmx = stale.http.open(step.path, method=step.method, data=sent, headers=HTMX)
        assert under_htmx.status_code == 401, step.path
        assert under_htmx.headers["HX-Redirect"].startswith("/confirm"), step.path
        assert not under_htmx.text
        asked += 1
    assert asked > 15
    after = rows(database)
    assert after.pop("kept_forms") > before.pop("kept_forms")
    assert after == before
    assert simulator.requests() == []


def test_a_page_that_asks_is_come_back_to(stale: Visitor, known: tuple[str, str]) -> None:
    path = f"/users/{uuid4()}/tokens"
    asked = stale.get(path, status=303).headers["Location"]
    assert asked == f"/confirm?next={path}"
    page = stale.get(asked)
    assert f'name="next" value="{path}"' in page.text
    assert known[0] in page.words
    assert "5 minutes" in page.words
    assert confirm(stale, known[1], path).headers["Location"] == path


def test_who_has_just_logged_in_is_not_asked(
    admin: Visitor, clock: TestClock, simulator: RunningSimulator
) -> None:
    clock.advance(minutes=4, seconds=50)
    send(admin, f"/users/{active(simulator)}/tokens", TOKEN, status=200)
    assert admin.get("/confirm?next=/staff", status=303).headers["Location"] == "/staff"


def test_a_confirmation_holds_for_five_minutes_and_no_longer(
    stale: Visitor, known: tuple[str, str], clock: TestClock
) -> None:
    confirm(stale, known[1])
    clock.advance(minutes=4, seconds=50)
    stale.get("/tokens/privy")
    clock.advance(seconds=20)
    stale.get("/tokens/privy", status=303)


def test_pages_that_only_read_never_ask(stale: Visitor) -> None:
    for path in ("/users", "/staff", "/audit", "/settings/credentials", "/tokens"):
        stale.get(path)


def test_a_clock_put_back_makes_no_confirmation_last(admin: Visitor, clock: TestClock) -> None:
    clock.advance(minutes=-10)
    admin.get("/tokens/privy", status=303)


def test_the_session_goes_on_under_a_new_id_and_the_old_one_is_dead(
    app: Flask, stale: Visitor, known: tuple[str, str], database: Database
) -> None:
    before = stale.cookies()[COOKIE]
    with database.read() as connection:
        began_at = connection.execute(sessions.select()).one().created_at
    confirm(stale, known[1])
    assert stale.cookies()[COOKIE] != before
    thief = Visitor(app)
    thief.http.set_cookie(COOKIE, before)
    thief.get("/users", status=303)
    stale.get("/tokens/privy")
    with database.read() as connection:
        assert connection.execute(sessions.select()).one().created_at == began_at


def test_another_session_of_the_same_person_is_still_asked(
    app: Flask, admin: Visitor, known: tuple[str, str], clock: TestClock
) -> None:
    other = Visitor(app)
    other.log_in(*known)
    clock.advance(minutes=6)
    confirm(admin, known[1])
    other.get("/tokens/privy", status=303)


def test_a_confirmation_is_recorded_with_its_method(
    stale: Visitor, known: tuple[str, str], database: Database
) -> None:
    confirm(stale, "wrong", status=422)
    confirm(stale, known[1])
    here = {"method": "password", "address": "127.0.0.1"}
    assert confirmations(database) == [
        ("rejected", {**here, "cause": "password"}),
        ("succeeded", here),
    ]


def test_a_wrong_password_confirms_nothing_and_says_one_thing(
    stale: Visitor, known: tuple[str, str]
) -> None:
    before = stale.cookies()[COOKIE]
    page = confirm(stale, "not the password", "/staff", status=422)
    assert "That didn’t match. Try again." in page.words
    assert 'name="next" value="/staff"' in page.text
    assert "not the password" not in page.text
    assert stale.cookies()[COOKIE] == before
    stale.get("/tokens/privy", status=303)
    empty = confirm(stale, "", status=422)
    assert "Enter your password." in empty.words
    confirm(stale, known[1])


def test_the_eleventh_try_is_refused_even_if_right(
    stale: Visitor, known: tuple[str, str], database: Database, clock: TestClock
) -> None:
    for _ in range(10):
        confirm(stale, "wrong", status=422)
    for _ in range(2):
        page = confirm(stale, known[1], status=429)
    assert "Too many attempts." in page.words
    assert 0 < int(page.headers["Retry-After"]) <= 300
    assert sum(said.get("cause") == "limit" for _, said in confirmations(database)) == 1
    clock.advance(minutes=5, seconds=1)
    confirm(stale, known[1])


@pytest.mark.parametrize("target", ["//evil.test", "http:evil.test", "/\\evil.test", "/healthz"])
def test_a_confirmation_leads_only_to_a_page_of_ours(
    stale: Visitor, known: tuple[str, str], target: str
) -> None:
    assert confirm(stale, known[1], target).headers["Location"] == "/"


def test_without_its_csrf_token_a_form_is_refused_not_kept(
    stale: Visitor, database: Database
) -> None:
    answer = stale.http.post("/staff", data={"email": "new@example.com"})
    assert answer.status_code == 400
    assert rows(database)["kept_forms"] == 0


def test_pages_say_beside_the_button_that_it_will_ask(
    admin: Visitor, clock: TestClock, simulator: RunningSimulator
) -> None:
    paths = ("/staff/new", "/settings/credentials", f"/users/{active(simulator)}")
    for path in paths:
        assert "You’ll confirm that it’s you" not in admin.get(path).words, path
    clock.advance(minutes=6)
    for path in paths:
        assert "You’ll confirm that it’s you" in admin.get(path).words, path
