"""Nothing names a user who was erased: a walk over every table that the database has."""

from dataclasses import replace

import pytest
from sqlalchemy import Uuid

from dashboard.store import erasure
from dashboard.store.db.database import Database
from dashboard.store.erasure import ERASED, WITHOUT_USERS, Erased
from dashboard.store.schema import audit, intents, metadata
from tests.support.browsing import Visitor
from tests.support.pages.known_user import EMAIL, KnownUser, admin, known, make_known, tables_naming
from tests.support.sampling import one_in
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres

__all__ = ["admin", "known"]
REASON = "Asked for by letter of 3 May"
NOTES = {"notes", "note_drafts", "note_edits", "note_revisions"}
IN_PLAIN = {
    *("directory", "grants", "job_rows", "lab_steps", "registrations"),
    *("saved_views", "sessions", "sightings"),
    *NOTES,
}


def rows_of(database: Database, known: KnownUser) -> dict[str, int]:
    with database.read() as connection:
        return erasure.count(connection, erasure.find(connection, [known.id]))


def named_in(database: Database, known: KnownUser) -> set[str]:
    with database.read() as connection:
        return tables_naming(connection, known)


def erase(admin: Visitor, known: KnownUser) -> None:
    admin.post(f"/users/{known.id}/erase", {"reason": REASON, "confirm": EMAIL}, status=303)


def test_no_table_names_a_user_who_was_erased(
    admin: Visitor, database: Database, known: KnownUser
) -> None:
    assert named_in(database, known) == IN_PLAIN
    assert all(rows_of(database, known).values()), "a table without a row of theirs shows nothing"
    erase(admin, known)
    assert named_in(database, known) == set()
    assert not any(rows_of(database, known).values())


@pytest.mark.parametrize("left_out", one_in(5, ERASED), ids=lambda each: each.table.name)
def test_the_walk_finds_a_table_that_was_left_out(
    admin: Visitor,
    database: Database,
    known: KnownUser,
    left_out: Erased,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = left_out.table.name
    does_nothing = replace(left_out, erase=lambda _transaction, _about: None)
    monkeypatch.setattr(
        erasure, "ERASED", [does_nothing if each is left_out else each for each in ERASED]
    )
    erase(admin, known)
    assert named_in(database, known) == IN_PLAIN & {name}
    with database.read() as connection:
        people = replace(erasure.find(connection, [known.id]), texts=known.texts)
        assert {table for table, rows in erasure.count(connection, people).items() if rows} >= {
            name
        }


def test_every_table_is_in_the_list_once() -> None:
    erased = [each.table for each in ERASED]
    assert {*erased, *WITHOUT_USERS, audit} == {*metadata.tables.values()}
    assert len(erased) + len(WITHOUT_USERS) + 1 == len(metadata.tables)


def test_a_table_with_a_column_of_users_is_erased_from() -> None:
    of_users = {
        table
        for table in metadata.tables.values()
        if any(isinstance(column.type, Uuid) for column in table.columns)
    }
    assert of_users - {each.table for each in ERASED} == {intents}


def test_no_other_user_is_erased(
    admin: Visitor, database: Database, known: KnownUser, simulator: RunningSimulator
) -> None:
    admin.get("/users")
    other = make_known(admin, database, simulator, "other.person@example.com")
    before = rows_of(database, other)
    erase(admin, known)
    assert rows_of(database, other) == before
