"""Refusals of `db backup` and `db restore`, and what they bring up to date."""

import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.store.db.migrate import upgrade
from tests.unit.cli.test_backup import Command, dump
from tests.unit.cli.test_backup import command as command  # noqa: PLC0414  a fixture
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.sqlite


def test_nothing_is_overwritten(command: Command, database: Database, tmp_path: Path) -> None:
    assert database
    (tmp_path / "there").write_text("precious")
    done = command(f"db backup {tmp_path / 'there'}")
    assert (done.returncode, "Nothing was overwritten" in done.stderr) == (1, True)
    assert (tmp_path / "there").read_text() == "precious"
    done = command(f"db backup {tmp_path / 'no' / 'folder'}")
    assert (done.returncode, "cannot be written" in done.stderr) == (1, True)


def test_without_a_database_there_is_nothing_to_copy(command: Command, tmp_path: Path) -> None:
    done = command(f"db backup {tmp_path / 'copy'}")
    assert (done.returncode, "There is no database" in done.stderr) == (1, True)
    assert [*tmp_path.iterdir()] == []


def test_a_database_in_use_is_not_replaced(
    command: Command, database: Database, tmp_path: Path
) -> None:
    command(f"db backup {tmp_path / 'copy'}")
    with database.read() as connection:
        connection.exec_driver_sql("SELECT 1")
    before = dump(tmp_path / "dashboard.sqlite3")
    done = command(f"db restore {tmp_path / 'copy'}")  # an idle server still has it open
    assert (done.returncode, "Stop the dashboard first" in done.stderr) == (1, True)
    assert dump(tmp_path / "dashboard.sqlite3") == before
    database.close()
    assert command(f"db restore {tmp_path / 'copy'}").returncode == 0


def main_files(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir() if not each.name.endswith(("-wal", "-shm"))}


def change(statement: str) -> Callable[[Path], object]:
    def change(file: Path) -> None:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(statement)
            connection.commit()

    return change


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda file: file.unlink(), "There is no backup"),
        (lambda file: file.write_bytes(b"no database at all" * 99), "cannot be copied"),
        (lambda file: file.write_bytes(b""), "a database of this dashboard"),
        (change("DROP TABLE alembic_version"), "a database of this dashboard"),
        (change("UPDATE alembic_version SET version_num = '9999'"), "newer than this program's"),
        (change("INSERT INTO meta VALUES ('environment', 'production')"), "'production'"),
        (change("DROP TRIGGER audit_no_update"), "audit_no_update"),
    ],
)
def test_a_file_that_does_not_fit_changes_nothing(
    command: Command,
    database: Database,
    tmp_path: Path,
    spoil: Callable[[Path], object],
    said: str,
) -> None:
    file = tmp_path / "copy"
    command(f"db backup {file}")
    database.close()
    spoil(file)
    before = dump(tmp_path / "dashboard.sqlite3")
    names = main_files(tmp_path)
    done = command(f"db restore {file}")
    assert (done.returncode, said in done.stderr) == (1, True), done
    assert dump(tmp_path / "dashboard.sqlite3") == before
    assert main_files(tmp_path) == names


def test_an_older_schema_is_brought_up_to_date(
    command: Command, database: Database, tmp_path: Path
) -> None:
    newest = database.newest_version
    database.close()
    old = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    old.create()
    with old.write() as connection:
        upgrade(connection, "0001")
    old.close()
    assert command(f"db restore {tmp_path / 'old.sqlite3'}").returncode == 0
    assert database.schema_version() == newest


def test_a_changed_audit_is_told_and_the_copy_kept(
    command: Command, database: Database, staff: Staff, tmp_path: Path
) -> None:
    staff.add("a@example.com", "A", secrets.token_urlsafe(16), [Role.VIEWER])
    with database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        connection.exec_driver_sql("UPDATE audit SET action = 'staff:remove'")
    done = command(f"db backup {tmp_path / 'copy'}")
    assert (done.returncode, "is broken at row 1: changed" in done.stderr) == (1, True)
    assert (tmp_path / "copy").exists()
