"""Backup and restore: our database is the only copy of every KYC link.

A backup is a copy of one moment, made while the dashboard runs, and verified before it counts.
A restore prepares everything beside the current database, which is kept, and then replaces it.
"""

from contextlib import closing
from pathlib import Path

from dashboard.services.backup import postgres as server_backup
from dashboard.services.backup.checks import (
    BackupError,
    Contents,
    Restored,
    Restoring,
    backup_errors,
    check_copy,
    prepare,
    rehearse,
)
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database, StoreError, is_file
from dashboard.store.db.sqlite import file_of, url_of
from dashboard.store.maintenance import sqlite_copies as backups


def back_up(url: str, file: Path, chain: Chain) -> Contents:
    """Copy the database to a new file.

    Raises:
        BackupError: there is no database, the file exists, or the copy is no good.

    """
    if not is_file(url):
        return server_backup.back_up(url, file, chain)
    source = _existing(file_of(url), "There is no database at {file}. DATABASE_URL names it.")
    with backup_errors(file, str(source)):
        backups.copy_file(source, file)
    copy = Database(url_of(file))
    try:
        with copy.read() as connection:
            contents = check_copy(connection, chain)
        backups.close_as_single_file(copy)
    except BaseException as problem:
        copy.close()
        backups.remove(file)
        if isinstance(problem, StoreError):
            raise BackupError(f"The file isn't a database of this dashboard ({problem}).") from None
        raise
    return contents


def restore(url: str, file: Path, restoring: Restoring) -> Restored:
    """Replace the database with a backup, upgraded to the newest schema.

    Everyone has to log in again: sessions and one-time links of the copy are out of date.

    Raises:
        BackupError: the file cannot be taken, or the database is in use.

    """
    _existing(file, "There is no backup at {file}.")
    if not is_file(url):
        return server_backup.restore(url, file, restoring)
    place = file_of(url)
    if place.exists() and place.samefile(file):
        raise BackupError(f"{file} is the database itself.")
    if place.exists() and backups.is_in_use(place):
        raise BackupError("The database is in use. Stop the dashboard first, then run this again.")
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    prepared = place.with_name(place.name + ".restoring")
    backups.remove(prepared)
    with backup_errors(prepared, str(file)):
        backups.copy_file(file, prepared)
    copy = Database(url_of(prepared))
    try:
        contents = prepare(copy, restoring)
        backups.close_as_single_file(copy)
    except BaseException:
        copy.close()
        backups.remove(prepared)
        raise
    kept = place.with_name(f"{place.name}.before-restore-{restoring.clock():%Y%m%dT%H%M%SZ}")
    was_there = backups.move(place, kept)
    backups.move(prepared, place)
    return Restored(contents, str(kept) if was_there else None)


def try_out(url: str, file: Path, restoring: Restoring) -> None:
    """Restore a backup to a scratch file beside it and read it through; nothing is left of that.

    Raises:
        BackupError: it could not be restored.

    """
    if not is_file(url):
        server_backup.try_out(url, file)
        return
    scratch = file.with_name(file.name + ".scratch")
    try:
        with backup_errors(scratch, str(file)):
            backups.copy_file(file, scratch)
        with closing(Database(url_of(scratch))) as copy:
            rehearse(copy, restoring)
    finally:
        backups.remove(scratch)


def _existing(file: Path, otherwise: str) -> Path:
    if not file.is_file():
        raise BackupError(otherwise.format(file=file))
    return file
