"""The chain: what was changed behind our back is found, row by row."""

import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from dashboard.crypto.keyring import KeyPurpose, Keyring
from dashboard.store.audit import chain as audit
from dashboard.store.audit import rows as audit_rows
from dashboard.store.audit.chain import Chain, ChainFault, FindingKind, NewEntry, Outcome
from dashboard.store.db.database import Database, StoreError
from dashboard.store.db.sqlite import url_of
from dashboard.store.schema import audit as rows
from tests.support import databases
from tests.support.databases import behind_our_back, unprotect

ROWS = 6
SECRET = "a secret key that is only for this test"


@pytest.fixture
def file_database(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    """A database in a file, whatever the engine of the run: for what only SQLite has."""
    file = tmp_path / "alone.sqlite3"
    shutil.copy(migrated, file)
    database = Database(url_of(file))
    yield database
    database.close()


@pytest.fixture
def chain() -> Chain:
    return Chain(Keyring(SECRET).keys(KeyPurpose.CHAIN), "local")


@pytest.fixture
def filled(database: Database, chain: Chain) -> Database:
    return fill(database, chain)


@pytest.fixture
def filled_file(file_database: Database, chain: Chain) -> Database:
    """SQLite, whose columns hold values of any type."""
    return fill(file_database, chain)


def fill(database: Database, chain: Chain) -> Database:
    for number in range(ROWS):
        with database.write() as connection:
            audit.append(connection, chain, entry(reason=f"because {number}"))
    return database


def entry(**changed: str) -> NewEntry:
    values = {"action": "auth:login", "subject_id": "s", "reason": "r", **changed}
    return NewEntry(at=datetime.now(UTC), outcome=Outcome.SUCCEEDED, **values)  # type: ignore[arg-type]  # texts


def finding(database: Database, chain: Chain) -> ChainFault | None:
    with database.read() as connection:
        return audit.verify(connection, chain.keys)


def tamper(database: Database, statement: str, *values: object) -> None:
    """Change rows as one can with the file: the triggers are removed first."""
    with behind_our_back(database) as connection:
        unprotect(connection)
        if connection.dialect.name == "postgresql":
            statement = statement.replace("?", "%s")
        connection.exec_driver_sql(statement, values)


def test_an_untouched_chain_holds(filled: Database, chain: Chain) -> None:
    assert finding(filled, chain) is None


COLUMNS = (
    "at", "staff_id", "action", "subject_kind", "subject_id", "attempt_seq", "outcome", "intent",
    "reason", "details", "request_id", "environment", "prev", "mac",
)  # fmt: skip


@pytest.mark.parametrize("seq", range(1, ROWS + 1))
def test_a_changed_row_is_named_whichever_it_is(filled: Database, chain: Chain, seq: int) -> None:
    tamper(filled, "UPDATE audit SET reason = 'another' WHERE seq = ?", seq)
    assert finding(filled, chain) == ChainFault(seq, FindingKind.CHANGED)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_change_in_any_column_is_found(filled: Database, chain: Chain, column: str) -> None:
    value = "2020-01-01 00:00:00.000000" if column == "at" else "1" if "seq" in column else "x"
    if column == "outcome":
        value = "rejected"
    if column == "staff_id":
        value = "1"
    tamper(filled, f"UPDATE audit SET {column} = ? WHERE seq = 3", value)  # noqa: S608  ours
    assert finding(filled, chain) == ChainFault(3, FindingKind.CHANGED)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize(
    "value", ["garbage", "", "2026-99-01 00:00:00.000000", b"\xff", b"\xff\xfe"]
)
def test_what_cannot_even_be_read_is_a_change(
    filled_file: Database, chain: Chain, column: str, value: str | bytes
) -> None:
    tamper(filled_file, f"UPDATE audit SET {column} = ? WHERE seq = 3", value)  # noqa: S608  ours
    assert finding(filled_file, chain) == ChainFault(3, FindingKind.CHANGED)


def test_text_that_is_no_utf_8_is_a_change(filled_file: Database, chain: Chain) -> None:
    tamper(filled_file, "UPDATE audit SET reason = CAST(x'fffe' AS TEXT) WHERE seq = 2")
    assert finding(filled_file, chain) == ChainFault(2, FindingKind.CHANGED)


@pytest.mark.parametrize("damage", ["x", b"\xff"])
def test_the_users_of_rows_are_told_though_one_is_damaged(
    file_database: Database, chain: Chain, damage: str | bytes
) -> None:
    user_id = uuid4()
    for kind in ("user", "user", "staff"):
        with file_database.write() as connection:
            about = entry(subject_kind=kind, subject_id=str(user_id))
            audit.append(connection, chain, about)
    tamper(file_database, "UPDATE audit SET subject_id = ? WHERE seq = 1", damage)
    with file_database.read() as connection:
        for chosen in (range(1, 4), [1, 2, 3]):
            assert audit_rows.users(connection, chosen) == [user_id]
        assert audit_rows.users(connection, range(3, 4)) == []


@pytest.mark.parametrize("seq", range(1, ROWS))
def test_a_missing_row_is_named(filled: Database, chain: Chain, seq: int) -> None:
    tamper(filled, "DELETE FROM audit WHERE seq = ?", seq)
    assert finding(filled, chain) == ChainFault(seq, FindingKind.MISSING)


def test_rows_that_changed_places_are_named(filled: Database, chain: Chain) -> None:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        tamper(filled, "UPDATE audit SET seq = ? WHERE seq = ?", new, old)
    assert finding(filled, chain) == ChainFault(3, FindingKind.CHANGED)


def test_a_row_of_another_chain_does_not_fit_in(filled: Database, chain: Chain) -> None:
    with filled.write() as connection:
        audit.append(connection, chain, entry())
    tamper(filled, "DELETE FROM audit WHERE seq = ?", ROWS)
    tamper(filled, "UPDATE audit SET seq = ? WHERE seq = ?", ROWS, ROWS + 1)
    assert finding(filled, chain) == ChainFault(ROWS, FindingKind.CHANGED)


def test_after_a_rotation_old_rows_hold_by_their_own_key(filled: Database) -> None:
    rotated = Chain(Keyring("a newer secret key", [SECRET]).keys(KeyPurpose.CHAIN), "local")
    with filled.write() as connection:
        audit.append(connection, rotated, entry())
    assert finding(filled, rotated) is None
    forgotten = Chain(Keyring("a newer secret key").keys(KeyPurpose.CHAIN), "local")
    assert finding(filled, forgotten) == ChainFault(1, FindingKind.UNKNOWN_KEY)


def test_parallel_writers_lose_no_row_and_break_no_link(database: Database, chain: Chain) -> None:
    def write() -> None:
        for _ in range(20):
            with database.write() as connection:
                audit.append(connection, chain, entry())

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert len(connection.execute(rows.select()).all()) == 160
    assert finding(database, chain) is None


def test_what_fails_in_a_write_leaves_nothing_behind(filled: Database, chain: Chain) -> None:
    def fail() -> None:
        with filled.write() as connection:
            audit.append(connection, chain, entry())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with filled.read() as connection:
        assert len(connection.execute(rows.select()).all()) == ROWS


@pytest.mark.long
def test_a_locked_database_is_an_error_of_ours(database: Database, chain: Chain) -> None:
    other = databases.another(database)
    with other.write(), pytest.raises(StoreError, match="busy"), database.write(10) as connection:
        audit.append(connection, chain, entry())
    other.close()
