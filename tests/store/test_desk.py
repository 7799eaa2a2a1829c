"""The desk of many users: what is found by an index is what a look at each of them finds."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import insert

from dashboard.store.db.database import Database
from dashboard.store.kyc import desk
from dashboard.store.kyc.lanes import DeskQuery, Lane
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.schema import inquiries, sightings
from dashboard.store.staff import members as staff

NOW = datetime(2026, 6, 12, 12, tzinfo=UTC)
WANTED = DeskQuery(expired_at=NOW - timedelta(hours=24), given_up_at=NOW - timedelta(minutes=2))
USERS = [UUID(int=number) for number in range(120)]
EMAILS = ("ana@example.com", "ben@example.com")


@pytest.fixture
def remembered(database: Database) -> Database:
    """Users seen once, twice or never, with up to three starts by two people."""
    random = Random(7)  # noqa: S311  the same ones each time
    with database.write() as connection:
        people = [staff.add(connection, email, email, "", NOW) for email in EMAILS]
        for user in USERS:
            for status in random.choices(["pending", "active"], k=random.randrange(3)):
                at = NOW - timedelta(hours=random.randrange(90))
                facts = {"user_id": user, "email": "u@example.com", "email_folded": "u@example.com"}
                connection.execute(
                    insert(sightings).values(
                        **facts, status=status, first_seen_at=at, last_seen_at=at
                    )
                )
            for _ in range(random.randrange(4)):
                connection.execute(
                    insert(inquiries).values(
                        user_id=user,
                        state=random.choice([*InquiryState]).value,
                        source=random.choice([*InquirySource]).value,
                        staff_id=random.choice(people),
                        started_at=NOW - timedelta(minutes=random.randrange(1, 4000)),
                    )
                )
    return database


@pytest.mark.parametrize("by", [None, *EMAILS])
def test_every_lane_has_who_is_in_it(remembered: Database, by: str | None) -> None:
    wanted = DeskQuery(WANTED.expired_at, WANTED.given_up_at, by=by)
    with remembered.read() as connection:
        each = desk.of_users(connection, wanted, USERS).values()
        counts = desk.counts(connection, wanted)
        listed = {
            lane: desk.rows(connection, DeskQuery(*_times(), lane=lane, by=by), 1_000)
            for lane in Lane
        }
    assert counts == {lane: Counter(row.lane for row in each)[lane] for lane in Lane}
    assert {lane: len(rows) for lane, rows in listed.items()} == counts
    assert {row.id for rows in listed.values() for row in rows} == {row.id for row in each}
    assert min(counts[lane] for lane in (Lane.SETTLED, Lane.EXPIRED, Lane.ELSEWHERE)) > 0


def test_the_head_of_a_lane_is_its_first_rows(remembered: Database) -> None:
    with remembered.read() as connection:
        heads = desk.first_rows_by_lane(connection, WANTED, 3)
        counts = desk.counts(connection, WANTED)
        for lane, head in heads.items():
            assert head.rows == desk.rows(connection, DeskQuery(*_times(), lane=lane), 3)
            assert head.size == counts[lane]
    assert set(heads) == {*Lane} - {Lane.SETTLED}


def _times() -> tuple[datetime, datetime]:
    return WANTED.expired_at, WANTED.given_up_at
