"""Backup and restore of a PostgreSQL database, by its own tools.

The checked snapshot is the dumped snapshot. A restore fills and prepares another database of the
server, then gives it the name of the current one, which is kept under another name.
"""

from contextlib import closing
from pathlib import Path

from dashboard.services.backup.checks import (
    BackupError,
    Contents,
    Restored,
    Restoring,
    backup_errors,
    check_copy,
    prepare,
)
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database, StoreError
from dashboard.store.maintenance.postgres_dumps import NAME_MAX, ServerDatabase, snapshot

BESIDE, BEFORE = "_restoring", "_before_restore_"
TIME = "%Y%m%dT%H%M%SZ"
LONGEST = NAME_MAX - len(BEFORE) - len("20260101T000000Z")


def back_up(url: str, file: Path, chain: Chain) -> Contents:
    """Dump the database to a new file.

    Raises:
        BackupError: there is no such database, the file exists, or pg_dump failed.

    """
    with (
        closing(Database(url)) as database,
        backup_errors(file, database.where),
        snapshot(database) as (connection, moment),
    ):
        contents = check_copy(connection, chain)
        ServerDatabase(url).dump(file, moment)
        return contents


def try_out(url: str, file: Path) -> None:
    """Read a dump through as a restore does; only a database of its own would show more.

    Raises:
        BackupError: it cannot be read.

    """
    try:
        ServerDatabase(url).read_through(file)
    except StoreError as problem:
        raise BackupError(f"{file} cannot be read: {problem}.") from None


def restore(url: str, file: Path, restoring: Restoring) -> Restored:
    """Replace the database with a dump.

    Raises:
        BackupError: the file cannot be taken, or the database is in use.

    """
    place = ServerDatabase(url)
    if len(place.name.encode()) > LONGEST:
        raise BackupError(f"{place.where} has too long a name: at most {LONGEST} letters.")
    try:
        return _restore(place, file, restoring)
    except StoreError as problem:
        raise BackupError(
            f"{place.where} cannot be restored: {problem}. The user of DATABASE_URL has to own it, "
            "and needs the right CREATEDB (docs/runbook.md, Restore)."
        ) from None


def _restore(place: ServerDatabase, file: Path, restoring: Restoring) -> Restored:
    was_there = place.exists()
    if was_there and place.is_in_use():
        raise BackupError("The database is in use. Stop the dashboard first, then run this again.")
    beside = place.called(place.name + BESIDE)
    beside.drop()
    beside.create_like(place)
    kept = f"{place.name}{BEFORE}{restoring.clock():{TIME}}" if was_there else None
    try:
        contents = _fill(beside, file, restoring)
        beside.swap_names(place, kept)
    except BaseException:
        beside.drop()
        raise
    return Restored(contents, place.called(kept).where if kept else None)


def _fill(beside: ServerDatabase, file: Path, restoring: Restoring) -> Contents:
    try:
        beside.fill(file)
    except StoreError as problem:
        raise BackupError(f"{file} cannot be read: {problem}.") from None
    with closing(Database(beside.url)) as copy:
        return prepare(copy, restoring)
