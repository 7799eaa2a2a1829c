"""The schema in the code, the schema that the migrations make, and the triggers of the audit."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from dashboard.store.audit import triggers as audit_triggers
from dashboard.store.db.database import Database
from dashboard.store.db.migrate import FOLDER, upgrade
from dashboard.store.schema import audit, metadata
from dashboard.store.schema import counts as counts_table
from dashboard.store.staff import members as staff
from dashboard.store.users import sightings
from dashboard.store.users import status_counts as counts
from dashboard.store.users.status_counts import CachedCount
from dashboard.wiring import now
from tests.support import databases

USER = "11111111222243338444555555555555"


def test_the_migrations_make_the_schema_of_the_code(database: Database) -> None:
    with database.read() as connection:
        options = {"include_name": _is_of_schema}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


COLLATIONS = {
    "postgresql": "SELECT column_name AS name, collation_name AS collation "
    "FROM information_schema.columns WHERE table_name = '{0}' AND data_type = 'text'",
    "sqlite": "SELECT x.name, x.coll AS collation "
    "FROM pragma_index_list('{0}') i, pragma_index_xinfo(i.name) x "
    "WHERE x.name IN (SELECT name FROM pragma_table_info('{0}') WHERE type = 'TEXT')",
}
BY_BYTES = {"postgresql": "C", "sqlite": "BINARY"}


def test_what_is_sorted_by_is_sorted_byte_by_byte_on_either_engine(database: Database) -> None:
    engine = database.engine.dialect.name
    for table in ("directory", "directory_counts"):
        with database.read() as connection:
            asked = connection.exec_driver_sql(COLLATIONS[engine].format(table))
            found = {row.name: row.collation for row in asked}
        assert len(found) >= 4, found
        assert set(found.values()) == {BY_BYTES[engine]}, found


def test_every_migration_leaves_the_audit_s_triggers_in_place(tmp_path: Path) -> None:
    database = databases.make(tmp_path)
    scripts = list(ScriptDirectory(FOLDER).walk_revisions())
    assert database.newest_version == scripts[0].revision
    for script in reversed(scripts):
        assert database.knows(script.revision)
        with database.write() as connection:
            upgrade(connection, script.revision)
        with database.read() as connection:
            assert not audit_triggers.missing_triggers(connection), script.revision
    database.close()


def test_grants_survive_that_they_may_be_of_nobody_known(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'grants.sqlite3'}")
    database.create()
    with database.write() as connection:
        upgrade(connection, "0002")
    kept = (7, "0" * 32, 1, 1, "issued", "why", "2026-01-01")
    with database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO staff (id, email, name, password_hash, active, created_at) "
            "VALUES (1, 'a', 'A', '', 1, '2026-01-01')"
        )
        connection.exec_driver_sql(ROW.format(""))
        connection.exec_driver_sql(
            "INSERT INTO grants (id, user_id, staff_id, audit_seq, state, reason, issued_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            kept,
        )
    with database.write() as connection:
        upgrade(connection, "0003")
    with database.write() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM grants").all()
        assert [row[:6] for row in rows] == [kept[:6]]
        connection.exec_driver_sql("UPDATE grants SET user_id = NULL")
        assert not connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    database.close()


ROW = (
    "INSERT {0} INTO audit (seq, at, action, outcome, details, environment, key_id, prev, mac) "
    "VALUES (1, '2026-01-01', 'a:b', 'succeeded', '{{}}', 'local', 'k', '', 'm')"
)


OF_AN_ENGINE = {
    "postgresql": [
        "TRUNCATE audit CASCADE",
        ROW.format("") + " ON CONFLICT (seq) DO UPDATE SET mac = 'another'",
    ],
    "sqlite": [ROW.format("OR REPLACE"), "INSERT INTO audit SELECT * FROM audit"],
}


def test_the_audit_takes_only_new_rows(database: Database) -> None:
    statements = ["UPDATE audit SET reason = 'another'", "DELETE FROM audit"]
    statements += OF_AN_ENGINE[database.engine.dialect.name]
    with databases.behind_our_back(database) as connection:
        connection.exec_driver_sql(ROW.format(""))
    for statement in statements:
        with (
            pytest.raises(DBAPIError, match="append-only"),
            databases.behind_our_back(database) as connection,
        ):
            connection.exec_driver_sql(statement)
        with database.read() as connection:
            assert connection.execute(select(audit.c.mac)).scalars().all() == ["m"], statement


def test_a_trigger_that_is_lost_or_switched_off_is_told(database: Database) -> None:
    off = {
        "postgresql": "ALTER TABLE audit DISABLE TRIGGER audit_no_update",
        "sqlite": "DROP TRIGGER audit_no_update",
    }
    with databases.behind_our_back(database) as connection:
        connection.exec_driver_sql(off[database.engine.dialect.name])
    with database.read() as connection:
        assert audit_triggers.missing_triggers(connection) == {"audit_no_update"}


def test_what_others_count_may_be_larger_than_32_bits(database: Database) -> None:
    total = 5_000_000_000
    with database.write() as connection:
        counts.put(connection, "active", CachedCount(total, now()))
        grown = connection.execute(select(counts_table.c.total)).scalar_one()
    assert grown == total


NAMES_ARE_READ_IN = {
    "audit/chain.py": "append() signs it",
    "audit/lines.py": "the choice of people, with their email",
    "audit/rows.py": "the export, with their email",
    "staff/members.py": "the member themselves",
    "staff/names.py": "the rule",
}


def test_lists_take_the_names_of_staff_from_the_one_place_that_tells_look_alikes_apart() -> None:
    named = re.compile(r"\b(?:staff|_?[a-z]*(?:by|freezer|adder|member))\.c\.name\b", re.IGNORECASE)
    files = Path("dashboard/store").rglob("*.py")
    reading = {
        f"{file.parent.name}/{file.name}" for file in files if named.search(file.read_text())
    }
    assert reading == set(NAMES_ARE_READ_IN)


def test_emails_that_are_there_are_compared_in_the_new_form_after_an_upgrade(
    tmp_path: Path,
) -> None:
    database = databases.make(tmp_path)
    day = "2026-01-01 00:00:00+00:00"
    emails = ("jose\u0301@example.com", "ana@example.com\u200b", "ana@example.com")
    with database.write() as connection:
        upgrade(connection, "0007")
        for number, email in enumerate(emails, 1):
            connection.execute(
                text(
                    "INSERT INTO staff (id, email, name, password_hash, active, created_at,"
                    " second_factor_required) VALUES (:id, :email, 'n', 'h', true, :day, false)"
                ),
                {"id": number, "email": email, "day": day},
            )
        connection.execute(
            text(
                "INSERT INTO sightings (user_id, email, email_folded, status, first_seen_at,"
                " last_seen_at) VALUES (:user, :email, :email, 'active', :day, :day)"
            ),
            {"user": USER, "email": "max@xn--bcher-kva.example", "day": day},
        )
    database.upgrade()
    with database.read() as connection:
        found = [staff.find(connection, email) for email in ("JOSÉ@example.com", *emails)]
        assert [each and each.id for each in found] == [1, 1, 2, 3]
        seen = sightings.of_email(connection, "Max@bücher.example").only
    assert seen == UUID(USER)
    database.close()


def _is_of_schema(name: str | None, _kind: str, _parents: object) -> bool:
    """Leave the search indexes out: each engine has its own, and SQLAlchemy knows neither."""
    return not (name or "").startswith(("directory_index", "audit_index", "notes_index"))
