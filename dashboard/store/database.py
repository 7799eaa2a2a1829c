"""The connection: one engine a process, `read()` and `write()`, and a schema that is up to date.

`write()` is BEGIN IMMEDIATE on SQLite: with the driver's default, parallel writers of the audit
chain lost rows (measured, ADR 3). Nothing upstream is called inside either.

A connection is used only while the path names the file that it was opened on: SQLite would go on
writing, unseen, to a file that was moved or deleted. Only `create()` makes a file.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    column,
    create_engine,
    event,
    inspect,
    select,
    table,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS = 5_000
BRIEFLY_MS = 100  # for what may as well be written another time
POOL_SIZE = 32
MIGRATIONS = Path(__file__).parent / "migrations" / "versions"
VERSION = table("alembic_version", column("version_num"))  # Alembic's


Transaction = Connection  # what `write()` gives; services hand it on and never look inside


class StoreError(Exception):
    """The database cannot be used: it is gone, locked, full or of another schema."""


class Database:
    """Our own memory. Every statement runs inside `read()` or `write()`."""

    def __init__(self, url: str) -> None:
        self.file = file_of(url)
        self.engine = _engine(url, self.file)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Run statements that change nothing.

        Raises:
            StoreError: the database cannot be used.

        """
        with self._translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self, wait_ms: int = BUSY_TIMEOUT_MS) -> Iterator[Connection]:
        """Run statements as one transaction: all of them last, or none does.

        `wait_ms` is how long to wait for another writer.

        Raises:
            StoreError: the database cannot be used; nothing was changed.

        """
        with self._translated(), self.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={wait_ms}")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def create(self) -> None:
        """Make the file, which only we may read, where there is none.

        Raises:
            StoreError: it cannot be made.

        """
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.file.touch(mode=0o600)
        except OSError as error:
            raise StoreError(f"{self.file}: {error.strerror}") from error

    def upgrade(self) -> None:
        """Bring the schema to the newest version, in a new file where there is none.

        Raises:
            StoreError: the database cannot be used, or a newer version of this program made it.

        """
        self.create()
        version = self.schema_version()
        if version and not self.knows(version):
            raise StoreError(
                f"schema {version} is newer than this program's {self.newest_version}: "
                "install the version that made it"
            )
        from dashboard.store.migrating import upgrade  # noqa: PLC0415  10 MB for this alone

        with self._translated():
            upgrade(self.engine)

    def schema_version(self) -> str | None:
        """Return the schema's version, or None for a database that has no schema.

        Raises:
            StoreError: the database cannot be used.

        """
        with self.read() as connection:
            if not inspect(connection).has_table(VERSION.name):
                return None
            return connection.execute(select(VERSION.c.version_num)).scalar()

    @property
    def newest_version(self) -> str:
        """The version that this code wants."""
        return max(_versions())

    def knows(self, version: str) -> bool:
        """Say whether this code can bring a schema of this version up to date."""
        return version in _versions()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise StoreError(self._cause(error)) from error

    def _cause(self, error: SQLAlchemyError) -> str:
        """Name what is wrong, without a value that a statement held."""
        code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
        if code is None or code & 0xFF not in _CAUSES:
            return type(error).__name__
        try:
            self.file.stat()
        except OSError as missing:
            return f"{self.file}: {missing.strerror}"
        return _CAUSES[code & 0xFF]


def _versions() -> set[str]:
    """Return the migrations that there are: each is a file that begins with its version."""
    return {file.name.partition("_")[0] for file in MIGRATIONS.glob("0*.py")}


def file_of(url: str) -> Path:
    """Return the file that a database's URL names.

    Raises:
        ValueError: the URL names none.

    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise ValueError("DATABASE_URL wants the form sqlite:///path: no other database yet")
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
    """Return what tells a file from another one of the same name, None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    # FULL: what the audit says was committed is on the disk before anything is sent upstream.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
