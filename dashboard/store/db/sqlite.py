"""SQLite: one file, in write-ahead mode, with one writer at a time by BEGIN IMMEDIATE.

With the driver's default, parallel writers of the audit chain lost rows (measured, ADR 3).

A connection is used only while the path names the file that it was opened on: SQLite would go on
writing, unseen, to a file that was moved or deleted. Only `create()` makes a file.
"""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from dashboard.store.db.timeouts import BUSY_TIMEOUT_MS

POOL_SIZE = 32
CACHE_KIB = 512  # of each connection: the system has the file in memory anyway
INCREMENTAL = 2  # SQLite's number of this auto_vacuum


class SqliteEngine:
    """What only SQLite needs."""

    name = "SQLite"

    def __init__(self, url: str) -> None:
        self.file = file_of(url)
        self.where = str(self.file)
        self.engine = _engine(url, self.file)

    def begin(self, connection: Connection, wait_ms: int) -> None:
        """Begin a transaction as the one writer."""
        connection.exec_driver_sql(f"PRAGMA busy_timeout={wait_ms}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def begin_snapshot(self, connection: Connection) -> None:
        """Begin a transaction; its first statement fixes what all of them see."""
        connection.exec_driver_sql("BEGIN")

    def create(self) -> None:
        """Make the file, which only we may read, where there is none; raise OSError."""
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.file.touch(mode=0o600)

    def make_shrinkable(self) -> None:
        """Let freed pages leave the file: one without that is written again.

        It is set here, not in each connection: that takes the lock of the one writer.
        """
        with self.engine.connect() as connection:
            if connection.exec_driver_sql("PRAGMA auto_vacuum").scalar() != INCREMENTAL:
                connection.exec_driver_sql(f"PRAGMA auto_vacuum={INCREMENTAL}")
                connection.exec_driver_sql("VACUUM")

    def exists(self) -> bool:
        """Return whether there is a file."""
        return self.file.exists()

    def cause(self, error: SQLAlchemyError) -> str:
        """Name what is wrong, without a value that a statement held."""
        code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
        if code is None or code & 0xFF not in _CAUSES:
            return type(error).__name__
        try:
            self.file.stat()
        except OSError as missing:
            return f"{self.file}: {missing.strerror}"
        return _CAUSES[code & 0xFF]


def file_of(url: str) -> Path:
    """Return the file that a database's URL names.

    Raises:
        ValueError: the URL names none.

    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise ValueError("DATABASE_URL does not name a file of the form sqlite:///path")
    return Path(parsed.database)


def url_of(file: Path) -> str:
    """Return the URL of a database in this file, whatever its name."""
    return URL.create("sqlite", database=str(file)).render_as_string()


_CAUSES = {
    sqlite3.SQLITE_BUSY: "it is busy",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened",
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk fails",
    sqlite3.SQLITE_NOTADB: "the file is no SQLite database",
    sqlite3.SQLITE_READONLY: "it cannot be written",
}
_FILE = "file"


def _engine(url: str, file: Path) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "isolation_level": None},
        pool_size=POOL_SIZE,
        hide_parameters=True,
    )
    opened = file.absolute().as_uri() + "?mode=rw"

    def open_existing(
        _dialect: Dialect, record: ConnectionPoolEntry, at: list[str], how: dict[str, object]
    ) -> None:
        record.info[_FILE] = _identity(file)
        at[:], how["uri"] = [opened], True

    def require_same(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        if record.info[_FILE] != _identity(file):
            raise DisconnectionError  # which opens a new one

    event.listen(engine, "do_connect", open_existing)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "checkout", require_same)
    return engine


def _identity(file: Path) -> tuple[int, int] | None:
    """Return the identity of a file, beyond its name, None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # SQLite's own knows the capitals of English only.
    connection.create_function("lower", 1, _lower, deterministic=True)
    connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    connection.execute("PRAGMA journal_mode=WAL")
    # FULL: what the audit says was committed is on the disk before anything is sent upstream.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA secure_delete=ON")  # what was erased is not left in the file


def _lower(text: str | None) -> str | None:
    return text.lower() if text else text
