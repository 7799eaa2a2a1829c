"""The connection: one engine per process, `read()` and `write()`, and an up-to-date schema.

`write()` admits one writer at a time, on either engine. Neither makes upstream calls.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, column, inspect, select, table
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from dashboard.store.db.postgres import PostgresEngine
from dashboard.store.db.sqlite import SqliteEngine
from dashboard.store.db.timeouts import BUSY_TIMEOUT_MS

MIGRATIONS = Path(__file__).parents[1] / "migrations" / "versions"
_AFTER_COMMIT = "after_commit"  # in a connection's `info`
VERSION = table("alembic_version", column("version_num"))  # Alembic's


Transaction = Connection  # what `write()` gives; services hand it on and never look inside


class StoreError(Exception):
    """The database cannot be used: it is gone, locked, full or of another schema."""


class CommitLostError(StoreError):
    """The answer to a commit was lost: either all of it lasts, or nothing does."""


class Backend(Protocol):
    """The differences between the engines. `where` names the database, without a password."""

    name: str
    where: str
    engine: Engine

    def begin(self, connection: Connection, wait_ms: int) -> None:
        """Begin a transaction as the only writer; others wait."""

    def begin_snapshot(self, connection: Connection) -> None:
        """Begin a transaction that reads, and sees one moment."""

    def create(self) -> None:
        """Make what the schema is put into, where that is ours to make; raise OSError."""

    def make_shrinkable(self) -> None:
        """Let the space of deleted rows be given back."""

    def exists(self) -> bool:
        """Return whether there is something to connect to, as far as that can be seen from here."""

    def cause(self, error: SQLAlchemyError) -> str:
        """Name what is wrong, without a value that a statement held."""


class Database:
    """Our own database. Every statement runs inside `read()` or `write()`."""

    def __init__(self, url: str) -> None:
        self.is_file = is_file(url)
        self._backend: Backend = SqliteEngine(url) if self.is_file else PostgresEngine(url)
        self.engine = self._backend.engine
        self.where = self._backend.where

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Run statements that change nothing.

        Raises:
            StoreError: the database cannot be used.

        """
        try:
            with self.engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StoreError(self._backend.cause(error)) from error

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Run statements that change nothing and all see the database as it was at one moment.

        Raises:
            StoreError: the database cannot be used.

        """
        with self.read() as connection:
            self._backend.begin_snapshot(connection)
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def write(self, wait_ms: int = BUSY_TIMEOUT_MS) -> Iterator[Connection]:
        """Run statements as one transaction: all of them last, or none does.

        `wait_ms` is how long to wait for another writer.

        Raises:
            StoreError: the database cannot be used; nothing was changed.
            CommitLostError: the server was lost at the end; it may all have been done.

        """
        is_ending = False
        try:
            with self.engine.connect() as connection:
                self._backend.begin(connection, wait_ms)
                connection.info.pop(_AFTER_COMMIT, None)
                try:
                    yield connection
                except BaseException:
                    connection.rollback()
                    raise
                is_ending = True
                connection.commit()
                is_ending = False
                for told in connection.info.pop(_AFTER_COMMIT, ()):
                    told()
        except SQLAlchemyError as error:
            if is_ending and isinstance(error, DBAPIError) and error.connection_invalidated:
                raise CommitLostError("its server was lost at the end") from error
            raise StoreError(self._backend.cause(error)) from error

    def create(self) -> None:
        """Create the database where there is none; a server's is created by its administrator.

        Raises:
            StoreError: it cannot be made.

        """
        try:
            self._backend.create()
        except OSError as error:
            raise StoreError(f"{self.where}: {error.strerror}") from error

    def exists(self) -> bool:
        """Return whether there is one, as far as that is seen without connecting."""
        return self._backend.exists()

    def upgrade(self) -> None:
        """Bring the schema to the newest version, in a new database where there is none.

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
        from dashboard.store.db.migrate import upgrade  # noqa: PLC0415  10 MB for this only

        with self.write() as connection:
            upgrade(connection)
        try:
            self._backend.make_shrinkable()
        except SQLAlchemyError as error:
            raise StoreError(self._backend.cause(error)) from error

    def schema_version(self) -> str | None:
        """Return the schema's version, or None for a database that has no schema.

        Raises:
            StoreError: the database cannot be used.

        """
        with self.read() as connection:
            if not inspect(connection).has_table(VERSION.name):
                return None
            return connection.execute(select(VERSION.c.version_num)).scalar()

    def version(self) -> str:
        """Return the name and the version of what keeps the data.

        Raises:
            StoreError: the database cannot be used.

        """
        with self.read() as connection:
            number = connection.dialect.server_version_info or ()
            return f"{self._backend.name} {'.'.join(map(str, number))}"

    def server_time(self) -> datetime:
        """Return what time it is for the server.

        Raises:
            StoreError: the database cannot be used.

        """
        with self.read() as connection:
            told: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
            return told

    @property
    def newest_version(self) -> str:
        """The version that this code needs."""
        return max(_versions())

    def knows(self, version: str) -> bool:
        """Return whether this code can bring a schema of this version up to date."""
        return version in _versions()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def after_commit(connection: Transaction, tell: Callable[[], None]) -> None:
    """Call `tell` once the transaction lasts; never, where it is rolled back."""
    connection.info.setdefault(_AFTER_COMMIT, []).append(tell)


def _versions() -> set[str]:
    """Return the migrations that there are: each is a file that begins with its version."""
    return {file.name.partition("_")[0] for file in MIGRATIONS.glob("0*.py")}


def is_file(url: str) -> bool:
    """Return whether a database's URL names a file of SQLite, and not a server of PostgreSQL."""
    return url.startswith("sqlite:")
