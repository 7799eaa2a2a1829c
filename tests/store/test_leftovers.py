"""Nothing of a user who was erased is left in SQLite's file, its search index or its log."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from dashboard.services.actors import COMMAND_LINE
from dashboard.services.users.erasure import Erasure
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.directory.rows import SeenUser
from dashboard.store.maintenance import leftovers
from dashboard.store.users import sightings
from tests.support import databases

START = datetime(2026, 1, 1, tzinfo=UTC)
# No other text begins with the bytes of this letter, so a page of the index has it whole.
NAME, EMAIL, PHONE = "ꙮꙮꙮ ꙮ", "qzxv.jkwq@example.com", "+573009876501"


def someone(user_id: UUID, email: str, phone: str) -> SeenUser:
    return SeenUser(user_id, email, "active", "CO", "es", START, phone=phone)


@pytest.fixture
def known(database: Database) -> UUID:
    """Return a user among others, whom many transactions put into the index."""
    user_id = uuid4()
    for start in range(0, 1000, 100):
        users = [
            someone(uuid4(), f"ana{number}@example.com", f"+57310{number:07}")
            for number in range(start, start + 100)
        ]
        if start == 500:
            users.insert(50, someone(user_id, EMAIL, PHONE))
        with database.write() as connection:
            rows.record(connection, users, START)
            sightings.record(connection, users, START)
            rows.know(connection, user_id, name=NAME)
    return user_id


@pytest.fixture
def erasure(database: Database, chain: Chain) -> Erasure:
    return Erasure(database, chain, lambda: START, timedelta(days=90), lambda *_: 0)


def is_left(folder: Path) -> set[str]:
    """Return which texts are in the bytes of the database's files."""
    held = b"".join(file.read_bytes() for file in folder.glob(f"{databases.FILE}*"))
    return {text for text in ("ꙮ", EMAIL, PHONE, PHONE[1:]) if text.encode() in held}


@pytest.mark.sqlite
def test_no_byte_of_an_erased_user_is_left(
    database: Database, tmp_path: Path, known: UUID, erasure: Erasure
) -> None:
    assert len(is_left(tmp_path)) == 4
    erasure.erase(known, "Asked for by letter", COMMAND_LINE)
    assert is_left(tmp_path)
    assert erasure.remove_leftovers()
    assert is_left(tmp_path) == set()
    with database.read() as connection:
        assert not leftovers.are_expected(connection)
        connection.exec_driver_sql(
            "INSERT INTO directory_index(directory_index) VALUES ('integrity-check')"
        )


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "hole",
    [
        lambda patch: patch.setattr(leftovers, "_merge", lambda *_: False),
        lambda patch: patch.setattr(leftovers, "_empty_log", lambda _database: True),
    ],
    ids=["the index is not merged", "the log is not emptied"],
)
def test_a_step_that_is_left_out_shows(
    tmp_path: Path,
    known: UUID,
    erasure: Erasure,
    monkeypatch: pytest.MonkeyPatch,
    hole: Callable[[pytest.MonkeyPatch], None],
) -> None:
    hole(monkeypatch)
    erasure.erase(known, "Asked for by letter", COMMAND_LINE)
    erasure.remove_leftovers()
    assert is_left(tmp_path)


@pytest.mark.sqlite
def test_without_secure_delete_rows_are_left(
    database: Database, tmp_path: Path, known: UUID, erasure: Erasure
) -> None:
    database.engine.dispose()
    event.listen(
        database.engine, "connect", lambda raw, _record: raw.execute("PRAGMA secure_delete=OFF")
    )
    erasure.erase(known, "Asked for by letter", COMMAND_LINE)
    assert erasure.remove_leftovers()
    assert is_left(tmp_path)


@pytest.mark.sqlite
def test_a_reader_of_old_pages_is_waited_for(
    database: Database, tmp_path: Path, known: UUID, erasure: Erasure
) -> None:
    reader = databases.another(database)
    with reader.engine.connect() as old:
        old.exec_driver_sql("BEGIN")
        old.exec_driver_sql("SELECT count(*) FROM staff").scalar()
        erasure.erase(known, "Asked for by letter", COMMAND_LINE)
        assert not erasure.remove_leftovers()
        with database.read() as connection:
            assert leftovers.are_expected(connection)
    reader.close()
    assert erasure.remove_leftovers()
    assert is_left(tmp_path) == set()


def test_what_a_page_has_no_time_for_is_done_later(
    database: Database, known: UUID, erasure: Erasure
) -> None:
    erasure.erase(known, "Asked for by letter", COMMAND_LINE)
    with database.read() as connection:
        assert leftovers.are_expected(connection)
    while not erasure.remove_leftovers(0):
        pass
    assert erasure.remove_leftovers(0)
