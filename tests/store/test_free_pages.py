"""SQLite's file becomes smaller after a large deletion, while others write."""

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from dashboard.store.db.database import Database
from dashboard.store.db.sqlite import file_of
from dashboard.store.maintenance import free_pages, meta
from tests.support import databases

ROWS = 6_000
PAGE = 4096


def fill(database: Database) -> None:
    """Write 18 MB, and delete them."""
    with database.write() as connection:
        rows = [{"name": f"filling{number}", "value": "x" * 3000} for number in range(ROWS)]
        connection.execute(text("INSERT INTO meta (name, value) VALUES (:name, :value)"), rows)
    with database.write() as connection:
        connection.execute(text("DELETE FROM meta WHERE name LIKE 'filling%'"))


def size(database: Database) -> int:
    """Return the bytes of the file, with all that is in its log."""
    with database.read() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return file_of(str(database.engine.url)).stat().st_size


@pytest.mark.sqlite
def test_the_file_shrinks_after_a_large_deletion(database: Database) -> None:
    before = size(database)
    fill(database)
    assert size(database) > before + 15_000_000
    assert free_pages.free(database, 10) > 4_000
    assert size(database) <= before + free_pages.KEPT * PAGE + PAGE
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


@pytest.mark.sqlite
def test_a_step_is_bounded_and_no_writer_waits_for_the_whole(database: Database) -> None:
    fill(database)
    other, waits, done = databases.another(database), [], threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            began, number = time.monotonic(), number + 1
            with other.write() as connection:
                meta.add(connection, f"written{number}", "")
            waits.append(time.monotonic() - began)

    writer = threading.Thread(target=write)
    writer.start()
    began = time.monotonic()
    try:
        while free_pages.free(database, 1):
            pass
        took_s = time.monotonic() - began
    finally:
        done.set()
        writer.join()
        other.close()
    assert len(waits) > 5
    assert max(waits) < max(1, took_s / 2)


@pytest.mark.sqlite
def test_a_step_that_has_no_time_frees_nothing(database: Database) -> None:
    fill(database)
    assert free_pages.free(database, 0) == 0


@pytest.mark.sqlite
def test_a_file_of_an_earlier_version_shrinks_once_it_is_upgraded(tmp_path: Path) -> None:
    file = tmp_path / "earlier.sqlite3"
    with closing(sqlite3.connect(file)) as earlier:
        earlier.execute("PRAGMA journal_mode=WAL")
        earlier.execute("CREATE TABLE sheet (row TEXT)")
        earlier.commit()
    database = Database(f"sqlite:///{file}")
    with database.read() as connection:
        assert not free_pages.can_shrink(connection)
        assert free_pages.free(database, 1) == 0
    database.upgrade()
    database.close()
    with database.read() as connection:
        assert free_pages.can_shrink(connection)
    fill(database)
    assert free_pages.free(database, 10)
    database.close()


def test_a_database_of_either_engine_can_shrink(database: Database) -> None:
    with database.read() as connection:
        assert free_pages.can_shrink(connection)
    free_pages.free(database, 1)
