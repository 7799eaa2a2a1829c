"""The file of our database is full, gone, replaced or damaged: nothing is sent."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from dashboard.store.audit import chain as store_audit
from dashboard.store.audit.chain import Chain, NewEntry, Outcome
from dashboard.store.db.database import Database, StoreError
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.forms import registration, send, trail
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.attempts.test_store_faults import VERBS, filled_in, posts, rows
from tests.views.attempts.test_store_faults import admin as admin  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.sqlite


@pytest.fixture
def own(app: Flask) -> Database:
    """The application's own database, with the connections that it keeps."""
    database: Database = app.extensions["services"].attempts.log._database  # noqa: SLF001  as it is
    return database


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
    assert "We couldn’t confirm this" in page.words
    assert "eyJhbGciOi" not in page.text
    with database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")
    assert "Still processing" in admin.post(path, data, status=409).words
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
    kept = Path(own.where).with_name("kept")
    Path(own.where).rename(kept)
    answer = admin.http.post(path, data=sent)
    assert answer.status_code == 503
    assert "Nothing was sent and no changes were made" in answer.text
    assert not Path(own.where).exists()
    assert posts(simulator) == 0
    kept.rename(Path(own.where))
    admin.post(path, data, status=200 if verb == "token" else 303)
    assert posts(simulator) == 1


def test_a_database_that_takes_the_place_of_ours_is_the_one_that_is_used(
    admin: Visitor, simulator: RunningSimulator, own: Database, database: Database, tmp_path: Path
) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO counts VALUES ('active', 4321, '2096-01-01')")
    copy = tmp_path / "copy"
    back_up_to(copy, Path(own.where))
    send(admin, "/users", registration(), status=303)
    assert len(trail(database, "users:register")) == 2
    for end in ("", "-wal", "-shm"):
        Path(own.where).with_name(Path(own.where).name + end).unlink(missing_ok=True)
    copy.rename(Path(own.where))
    assert "No entries" in admin.get("/audit?action=users:register").words
    send(admin, "/users", registration(), status=303)
    database.close()
    assert len(audit_log.entries(database)) == 4
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
    with Path(own.where).open("r+b") as raw:
        raw.seek((root - 1) * size)
        raw.write(b"\xff" * size)
    page = admin.get("/audit", status=503)
    assert "Our database isn’t responding" in page.words
    assert admin.post(path, data, status=503)
    assert posts(simulator) == 0
    logged = capsys.readouterr().err
    assert '"kind": "the file is damaged"' in logged
    assert "Traceback" not in logged
