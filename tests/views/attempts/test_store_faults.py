"""Our own database at its worst: nothing is sent that cannot be recorded, and reading goes on."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.store.db.database import CommitLostError, Database
from tests.support import databases
from tests.support.browsing import HTMX, Visitor
from tests.support.clock import TestClock, wait_until
from tests.support.pages import audit_log
from tests.support.pages.forms import KYC, TOKEN, intent_of, registration, send, trail
from tests.support.people import Hire, LogIn
from tests.support.sampling import one_in
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.attempts.test_running import under_way

pytestmark = pytest.mark.on_postgres

VERBS = ("register", "kyc", "token")
QUICK_S = 4  # a write waits for 5 s


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def posts(simulator: RunningSimulator) -> int:
    return sum(call.method == "POST" for call in simulator.requests())


def filled_in(
    visitor: Visitor, simulator: RunningSimulator, verb: str
) -> tuple[str, dict[str, str]]:
    """Open a form and fill it in; return where it goes, and what it sends."""
    users = {user["status"]: f"/users/{user['id']}" for user in simulator.users()}
    form, path, fields = {
        "register": ("/users/new", "/users", registration()),
        "kyc": (f"{users['pending']}/kyc",) * 2 + (KYC,),
        "token": (f"{users['active']}/tokens",) * 2 + (TOKEN,),
    }[verb]
    return path, {**fields, "intent": intent_of(visitor.get(form))}


def rows(database: Database) -> int:
    return len(audit_log.entries(database))


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Hold the database, as a long writer does."""
    other = databases.another(database)
    with other.write():
        yield
    other.close()


@pytest.mark.parametrize("trigger", sorted(databases.TRIGGERS))
@pytest.mark.parametrize("verb", VERBS)
def test_without_a_guard_of_the_audit_nothing_is_sent(
    admin: Visitor,
    simulator: RunningSimulator,
    database: Database,
    capsys: pytest.CaptureFixture[str],
    verb: str,
    trigger: str,
) -> None:
    path, data = filled_in(admin, simulator, verb)
    with database.write() as connection:
        databases.lose(connection, trigger)
    before = rows(database)
    page = admin.post(path, data, status=503)
    assert "isn’t protected right now, so nothing was sent." in page.words
    assert (posts(simulator), rows(database)) == (0, before)
    logged = [line for line in capsys.readouterr().err.splitlines() if "audit_unguarded" in line]
    assert json.loads(logged[0])["cause"] == f"the audit has lost {trigger}"


@pytest.mark.long
@pytest.mark.parametrize("verb", one_in(3, VERBS))
def test_a_database_that_is_locked_for_ten_seconds_sends_nothing_and_leaves_no_half(
    admin: Visitor, simulator: RunningSimulator, database: Database, verb: str
) -> None:
    path, data = filled_in(admin, simulator, verb)
    before = rows(database)
    with locked(database):
        page = admin.post(path, data, status=503)
        assert page.headers["Retry-After"] == "10"
        assert "so nothing was sent" in page.words
    assert (posts(simulator), rows(database)) == (0, before)
    admin.post(path, data, status=200 if verb == "token" else 303)
    assert posts(simulator) == 1


@pytest.mark.long
@pytest.mark.parametrize("verb", one_in(3, VERBS, at=1))
def test_an_outcome_waits_ten_seconds_for_a_locked_database(
    admin: Visitor, simulator: RunningSimulator, database: Database, verb: str
) -> None:
    path, data = filled_in(admin, simulator, verb)
    with under_way(admin, simulator, path, data), locked(database):
        wait_until(lambda: all(call.status for call in simulator.requests()))
        time.sleep(10)
    action = {"register": "users:register", "kyc": "kyc:start", "token": "tokens:issue"}[verb]
    assert [outcome for outcome, _ in trail(database, action)] == ["attempted", "succeeded"]
    if verb == "kyc":
        assert "Copy link" in admin.get(path).words


@pytest.mark.long
def test_reading_goes_on_while_the_database_is_locked(
    admin: Visitor, simulator: RunningSimulator, database: Database, clock: TestClock
) -> None:
    users = {user["status"]: f"/users/{user['id']}" for user in simulator.users()}
    ours = ["/", "/kyc", "/tokens", "/audit", "/staff", "/account", "/settings", "/users/new"]
    theirs = ["/users", users["active"], f"{users['pending']}/kyc"]
    send(admin, "/users", registration(), status=303)  # leaves a message for the next page
    clock.advance(minutes=2)
    with locked(database):
        for path in [*ours, *theirs, f"{users['active']}/tokens"]:
            began = time.monotonic()
            admin.get(path)
            assert time.monotonic() - began < QUICK_S, path
        count = admin.http.get("/overview/counts/active", headers=HTMX)
        assert count.status_code == 200


def test_the_first_page_after_a_log_in_needs_no_write(
    visitor: Visitor, hire: Hire, database: Database
) -> None:
    visitor.log_in(*hire(Role.SUPPORT))
    with locked(database):
        page = visitor.get("/account")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    sent = visitor.http.post("/logout", data={"csrf_token": token[1]})
    assert sent.status_code == 303


def test_a_message_waits_while_the_database_is_locked(
    admin: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    done = send(admin, "/users", registration(), status=303)
    with locked(database):
        assert "Registered" in admin.get(done.headers["Location"]).words
    assert "Registered" in admin.get(done.headers["Location"]).words
    assert posts(simulator) == 1


def test_a_session_that_is_over_ends_while_the_database_is_locked(
    support: Visitor, database: Database, clock: TestClock
) -> None:
    clock.advance(minutes=61)
    with locked(database):
        support.get("/users", status=303)


@pytest.mark.long
def test_what_was_done_is_told_though_its_message_cannot_be_kept(
    admin: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    path, data = filled_in(admin, simulator, "register")
    with database.write() as connection:
        databases.refuse(connection, "UPDATE OF data ON sessions")
    done = admin.post(path, data)
    assert done.headers["Location"].startswith("/users/")
    assert posts(simulator) == 1


def test_where_the_answer_to_a_commit_was_lost_that_is_said(app: Flask, support: Visitor) -> None:
    def lose() -> str:
        raise CommitLostError("its server was lost at the end")

    app.view_functions["users.index"] = lose
    page = support.get("/users", status=503)
    assert "We couldn’t confirm this" in page.words
    assert "saved completely or not at all" in page.words
