"""`db backup` and `db restore`: what comes back is what was there."""

import secrets
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.audit import chain as audit
from dashboard.store.audit.chain import Chain, NewEntry, Outcome
from dashboard.store.db.database import Database
from dashboard.store.schema import metadata
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import KYC, TOKEN, registration, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.unit.cli.test_command_line import Done, Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture

Rows = dict[str, list[tuple[object, ...]]]


pytestmark = [pytest.mark.long, pytest.mark.sqlite]  # each starts processes of its own


@pytest.fixture
def filled(log_in: LogIn, simulator: RunningSimulator) -> Visitor:
    """A database with something of everything: links, grants, registrations, sightings, audit."""
    admin = log_in(Role.ADMIN)
    work(admin, simulator)
    return admin


def work(admin: Visitor, simulator: RunningSimulator) -> None:
    """Do something of everything."""
    users = simulator.users()
    pending = [user["id"] for user in users if user["status"] == "pending"]
    active = next(user["id"] for user in users if user["status"] == "active")
    admin.get("/users")
    send(admin, "/users", registration(), status=303)
    for user_id in pending[:3]:
        send(admin, f"/users/{user_id}/kyc", KYC, status=303)
    send(admin, f"/users/{active}/tokens", TOKEN, status=200)


@pytest.fixture
def command(run: Run, settings: dict[str, str]) -> Callable[[str], Done]:
    return lambda arguments: run(arguments, settings=settings)


Command = Callable[[str], Done]


