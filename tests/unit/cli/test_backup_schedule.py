"""Backups that the worker makes: when, how many stay, and what becomes of a failure."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dashboard.config.settings import load_config
from dashboard.services.backup import schedule
from dashboard.services.backup.checks import BackupError, Contents
from dashboard.services.backup.schedule import BackupSchedule
from dashboard.services.backup.sqlite import back_up
from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.wiring import build_services
from dashboard.worker import MaintenanceWorker
from tests.support import databases
from tests.support.clock import TestClock
from tests.support.people import LogIn

KEEP = 3
ENDING = ".dump" if databases.SERVER else ".sqlite3"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def made(
    settings: dict[str, str], database: Database, clock: TestClock, log_in: LogIn, folder: Path
) -> Services:
    """The services of a dashboard that was used, with a backup every 6 hours."""
    assert log_in(Role.ADMIN)
    given = {"BACKUP_DIR": str(folder), "BACKUP_EVERY_H": "6", "BACKUP_KEEP": str(KEEP)}
    return build_services(load_config(None, **settings, **given), database, clock)


@pytest.fixture
def backups(made: Services) -> BackupSchedule:
    return made.backups


def files(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_a_backup_is_made_when_it_is_due_and_the_oldest_go(
    backups: BackupSchedule, clock: TestClock, folder: Path
) -> None:
    begun = clock()
    for _ in range(KEEP + 2):
        backups.work()
        backups.work()
        clock.advance(hours=6)
    names = files(folder)
    made_at = [
        datetime.strptime(each, f"dashboard-local-%Y%m%dT%H%M%S%z{ENDING}") for each in names
    ]
    assert [round((at - begun) / timedelta(hours=6)) for at in made_at] == [2, 3, 4]
    assert {each.stat().st_mode & 0o777 for each in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    state = backups.log.find()
    assert state.good
    assert (state.good.value, state.failure) == (names[-1], "")
    assert state.good.at.replace(microsecond=0) == made_at[-1]


def test_backups_of_a_clock_that_was_ahead_take_no_room_of_those_of_now(
    backups: BackupSchedule, clock: TestClock, folder: Path
) -> None:
    clock.offset = timedelta(days=400)
    for _ in range(KEEP):
        backups.work()
        clock.advance(hours=6)
    ahead, clock.offset = set(files(folder)), timedelta()
    for number in range(1, KEEP + 1):
        backups.work()
        left = set(files(folder))
        assert (len(left), len(left - ahead)) == (KEEP, number)
        clock.advance(hours=6)


@pytest.mark.sqlite
def test_a_backup_holds_what_was_there(
    backups: BackupSchedule, folder: Path, tmp_path: Path
) -> None:
    backups.work()
    (name,) = files(folder)
    counted = []
    for file in (folder / name, tmp_path / databases.FILE):
        with closing(sqlite3.connect(file)) as connection:
            counted.append(connection.execute("SELECT count(*) FROM audit").fetchone()[0])
    assert counted[0] == counted[1] > 0


def test_none_is_made_where_no_folder_is_set(
    settings: dict[str, str], database: Database, clock: TestClock
) -> None:
    services = build_services(load_config(None, **settings), database, clock)
    services.backups.work()
    assert services.backups.log.find().good is None


def test_a_folder_that_cannot_be_used_is_noted_and_tried_again_after_an_hour(
    backups: BackupSchedule, clock: TestClock, folder: Path
) -> None:
    folder.write_text("in the way")
    backups.work()
    assert backups.log.find().failure == f"{folder} can't be used: File exists."
    folder.unlink()
    clock.advance(minutes=59)
    backups.work()
    assert not folder.exists()
    clock.advance(minutes=2)
    backups.work()
    assert len(files(folder)) == 1
    assert backups.log.find().failure == ""


@pytest.mark.sqlite
def test_a_disk_that_is_full_leaves_no_file(
    backups: BackupSchedule, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copy(_url: str, file: Path, _chain: object) -> None:
        file.write_text("half")
        raise BackupError("The database cannot be copied: the disk is full.")

    monkeypatch.setattr(schedule, "back_up", copy)
    backups.work()
    assert files(folder) == []
    assert "the disk is full" in backups.log.find().failure


@pytest.mark.parametrize("harm", ["truncated", "scribbled"])
def test_a_copy_that_cannot_be_restored_does_not_count(
    backups: BackupSchedule, folder: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    def spoil(url: str, file: Path, chain: Chain) -> Contents:
        contents = back_up(url, file, chain)
        held = file.read_bytes()
        half = len(held) // 2
        file.write_bytes(held[:half] + (b"x" * half if harm == "scribbled" else b""))
        return contents

    monkeypatch.setattr(schedule, "back_up", spoil)
    backups.work()
    assert files(folder) == []
    assert backups.log.find().good is None
    assert backups.log.find().failure


def test_a_broken_audit_log_keeps_the_older_backups(
    backups: BackupSchedule, database: Database, clock: TestClock, folder: Path
) -> None:
    backups.work()
    (kept,) = files(folder)
    with databases.behind_our_back(database) as connection:
        databases.unprotect(connection)
        connection.exec_driver_sql("UPDATE audit SET reason = 'another' WHERE seq = 1")
    clock.advance(hours=6)
    backups.work()
    assert files(folder) == [kept]
    assert backups.log.find().failure.startswith("The audit log is broken at row 1")


def test_what_a_killed_worker_left_is_removed(backups: BackupSchedule, folder: Path) -> None:
    folder.mkdir()
    for name in ("dashboard-local-1.sqlite3.partial", "dashboard-local-1.sqlite3.partial-wal"):
        (folder / name).write_text("half")
    (folder / "dashboard-production-1.sqlite3.partial").write_text("of another")
    backups.work()
    assert len(files(folder)) == 2
    assert "dashboard-production-1.sqlite3.partial" in files(folder)


def test_two_workers_make_one_backup(
    made: Services, settings: dict[str, str], database: Database, clock: TestClock, folder: Path
) -> None:
    config = load_config(None, **settings, BACKUP_DIR=str(folder))
    made.backups.work()
    build_services(config, database, clock).backups.work()
    assert len(files(folder)) == 1


def test_the_worker_makes_it_in_its_round_and_goes_on_where_it_fails(
    made: Services, clock: TestClock, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.write_text("in the way")
    MaintenanceWorker(made, clock).run_once()
    assert '"event": "backup_failed"' in capsys.readouterr().err
    assert made.operations.heartbeat.is_running()
    folder.unlink()
    clock.advance(hours=1)
    MaintenanceWorker(made, clock).run_once()
    assert '"event": "backup_made"' in capsys.readouterr().err
    assert len(files(folder)) == 1
