"""Whole copies of the database: how they are made, moved and checked."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, delete, func, select

from dashboard.store.db.database import Database, StoreError
from dashboard.store.schema import inquiries, sessions, staff_links

FOLLOWERS = ("-wal", "-shm")  # what SQLite keeps beside the file


def copy_file(source: Path, target: Path) -> None:
    """Copy a database, of one moment, while others read and write it; only we may read the copy.

    Raises:
        FileExistsError: there is a file at the target; it was not touched.
        StoreError: the source is no readable database, or the disk is full.

    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as original,
            closing(sqlite3.connect(target)) as copy,
        ):
            original.backup(copy)
    except sqlite3.Error as error:
        remove(target)
        raise StoreError(str(error)) from error


def remove(file: Path) -> None:
    """Remove a database and the files beside it."""
    for end in ("", *FOLLOWERS):
        file.with_name(file.name + end).unlink(missing_ok=True)


def move(file: Path, to: Path) -> bool:
    """Move a database and the files beside it; return whether there were any.

    A log that is left behind would be played into the next database of this name.
    """
    found = [end for end in (*FOLLOWERS, "") if file.with_name(file.name + end).exists()]
    for end in found:
        file.with_name(file.name + end).replace(to.with_name(to.name + end))
    return bool(found)


def is_in_use(file: Path) -> bool:
    """Return whether another process has the database open; a damaged one is not in use.

    Only the last connection can make SQLite leave write-ahead mode.
    """
    try:
        with closing(sqlite3.connect(file, timeout=0)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    except sqlite3.DatabaseError:
        return False
    return False


def close_as_single_file(database: Database) -> None:
    """Close a database that no one else has open, as one file that can be moved.

    Out of write-ahead mode it can be read where nothing can be written.
    """
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
    database.close()


def find_damage(connection: Connection, *, quick: bool = False) -> str | None:
    """Return the first thing that is wrong with the file's structure, None when all is well.

    The quick look does not compare the indexes with the rows. PostgreSQL looks after its own.
    """
    if connection.dialect.name != "sqlite":
        return None
    pragma = "quick_check" if quick else "integrity_check"
    found = connection.exec_driver_sql(f"PRAGMA {pragma}(1)").scalar()
    return None if found == "ok" else str(found)


def count_links(connection: Connection) -> int:
    """Return how many KYC links are kept, of which there is no other copy."""
    statement = select(func.count()).where(inquiries.c.verification_url.is_not(None))
    return int(connection.execute(statement).scalar() or 0)


def delete_sessions_and_links(connection: Connection) -> None:
    """Forget sessions and one-time links: some were ended or used after the copy was made."""
    connection.execute(delete(sessions))
    connection.execute(delete(staff_links))
