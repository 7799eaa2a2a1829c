"""A database that is damaged or not ours: nothing starts, and one sentence says how to fix it."""

import os
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.operations.readiness import NotReadyError
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from tests.support.servers.dashboard_process import APP, COMMAND, ROOT
from tests.unit.cli.test_command_line import Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.sqlite

Spoil = Callable[[Path], object]
RESTORE = "Restore a backup: python -m dashboard db restore FILE"
UPGRADE = "python -m dashboard db upgrade"


def half(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def a_page_short(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 4096)


def zeroed(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def scribbled_on(file: Path) -> None:
    with file.open("r+b") as raw:
        raw.seek(5 * 4096)
        raw.write(secrets.token_bytes(2 * 4096))


def letter(file: Path) -> None:
    file.write_text("Dear database, " * 1000)


def change(statement: str) -> Spoil:
    def change(file: Path) -> None:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(statement)
            connection.commit()

    return change


DAMAGES: list[tuple[Spoil, str, str]] = [
    (half, "damaged", RESTORE),
    (a_page_short, "damaged", RESTORE),
    (zeroed, "no SQLite database", RESTORE),
    (scribbled_on, "damaged", RESTORE),
    (letter, "no SQLite database", RESTORE),
    (lambda file: file.unlink(), "No such file", RESTORE),
    (lambda file: file.unlink(), "No such file", UPGRADE),
    (lambda file: file.write_bytes(b""), "has schema none", UPGRADE),
    (change("UPDATE alembic_version SET version_num = '0001'"), "has schema 0001", UPGRADE),
    (change("UPDATE alembic_version SET version_num = '9999'"), "schema 9999", "Install the v"),
    (change("DROP TRIGGER audit_no_delete"), "audit_no_delete", "Restore the database"),
]


@pytest.fixture
def closed(database: Database, staff: Staff) -> Path:
    """A database of some pages, out of use, as one file."""
    for number in range(20):
        staff.add(f"{number}@example.com", "x" * 100, secrets.token_urlsafe(16), [Role.VIEWER])
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
    database.close()
    return Path(database.where)


@pytest.mark.parametrize(("spoil", "said", "cure"), DAMAGES)
def test_neither_web_nor_command_line_starts_and_both_tell_the_cure(
    run: Run, settings: dict[str, str], closed: Path, spoil: Spoil, said: str, cure: str
) -> None:
    spoil(closed)
    with pytest.raises(NotReadyError) as refused:
        create_app(load_config(None, **settings))
    for command in ("staff list", "audit verify"):
        done = run(command, settings=settings)
        assert (done.returncode, done.stderr) == (1, f"{refused.value}\n")
    assert said in str(refused.value)
    assert cure in str(refused.value)


@pytest.mark.parametrize("spoil", [half, zeroed, letter])
def test_an_upgrade_does_not_touch_what_it_cannot_read(
    run: Run, settings: dict[str, str], closed: Path, spoil: Spoil
) -> None:
    spoil(closed)
    before = closed.read_bytes()
    done = run("db upgrade", settings=settings)
    assert (done.returncode, closed.read_bytes() == before) == (1, True), done
    assert done.stderr.startswith("The database can't be used (")


def test_a_missing_database_is_made_only_by_an_upgrade(
    run: Run, settings: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "dashboard.sqlite3"
    for command in ("staff list", "audit verify", "doctor"):
        assert run(command, settings=settings).returncode > 0
        assert not file.exists(), command
    assert run("db upgrade", settings=settings).returncode == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert run("staff list", settings=settings).returncode == 0


def test_an_upgrade_refuses_what_a_newer_program_made(
    run: Run, settings: dict[str, str], closed: Path
) -> None:
    change("UPDATE alembic_version SET version_num = '9999'")(closed)
    done = run("db upgrade", settings=settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert "install the version that made it" in done.stderr


@pytest.mark.long
@pytest.mark.parametrize(("spoil", "said"), [(half, "damaged"), (letter, "no SQLite database")])
def test_gunicorn_says_so_once_and_ends_instead_of_trying_for_ever(
    settings: dict[str, str], closed: Path, spoil: Spoil, said: str
) -> None:
    spoil(closed)
    served = subprocess.run(  # noqa: S603  our own command, no shell
        [sys.executable, *COMMAND, APP],
        cwd=ROOT,
        env={**os.environ, **settings, "PORT": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert served.returncode == 1
    assert served.stderr.count("The dashboard does not start.") == 1
    assert said in served.stderr
    assert "Traceback" not in served.stderr
