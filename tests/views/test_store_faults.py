"""Our own database at its worst: nothing is sent that cannot be recorded, and reading goes on."""

import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from dashboard.services.roles import Role
from dashboard.store import audit as store_audit
from dashboard.store.audit import TRIGGERS, Chain, NewEntry, Outcome
from dashboard.store.database import Database, StoreError
from dashboard.store.schema import audit
from tests.browsing import HTMX, Visitor
from tests.conftest import Hire, LogIn, TestClock
from tests.simulator_process import RunningSimulator
from tests.views.forms import KYC, TOKEN, intent_of, registration, send, trail

VERBS = ("register", "kyc", "token")


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


@pytest.fixture
def own(app: Flask) -> Database:
    """The application's own database, with the connections that it keeps."""
    database: Database = app.extensions["services"].attempts._database  # noqa: SLF001  as it is
    return database


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
    with database.read() as connection:
        return len(connection.execute(audit.select()).all())


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Hold the database, as a long writer does."""
    with closing(sqlite3.connect(database.file)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.parametrize("trigger", sorted(TRIGGERS))
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
        connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
    before = rows(database)
    page = admin.post(path, data, status=503)
    assert "lost its guard against changes, so nothing was sent." in page.words
    assert (posts(simulator), rows(database)) == (0, before)
    logged = [line for line in capsys.readouterr().err.splitlines() if "audit_unguarded" in line]
    assert json.loads(logged[0])["cause"] == f"the audit has lost {trigger}"


@pytest.mark.long
@pytest.mark.parametrize("verb", VERBS)
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


def test_reading_goes_on_while_the_database_is_locked(
    admin: Visitor, simulator: RunningSimulator, database: Database, clock: TestClock
) -> None:
    users = {user["status"]: f"/users/{user['id']}" for user in simulator.users()}
    ours = ["/", "/kyc", "/tokens", "/audit", "/staff", "/account", "/settings", "/users/new"]
    theirs = ["/users", "/kyc?view=pending", users["active"], f"{users['pending']}/kyc"]
    send(admin, "/users", registration(), status=303)  # leaves a message for the next page
    clock.advance(minutes=2)
    with locked(database):
        for path in [*ours, *theirs, f"{users['active']}/tokens"]:
            began = time.monotonic()
            admin.get(path)
            assert time.monotonic() - began < 2, path
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
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE UPDATE OF data ON sessions "
            "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    done = admin.post(path, data)
    assert done.headers["Location"].startswith("/users/")
    assert posts(simulator) == 1


@pytest.fixture
def full(own: Database, chain: Chain) -> Callable[[], None]:
    """Let the file take no more, as a full disk does: no row of the audit fits any longer."""

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # SQLite grants what it has already

    def fill() -> None:
        event.listen(own.engine, "connect", limit)
        own.engine.dispose()
        for length in (3000, 300, 30, 0):
            with pytest.raises(StoreError, match="the disk is full"):
                append_until_it_fails(own, chain, "x" * length)

    return fill


def append_until_it_fails(database: Database, chain: Chain, reason: str) -> None:
    while True:
        with database.write() as connection:
            entry = NewEntry(datetime.now(UTC), "a", Outcome.SUCCEEDED, reason=reason)
            store_audit.append(connection, chain, entry)


@pytest.mark.parametrize("verb", VERBS)
def test_a_full_disk_sends_nothing_and_reading_goes_on(
    admin: Visitor,
    simulator: RunningSimulator,
    database: Database,
    chain: Chain,
    full: Callable[[], None],
    verb: str,
) -> None:
    path, data = filled_in(admin, simulator, verb)
    full()
    before = rows(database)
    page = admin.post(path, data, status=503)
    assert "so nothing was sent" in page.words
    for place in ("/", "/users", "/kyc", "/audit"):
        admin.get(place)
    assert (posts(simulator), rows(database)) == (0, before)
    with database.read() as connection:
        assert store_audit.verify(connection, chain.keys) is None


def test_a_token_is_not_shown_when_its_outcome_cannot_be_recorded(
    admin: Visitor, simulator: RunningSimulator, database: Database, clock: TestClock
) -> None:
    path, data = filled_in(admin, simulator, "token")
    with database.write() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON audit WHEN NEW.outcome <> 'attempted' "
            "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    page = admin.post(path, data, status=503)
    assert "It may have happened" in page.words
    assert "eyJ" not in page.text
    with database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")
    assert "This form is being worked on" in admin.post(path, data, status=409).words
    clock.advance(seconds=61)
    assert "A token may exist" in admin.post(path, data, status=502).words
    assert "May exist" in admin.get("/tokens").words
    assert posts(simulator) == 1
    send(admin, "/users", registration(), status=303)
    assert trail(database, "tokens:issue") == [("attempted", None), ("unknown", 3)]


@pytest.mark.parametrize("verb", VERBS)
def test_a_database_that_was_deleted_under_us_sends_nothing(
    admin: Visitor, simulator: RunningSimulator, own: Database, verb: str
) -> None:
    path, data = filled_in(admin, simulator, verb)
    sent = {**data, "csrf_token": admin.csrf_token()}
    kept = own.file.with_name("kept")
    own.file.rename(kept)
    answer = admin.http.post(path, data=sent)
    assert answer.status_code == 503
    assert "Nothing was sent and nothing was changed" in answer.text
    assert not own.file.exists()
    assert posts(simulator) == 0
    kept.rename(own.file)
    admin.post(path, data, status=200 if verb == "token" else 303)
    assert posts(simulator) == 1


def test_a_database_that_takes_the_place_of_ours_is_the_one_that_is_used(
    admin: Visitor, simulator: RunningSimulator, own: Database, database: Database, tmp_path: Path
) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO counts VALUES ('active', 4321, '2096-01-01')")
    copy = tmp_path / "copy"
    back_up_to(copy, own.file)
    send(admin, "/users", registration(), status=303)
    assert len(trail(database, "users:register")) == 2
    for end in ("", "-wal", "-shm"):
        own.file.with_name(own.file.name + end).unlink(missing_ok=True)
    copy.rename(own.file)
    assert "No entry" in admin.get("/audit?action=users:register").words
    send(admin, "/users", registration(), status=303)
    database.close()
    with database.read() as connection:
        assert len(connection.execute(audit.select()).all()) == 4
    assert posts(simulator) == 2


def back_up_to(copy: Path, file: Path) -> None:
    with closing(sqlite3.connect(file)) as ours, closing(sqlite3.connect(copy)) as theirs:
        ours.backup(theirs)


def test_damage_that_shows_while_running_is_a_page_and_a_line_of_the_log(
    admin: Visitor,
    simulator: RunningSimulator,
    own: Database,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path, data = filled_in(admin, simulator, "register")
    with own.read() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        root = connection.exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE name = 'audit'"
        ).scalar()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar()
    assert isinstance(root, int)
    assert isinstance(size, int)
    own.close()
    with own.file.open("r+b") as raw:
        raw.seek((root - 1) * size)
        raw.write(b"\xff" * size)
    page = admin.get("/audit", status=503)
    assert "The dashboard's own database does not answer" in page.words
    assert admin.post(path, data, status=503)
    assert posts(simulator) == 0
    logged = capsys.readouterr().err
    assert '"kind": "the file is damaged"' in logged
    assert "Traceback" not in logged
