"""Databases for tests: files of SQLite, or databases of the server TEST_DATABASE_URL names.

That is the URL of a PostgreSQL server only for tests, with the right to create databases.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

from dashboard.store.audit import triggers as audit_triggers
from dashboard.store.db.database import Database

SERVER = os.environ.get("TEST_DATABASE_URL", "")
PASSWORD = urlsplit(SERVER).password or ""
FILE = "dashboard.sqlite3"
BYPASS_GUARD = audit_triggers.BYPASS_GUARD["postgresql" if SERVER else "sqlite"]
TRIGGERS = {"audit_no_update", "audit_no_delete", BYPASS_GUARD}
_connected: dict[str, set[Engine]] = {}  # to be closed before their database goes
_names: dict[Path, str] = {}  # of each folder's database, whether it is there yet or not
_made: set[str] = set()
_spare: list[str] = []  # those of `_made` that no folder has; they are as `fill` makes them
_shapes: list[object] = []  # of the schema they have
_first_rows: dict[str, str] = {}  # of the tables that are not empty in them
_counted: list[tuple[str, int]] = []  # sequences that have begun, and how far

# Whatever changes a schema writes rows of these; whatever only writes to tables does not.
_SHAPE = """
SELECT md5(string_agg(part::text, ',' ORDER BY part::text)) FROM (
  SELECT oid, xmin FROM pg_class UNION ALL SELECT oid, xmin FROM pg_proc
  UNION ALL SELECT oid, xmin FROM pg_trigger UNION ALL SELECT attrelid, xmin FROM pg_attribute
) AS part WHERE oid >= 16384"""
_EMPTY = """
DO $$ DECLARE name text; BEGIN
  PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE 'DELETE FROM ' || name;
  END LOOP;
  PERFORM setval(oid, 1, false) FROM pg_class WHERE relkind = 'S';
END $$"""


def _remember(connection: Connection) -> None:
    _connected.setdefault(str(connection.engine.url.database), set()).add(connection.engine)


if SERVER:
    event.listen(Engine, "engine_connect", _remember)


def url_for(folder: Path) -> str:
    """Return the DATABASE_URL of a folder's database, whether it is there yet or not."""
    return _of_server(_name(folder)) if SERVER else f"sqlite:///{folder / FILE}"


def migrate_template(folder: Path) -> None:
    """Make the database that `fill` copies, on a server."""
    if not SERVER:
        return
    _create(_name(folder))
    database = Database(url_for(folder))
    database.upgrade()
    database.close()
    with psycopg.connect(url_for(folder)) as connection:
        _shapes.append(connection.execute(_SHAPE).fetchone())
        _first_rows.update(_rows(connection, "json_agg(t)::text"))
        begun = "SELECT sequencename, last_value FROM pg_sequences WHERE last_value > 0"
        _counted.extend(connection.execute(begun).fetchall())


def make(folder: Path) -> Database:
    """Make a folder's database, empty: without a schema."""
    if SERVER:
        if _name(folder) in _made:
            _drop(_name(folder))
        _create(_name(folder))
    database = Database(url_for(folder))
    database.create()
    return database


def fill(migrated: Path, folder: Path) -> None:
    """Give a folder a database with the schema and nothing in it."""
    if not SERVER:
        shutil.copy(migrated, folder / FILE)
        return
    if _name(folder) not in _made:
        _create(_name(folder), "TEMPLATE {} STRATEGY FILE_COPY", _name(migrated.parent))


def drop(folder: Path) -> None:
    """Take a folder's database away from it; files go with their folder.

    Another folder gets it, emptied, if it still has the schema: making one takes far longer.
    """
    name = _names.pop(folder, "")
    for engine in _connected.pop(name, ()):
        engine.dispose()
    if name not in _made:
        return
    if _empty(name):
        _spare.append(name)
    else:
        _drop(name)


def rows_of(folder: Path) -> str:
    """Return every row that a folder's database has on the server, as text."""
    return rows_at(url_for(folder)) if SERVER else ""


def rows_at(url: str) -> str:
    """Return every row of a server's database as text, of one that is not there nothing."""
    try:
        connection = psycopg.connect(url)
    except psycopg.OperationalError:  # the test has none
        return ""
    with connection:
        rows = _rows(connection, "string_agg(t::text, E'\\n')")
    connection.close()
    return "\n".join(text for text in rows.values() if text)


