"""Owners and snoozes of users, and their copies on the rows of the directory."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from dashboard.store.db.database import Database
from dashboard.store.directory import follow_up, rows
from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.directory.rows import SeenUser
from dashboard.store.owners import follow_ups, owners, snoozes
from dashboard.store.staff import members

NOON = datetime(2026, 6, 12, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=5)
USER = UUID(int=1)
SEEN = SeenUser(USER, "ana@example.com", "pending", "CO", "es", NOON)


def add_staff(database: Database, *names: str) -> list[int]:
    with database.write() as connection:
        return [members.add(connection, f"{name}@example.com", name, "", NOON) for name in names]


def see(database: Database) -> None:
    with database.write() as connection:
        rows.record(connection, [SEEN], NOON)


def row_of(database: Database) -> DirectoryUser:
    with database.read() as connection:
        return rows.get(connection, [USER])[USER]


def test_an_owner_is_told_with_who_gave_them_the_user(database: Database) -> None:
    ana, diego = add_staff(database, "Ana", "Diego")
    with database.write() as connection:
        assert follow_ups.of_user(connection, USER)[0] is None
        owners.assign(connection, USER, ana, NOON)
        owner = follow_ups.of_user(connection, USER)[0]
        assert owner
        assert (owner.name, owner.given_by, owner.is_seen) == ("Ana", None, True)
        owners.assign(connection, USER, diego, LATER, given_by=ana)
        given = follow_ups.of_user(connection, USER)[0]
        assert given
        assert (given.email, given.given_by) == ("diego@example.com", "Ana")
        assert (given.since_at, given.active_at, given.is_seen) == (LATER, LATER, False)
        owners.see(connection, USER, ana)
        owners.see(connection, USER, diego)
        seen = follow_ups.of_user(connection, USER)[0]
        assert seen
        assert seen.is_seen


def test_only_what_the_owner_does_keeps_a_user_theirs(database: Database) -> None:
    ana, diego = add_staff(database, "Ana", "Diego")
    see(database)
    with database.write() as connection:
        owners.assign(connection, USER, ana, NOON)
        owners.touch(connection, USER, diego, LATER)
    assert row_of(database).owner_active_at == NOON
    with database.write() as connection:
        owners.touch(connection, USER, ana, LATER)
        owners.touch(connection, USER, ana, LATER - timedelta(minutes=5))
    assert (row_of(database).owner_id, row_of(database).owner_active_at) == (ana, LATER)


def test_a_user_is_released_alone_or_with_all_of_an_owner(database: Database) -> None:
    (ana,) = add_staff(database, "Ana")
    see(database)
    for release in (
        lambda connection: owners.release(connection, USER),
        lambda connection: owners.release_all(connection, ana),
    ):
        with database.write() as connection:
            owners.assign(connection, USER, ana, NOON)
        assert row_of(database).owner_id == ana
        with database.write() as connection:
            release(connection)
        assert (row_of(database).owner_id, row_of(database).owner_active_at) == (None, None)


def test_a_user_who_is_seen_later_gets_the_owner_and_the_snooze(database: Database) -> None:
    (ana,) = add_staff(database, "Ana")
    with database.write() as connection:
        owners.assign(connection, USER, ana, NOON)
        snoozes.put(connection, USER, ana, LATER, NOON)
    see(database)
    assert (row_of(database).owner_id, row_of(database).snoozed_until_at) == (ana, LATER)


def test_a_snooze_replaces_the_one_before_and_ends(database: Database) -> None:
    (ana,) = add_staff(database, "Ana")
    see(database)
    with database.write() as connection:
        snoozes.put(connection, USER, ana, NOON, NOON)
        snoozes.put(connection, USER, ana, LATER, NOON)
        snooze = follow_ups.of_user(connection, USER)[1]
        assert snooze
        assert (snooze.until_at, snooze.name) == (LATER, "Ana")
    assert row_of(database).snoozed_until_at == LATER
    with database.write() as connection:
        assert follow_up.wake(connection, [USER])
        assert not follow_up.wake(connection, [USER])
    assert row_of(database).snoozed_until_at is None


def test_a_new_status_ends_a_snooze_and_so_does_being_gone(database: Database) -> None:
    (ana,) = add_staff(database, "Ana")
    see(database)
    with database.write() as connection:
        snoozes.put(connection, USER, ana, LATER, NOON)
        rows.record(connection, [replace(SEEN, email="new@example.com")], LATER)
    assert row_of(database).snoozed_until_at == LATER
    with database.write() as connection:
        rows.record(connection, [replace(SEEN, status="active")], LATER)
    assert row_of(database).snoozed_until_at is None
    with database.write() as connection:
        snoozes.put(connection, USER, ana, LATER, NOON)
        rows.mark_gone(connection, USER, LATER)
        assert follow_ups.of_user(connection, USER)[1] is None