def dump(file: Path) -> Rows:
    """Return every row of every table, without the audit's head, which a restore moves on."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        rows = {
            table.name: sorted(connection.execute(f"SELECT * FROM {table.name}"), key=repr)  # noqa: S608  ours
            for table in metadata.sorted_tables
        }
    return {**rows, "meta": [row for row in rows["meta"] if row[0] != "audit_head"]}


@pytest.mark.on_postgres
@pytest.mark.usefixtures("filled")
def test_a_lost_database_comes_back_row_by_row_from_a_copy_made_while_in_use(
    command: Command, database: Database, chain: Chain, clock: TestClock, tmp_path: Path
) -> None:
    stop, written = threading.Event(), 0

    def write() -> None:
        nonlocal written
        while not stop.is_set():
            with database.write() as connection:
                audit.append(connection, chain, NewEntry(clock(), "kyc:import", Outcome.SUCCEEDED))
            written += 1

    writer = threading.Thread(target=write)
    writer.start()
    while written < 5:
        pass
    file = tmp_path / "kept" / "copy.sqlite3"
    file.parent.mkdir()
    done = command(f"db backup {file}")
    stop.set()
    writer.join()
    of_the_writer = [line for line in done.stderr.splitlines() if '"audit_head"' in line]
    assert (done.returncode, done.stderr.splitlines()) == (0, of_the_writer)
    assert "Verification links: 3." in done.stdout
    assert "The audit log is intact." in done.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["copy.sqlite3"]
    assert file.read_bytes()[18:20] == b"\x01\x01"  # out of write-ahead mode
    copied = dump(file)
    assert all(copied[name] for name in ("inquiries", "grants", "registrations", "sightings"))

    database.close()
    lost = tmp_path / "dashboard.sqlite3"
    lost.unlink()
    restored = command(f"db restore {file}")
    assert (restored.returncode, restored.stderr) == (0, "")
    assert "Verification links: 3." in restored.stdout
    now_there = dump(lost)
    for name in copied.keys() - {"sessions", "staff_links", "audit"}:
        assert now_there[name] == copied[name], name
    assert now_there["sessions"] == []
    assert set(copied["audit"]) < set(now_there["audit"])
    (added,) = set(now_there["audit"]) - set(copied["audit"])
    assert "db:restore" in added
    assert command("audit verify").returncode == 0
    assert lost.stat().st_mode & 0o777 == 0o600
    assert dump(file) == copied


def test_after_a_restore_everybody_logs_in_again_and_finds_the_links(
    filled: Visitor, command: Command, database: Database, tmp_path: Path, log_in: LogIn
) -> None:
    command(f"db backup {tmp_path / 'copy'}")
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM inquiries")
    database.close()
    filled.http.application.extensions["services"].operations.readiness._database.close()  # noqa: SLF001  a server stops
    assert command(f"db restore {tmp_path / 'copy'}").returncode == 0
    filled.get("/users", status=303)
    with database.read() as connection:
        (user_id, *_) = connection.exec_driver_sql("SELECT user_id FROM inquiries").scalars()
    assert "Copy link" in log_in(Role.SUPPORT).get(f"/users/{UUID(user_id)}/kyc").words


def test_the_database_before_is_kept_beside_with_its_log(
    command: Command, database: Database, staff: Staff, tmp_path: Path
) -> None:
    staff.add("kept@example.com", "Kept", secrets.token_urlsafe(16), [Role.VIEWER])
    command(f"db backup {tmp_path / 'copy'}")
    staff.disable("kept@example.com")
    database.close()
    done = command(f"db restore {tmp_path / 'copy'}")
    (kept,) = tmp_path.glob("dashboard.sqlite3.before-restore-*")
    assert f"is kept as {kept}" in done.stdout
    assert [row[4] for row in dump(kept)["staff"]] == [0]
    assert "kept@example.com  Kept  viewer  no second factor\n" in command("staff list").stdout


def test_a_log_without_its_database_is_not_played_into_the_restored_one(
    command: Command, database: Database, staff: Staff, tmp_path: Path
) -> None:
    place = tmp_path / "dashboard.sqlite3"
    command(f"db backup {tmp_path / 'copy'}")
    staff.add("late@example.com", "Late", secrets.token_urlsafe(16), [Role.VIEWER])
    log = place.with_name("dashboard.sqlite3-wal")
    shutil.copy(log, tmp_path / "log")
    database.close()
    place.unlink()
    shutil.move(tmp_path / "log", log)
    assert command(f"db restore {tmp_path / 'copy'}").returncode == 0
    assert command("staff list").stdout == ""
    assert command("audit verify").returncode == 0


@pytest.mark.usefixtures("filled")
def test_a_damaged_database_is_not_backed_up_and_may_be_replaced(
    command: Command, database: Database, tmp_path: Path
) -> None:
    command(f"db backup {tmp_path / 'good'}")
    database.close()
    place = tmp_path / "dashboard.sqlite3"
    content = bytearray(place.read_bytes())
    content[4096 * 4 : 4096 * 30] = b"\xff" * 4096 * 26
    for damaged in (bytes(content), b"no database" * 500):
        for each in tmp_path.glob("dashboard.sqlite3-*"):
            each.unlink()
        place.write_bytes(damaged)
        done = command(f"db backup {tmp_path / 'bad'}")
        assert (done.returncode, done.stdout) == (1, "")
        assert not (tmp_path / "bad").exists()
        assert command(f"db restore {tmp_path / 'good'}").returncode == 0
        for kept in tmp_path.glob("*before-restore*"):
            kept.unlink()
        assert command("audit verify").returncode == 0


@pytest.mark.usefixtures("filled")
def test_damage_that_no_page_would_meet_is_found_as_well(
    command: Command, database: Database, tmp_path: Path
) -> None:
    command(f"db backup {tmp_path / 'copy'}")
    database.close()
    change_index = (
        "UPDATE sqlite_master SET sql = replace(sql, '(email_folded)', '(status)') "
        "WHERE name = 'ix_sightings_email_folded'"
    )
    for file in (tmp_path / "dashboard.sqlite3", tmp_path / "copy"):
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA writable_schema=ON")
            assert connection.execute(change_index).rowcount == 1
            connection.commit()
    done = command(f"db backup {tmp_path / 'bad'}")
    assert (done.returncode, "damaged" in done.stderr) == (1, True)
    assert not (tmp_path / "bad").exists()
    for each in tmp_path.glob("dashboard.sqlite3*"):
        each.unlink()
    refused = command(f"db restore {tmp_path / 'copy'}")
    assert (refused.returncode, "a database of this dashboard" in refused.stderr) == (1, True)
