"""Sightings of users, and for how long nothing is written."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from dashboard.store.db.database import Database
from dashboard.store.users import sightings
from dashboard.store.users.sightings import KnownUsers, SeenFacts, Sighting

NOON = datetime(2026, 6, 12, 12, 0, tzinfo=UTC)
ANA = SeenFacts(uuid4(), "Ana@Example.com", "pending", "CO", "es", NOON - timedelta(days=9))


def see(database: Database, at: datetime, *facts: SeenFacts) -> None:
    with database.write() as connection:
        sightings.record(connection, facts, at)


def history(database: Database, user_id: UUID = ANA.user_id) -> list[Sighting]:
    with database.read() as connection:
        return sightings.history(connection, user_id)


def test_the_same_status_is_one_row_with_its_first_and_last_time(database: Database) -> None:
    for minutes in (0, 5, 9):
        see(database, NOON + timedelta(minutes=minutes), ANA)
    (only,) = history(database)
    assert (only.first_seen_at, only.last_seen_at) == (NOON, NOON + timedelta(minutes=9))


def test_a_new_status_is_a_new_row(database: Database) -> None:
    see(database, NOON, ANA)
    see(database, NOON + timedelta(hours=1), replace(ANA, status="active"))
    newest, oldest = history(database)
    assert (newest.status, oldest.status) == ("active", "pending")
    assert newest.first_seen_at == NOON + timedelta(hours=1)
    assert oldest.last_seen_at == NOON


def test_a_fact_that_does_not_come_again_stays(database: Database) -> None:
    see(database, NOON, ANA)
    see(
        database,
        NOON + timedelta(hours=1),
        replace(ANA, country_code=None, email="new@example.com"),
    )
    (only,) = history(database)
    assert (only.country_code, only.email) == ("CO", "new@example.com")


def test_the_users_of_a_page_are_remembered_together_each_as_seen(database: Database) -> None:
    same, approved, moved, gone_by = (replace(ANA, user_id=uuid4()) for _ in range(4))
    see(database, NOON, same, approved, moved)
    later = NOON + timedelta(hours=1)
    see(database, later + timedelta(minutes=5), gone_by)
    new = replace(ANA, user_id=uuid4(), country_code=None, registered_at=None)
    facts = (
        same,
        replace(approved, status="active"),
        replace(moved, email="new@example.com", preferred_language=None),
        replace(gone_by, email="old@example.com"),  # an older answer
        new,
    )
    see(database, later, *facts)
    (kept,) = history(database, same.user_id)
    assert (kept.first_seen_at, kept.last_seen_at) == (NOON, later)
    assert [each.status for each in history(database, approved.user_id)] == ["active", "pending"]
    (changed,) = history(database, moved.user_id)
    assert (changed.email, changed.preferred_language) == ("new@example.com", "es")
    assert changed.last_seen_at == later
    assert history(database, gone_by.user_id)[0].email == ANA.email
    (added,) = history(database, new.user_id)
    assert (added.country_code, added.registered_at, added.first_seen_at) == (None, None, later)
    with database.read() as connection:
        assert sightings.of_email(connection, "new@example.com").only == moved.user_id


def test_a_clock_that_is_put_back_does_not_put_back_who_was_seen_again(database: Database) -> None:
    see(database, NOON, ANA)
    see(database, NOON - timedelta(hours=1), ANA)
    assert history(database)[0].last_seen_at == NOON


def stale(database: Database, facts: SeenFacts, after: timedelta) -> bool:
    with database.read() as connection:
        return bool(sightings.stale(connection, [facts], NOON + after))


def test_within_a_minute_only_a_change_is_written(database: Database) -> None:
    assert stale(database, ANA, timedelta())
    see(database, NOON, ANA)
    assert not stale(database, ANA, timedelta(seconds=59))
    assert stale(database, ANA, timedelta(seconds=60))
    assert stale(database, replace(ANA, status="active"), timedelta(seconds=1))
    assert stale(database, replace(ANA, email="b@example.com"), timedelta(seconds=1))
    assert not stale(database, replace(ANA, country_code=None), timedelta(seconds=1))


def test_an_exact_email_finds_its_one_user_in_any_case(database: Database) -> None:
    twin = replace(ANA, user_id=uuid4(), email="twin@example.com")
    others = [replace(twin, user_id=UUID(int=each), email="TWIN@example.com") for each in (1, 2)]
    see(database, NOON, others[1], ANA, twin)
    with database.read() as connection:
        assert sightings.of_email(connection, " ana@EXAMPLE.com ").only == ANA.user_id
        assert sightings.of_email(connection, "ana@example.co") == KnownUsers()
        assert sightings.of_email(connection, "%@example.com") == KnownUsers()
        both = KnownUsers((others[1].user_id, twin.user_id))
        assert sightings.of_email(connection, "twin@example.com") == both
        assert both.only is None
    see(database, NOON, others[0])
    with database.read() as connection:
        two = KnownUsers((others[0].user_id, others[1].user_id), more=True)
        assert sightings.of_email(connection, "twin@example.com") == two


def test_an_older_answer_that_comes_late_changes_nothing(database: Database) -> None:
    see(database, NOON + timedelta(minutes=5), replace(ANA, status="active"))
    see(database, NOON, ANA)
    (only,) = history(database)
    assert (only.status, only.last_seen_at) == ("active", NOON + timedelta(minutes=5))


def test_an_email_that_somebody_had_before_finds_who_has_it_now(database: Database) -> None:
    moved = replace(ANA, email="moved@example.com", status="active")
    heir = replace(ANA, user_id=uuid4())
    see(database, NOON, ANA)
    see(database, NOON + timedelta(hours=1), moved)
    see(database, NOON + timedelta(hours=2), heir)
    with database.read() as connection:
        assert sightings.of_email(connection, ANA.email).only == heir.user_id
