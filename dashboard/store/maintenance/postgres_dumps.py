"""Databases of a PostgreSQL server as its own tools see them: pg_dump, pg_restore, and by name.

https://www.postgresql.org/docs/current/app-pgdump.html
"""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import which
from tempfile import NamedTemporaryFile

from sqlalchemy import Connection, column, func, select, table
from sqlalchemy.engine import make_url

from dashboard.store.db.database import Database, StoreError
from dashboard.store.db.postgres import WATCHED

NAME_MAX = 63  # bytes of an identifier
LONGEST_S = 3_600.0  # of a tool: a server that hangs answers TCP for ever
MAINTENANCE = "postgres"  # the database to connect to while working on another one
ACTIVITY = table("pg_stat_activity", column("datname"))
DATABASES = table("pg_database", column("datname"), column("datcollate"), column("datctype"))
OF_EXTENSIONS = re.compile(r"^\d+; \d+ \d+ (EXTENSION|COMMENT - EXTENSION) ")
OF_TRIGRAMS = re.compile(r"^\d+; \d+ \d+ INDEX \S+ [a-z]+_index ")  # only theirs have this ending
VALUES = re.compile(r"(: \"|=\().*")  # a value that the server quotes


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
                self._named,
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot}",
                f"--file={file}",
            )
        except BaseException:  # also when interrupted: half a copy looks like a whole one
            file.unlink(missing_ok=True)
            raise

    def fill(self, file: Path) -> None:
        """Put a dump into it, all or nothing; extensions are the server's, and may need its admin.

        Where the server gives us no trigrams, the index that needs them is left out: a search is
        slower then, and the doctor says so.

        Raises:
            StoreError: pg_restore is missing or failed, such as on a file that is no dump.

        """
        entries = self._run("pg_restore", "--list", str(file)).splitlines(keepends=True)
        wanted = [line for line in entries if not OF_EXTENSIONS.match(line)]
        if any(map(OF_TRIGRAMS.match, wanted)) and not self._has_trigrams():
            wanted = [line for line in wanted if not OF_TRIGRAMS.match(line)]
        with NamedTemporaryFile("w") as chosen:
            chosen.writelines(wanted)
            chosen.flush()
            options = ("--no-owner", "--single-transaction", f"--use-list={chosen.name}")
            self._run("pg_restore", self._named, *options, str(file))

    def read_through(self, file: Path) -> None:
        """Turn all of a dump into SQL that goes nowhere.

        Raises:
            StoreError: pg_restore is missing or failed, such as on a damaged dump.

        """
        self._run("pg_restore", f"--file={os.devnull}", str(file))

    def exists(self) -> bool:
        """Return whether the server has it."""
        asked = select(func.count()).select_from(DATABASES).where(DATABASES.c.datname == self.name)
        with self._server() as connection:
            return bool(connection.execute(asked).scalar())

    def is_in_use(self) -> bool:
        """Return whether anyone is connected to it."""
        asked = select(func.count()).select_from(ACTIVITY).where(ACTIVITY.c.datname == self.name)
        with self._server() as connection:
            return bool(connection.execute(asked).scalar())

    def create_like(self, model: "ServerDatabase") -> None:
        """Create the database, empty, in UTF-8, with the collation of the model if available.

        Raises:
            StoreError: our user may not make databases, or it is there.

        """
        asked = select(DATABASES.c.datcollate, DATABASES.c.datctype)
        with self._server() as connection:
            found = connection.execute(asked.where(DATABASES.c.datname == model.name)).first()
        like = f" LC_COLLATE {_text(found[0])} LC_CTYPE {_text(found[1])}" if found else ""
        self._order("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'" + like, self.name)

    def drop(self) -> None:
        """Drop the database, if it exists."""
        self._order("DROP DATABASE IF EXISTS {}", self.name)

    def swap_names(self, other: "ServerDatabase", kept: str | None) -> None:
        """Atomically take the name of `other`, which becomes `kept`: both or neither.

        Raises:
            StoreError: someone is connected to one of them, or it is not ours.

        """
        rename = "ALTER DATABASE {} RENAME TO {}; "
        trade = rename + rename if kept else rename
        names = [other.name, kept, self.name, other.name] if kept else [self.name, other.name]
        self._order(f"BEGIN; {trade}COMMIT", *filter(None, names))

    def _has_trigrams(self) -> bool:
        """Return whether it has the extension of the search index, added where we may."""
        database = Database(self.url)
        try:
            with closing(database), database.read() as connection:
                connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except StoreError:
            return False
        return True

    @contextmanager
    def _server(self) -> Iterator[Connection]:
        database = Database(self.called(MAINTENANCE).url)
        with closing(database), database.read() as connection:
            yield connection

    def _order(self, statement: str, *names: str) -> None:
        with self._server() as connection:
            quote = connection.dialect.identifier_preparer.quote_identifier
            connection.exec_driver_sql(statement.format(*map(quote, names)))

    @property
    def _named(self) -> str:
        """Name the database for the tools, without the password; they watch the server as we do."""
        parts = self._url._replace(drivername="postgresql", password=None)
        parts = parts.update_query_dict({name: str(value) for name, value in WATCHED.items()})
        return f"--dbname={parts.render_as_string(hide_password=False)}"

    def _run(self, program: str, *options: str) -> str:
        """Run one of the server's tools, and return what it says.

        The password is in its environment: everyone on the machine can read arguments. A failure is
        told by its first error, cut off before a value of a row.
        """
        found = which(program)
        if found is None:
            raise StoreError(f"{program} is not installed; on Debian: postgresql-client")
        secret = {"PGPASSWORD": str(self._url.password)} if self._url.password else {}
        try:
            done = subprocess.run(  # noqa: S603  the server's own tool
                [found, *options],
                env={**os.environ, **secret},
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                timeout=LONGEST_S,
            )
        except subprocess.TimeoutExpired:
            raise StoreError(f"{program} takes too long") from None
        if done.returncode:
            told = next((line for line in done.stderr.splitlines() if "error:" in line), program)
            raise StoreError(f"{VALUES.sub('', told)}, exit status {done.returncode}")
        return done.stdout


def _text(value: str) -> str:
    """Return a text as SQL writes it, for what takes no parameters."""
    return "'" + value.replace("'", "''") + "'"


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
