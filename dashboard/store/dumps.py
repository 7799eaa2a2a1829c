"""Databases of a PostgreSQL server as its own tools see them: pg_dump, pg_restore, and by name.

https://www.postgresql.org/docs/current/app-pgdump.html
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import which

from sqlalchemy import Connection, column, func, select, table
from sqlalchemy.engine import make_url

from dashboard.store.database import Database, StoreError

NAME_MAX = 63  # bytes of an identifier
MAINTENANCE = "postgres"  # the database that is there for whoever wants to work on another one
ACTIVITY = table("pg_stat_activity", column("datname"))
DATABASES = table("pg_database", column("datname"))


class ServerDatabase:
    """One database of a server; whether it is there is another question."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self.url = url
        self.name = self._url.database or ""
        self.where = Database(url).where

    def called(self, name: str) -> "ServerDatabase":
        """Return another one of the same server."""
        renamed = self._url.set(database=name)
        return ServerDatabase(renamed.render_as_string(hide_password=False))

    def dump(self, file: Path, snapshot: str) -> None:
        """Write what a snapshot holds into a new file, which only we may read.

        Raises:
            FileExistsError: there is a file; it was not touched.
            StoreError: pg_dump is missing or failed; no file is left.

        """
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            self._run(
                "pg_dump",
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot}",
                f"--file={file}",
            )
        except StoreError:
            file.unlink()
            raise

    def fill(self, file: Path) -> None:
        """Put a dump into it, all or nothing.

        Raises:
            StoreError: pg_restore is missing or failed, such as on a file that is no dump.

        """
        self._run("pg_restore", "--no-owner", "--single-transaction", str(file))

    def exists(self) -> bool:
        """Say whether the server has it."""
        asked = select(func.count()).select_from(DATABASES).where(DATABASES.c.datname == self.name)
        with self._server() as connection:
            return bool(connection.execute(asked).scalar())

    def is_in_use(self) -> bool:
        """Say whether anybody is connected to it."""
        asked = select(func.count()).select_from(ACTIVITY).where(ACTIVITY.c.datname == self.name)
        with self._server() as connection:
            return bool(connection.execute(asked).scalar())

    def make(self) -> None:
        """Make it, empty.

        Raises:
            StoreError: our user may not make databases, or it is there.

        """
        self._order("CREATE DATABASE {}", self.name)

    def drop(self) -> None:
        """Take it away, where it is."""
        self._order("DROP DATABASE IF EXISTS {}", self.name)

    def rename(self, name: str) -> None:
        """Give it another name; nobody may be connected to it."""
        self._order("ALTER DATABASE {} RENAME TO {}", self.name, name)

    @contextmanager
    def _server(self) -> Iterator[Connection]:
        database = Database(self.called(MAINTENANCE).url)
        with closing(database), database.read() as connection:
            yield connection

    def _order(self, statement: str, *names: str) -> None:
        with self._server() as connection:
            quote = connection.dialect.identifier_preparer.quote_identifier
            connection.exec_driver_sql(statement.format(*map(quote, names)))

    def _run(self, program: str, *options: str) -> None:
        """Run one of the server's tools; the password is in its environment, not in its arguments.

        What it complains of is told by its last line: others may hold values of rows.
        """
        found = which(program)
        if found is None:
            raise StoreError(f"{program} is not installed; on Debian: postgresql-client")
        open_url = self._url.set(drivername="postgresql", password=None)
        named = f"--dbname={open_url.render_as_string(hide_password=False)}"
        environ = {**os.environ, "PGPASSWORD": str(self._url.password or "")}
        done = subprocess.run(  # noqa: S603  the server's own tool
            [found, named, *options], env=environ, capture_output=True, text=True, check=False
        )
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if line.startswith(program)]
            raise StoreError(lines[0] if lines else f"{program} failed")


@contextmanager
def snapshot(database: Database) -> Iterator[tuple[Connection, str]]:
    """Read one moment; give the connection, and the name by which pg_dump reads the same moment.

    Raises:
        StoreError: the database cannot be read.

    """
    with database.read() as connection:
        connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield connection, str(connection.execute(select(func.pg_export_snapshot())).scalar())
        finally:
            connection.rollback()