def another(database: Database) -> Database:
    """Return the same one as another process has it."""
    return Database(database.engine.url.render_as_string(hide_password=False))


@contextmanager
def behind_our_back(database: Database) -> Iterator[Connection]:
    """Give a connection of another client, which commits at the end."""
    engine = create_engine(database.engine.url, hide_parameters=True)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def unprotect(connection: Connection, *names: str) -> None:
    """Take triggers of the audit away."""
    of = " ON audit" if connection.dialect.name == "postgresql" else ""
    if of:  # foreign keys are triggers there, too
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    for name in names or sorted(audit_triggers.TRIGGERS | {*audit_triggers.BYPASS_GUARD.values()}):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{of}")


@contextmanager
def off_guard(connection: Connection, trigger: str) -> Iterator[None]:
    """Let the block do what a trigger of the audit forbids; it is there again afterwards."""
    if connection.dialect.name == "postgresql":
        asked = f"SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = '{trigger}'"  # noqa: S608  ours
    else:
        asked = f"SELECT sql FROM sqlite_master WHERE name = '{trigger}'"  # noqa: S608  ours
    guard = connection.exec_driver_sql(asked).scalar_one()
    lose(connection, trigger)
    yield
    connection.exec_driver_sql(guard)


def lose(connection: Connection, trigger: str) -> None:
    """Take one trigger of the audit away."""
    of = " ON audit" if connection.dialect.name == "postgresql" else ""
    connection.exec_driver_sql(f"DROP TRIGGER {trigger}{of}")


def refuse(connection: Connection, what: str, when: str = "") -> None:
    """Let every such write fail (`INSERT ON audit`), as on a full disk, until `accept()`."""
    only = f"WHEN ({when}) " if when else ""
    if connection.dialect.name != "postgresql":
        connection.exec_driver_sql(
            f"CREATE TRIGGER refused BEFORE {what} {only}"
            "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
        return
    connection.exec_driver_sql(
        "CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RAISE EXCEPTION 'disk full' USING ERRCODE = '53100'; END $$"
    )
    connection.exec_driver_sql(
        f"CREATE TRIGGER refused BEFORE {what} FOR EACH ROW {only}EXECUTE FUNCTION refused()"
    )


def accept(connection: Connection, table: str = "audit") -> None:
    """Let writes be made again."""
    if connection.dialect.name != "postgresql":
        connection.exec_driver_sql("DROP TRIGGER refused")
        return
    connection.exec_driver_sql(f"DROP TRIGGER refused ON {table}")
    connection.exec_driver_sql("DROP FUNCTION refused()")


def _name(folder: Path) -> str:
    if folder not in _names:
        _names[folder] = _spare.pop() if _spare else f"test_{secrets.token_hex(12)}"
    return _names[folder]


def _create(name: str, how: str = "", *names: str) -> None:
    _command(f"CREATE DATABASE {{}} {how}", name, *names)
    _made.add(name)


def _drop(name: str) -> None:
    _command("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    _made.discard(name)


def _empty(name: str) -> bool:
    """Make a database as `fill` makes one; return False if its schema was changed."""
    with psycopg.connect(_of_server(name)) as connection:
        if connection.execute(_SHAPE).fetchone() not in _shapes:
            return False
        connection.execute(_EMPTY)
        for table, rows in _first_rows.items():
            filled = f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, %s)"  # noqa: S608  ours
            connection.execute(filled, [rows])
        for sequence, last in _counted:
            connection.execute("SELECT setval(%s, %s)", [sequence, last])
    return True


def _rows(connection: psycopg.Connection, read: str) -> dict[str, str]:
    """Return what SQL reads from all rows `t` of each table that has any."""
    asked = "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'"
    names = [name for (name,) in connection.execute(asked)]
    found = [connection.execute(f"SELECT {read} FROM {name} t").fetchone() for name in names]  # noqa: S608  names of ours
    return {name: row[0] for name, row in zip(names, found, strict=True) if row and row[0]}


def _of_server(name: str) -> str:
    url = make_url(SERVER).set(drivername="postgresql", database=name)
    return url.render_as_string(hide_password=False)


def _command(statement: str, *names: str) -> None:
    text = sql.SQL(statement).format(*map(sql.Identifier, names))
    with psycopg.connect(_of_server("postgres"), autocommit=True) as connection:
        connection.execute(text)
