"""Who opened whom: one row for each person, user and hour, removed a part at a time."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import staff
from dashboard.store.story import visits
from tests.support.people import Hire

pytestmark = pytest.mark.on_postgres
NOON = datetime(2026, 6, 12, 12, 0, tzinfo=UTC)


@pytest.fixture
def people(hire: Hire, database: Database) -> list[int]:
    for role in (Role.KYC, Role.SUPPORT):
        hire(role)
    with database.read() as connection:
        return list(connection.execute(select(staff.c.id).order_by(staff.c.id)).scalars())


def test_openings_within_an_hour_are_one_row_for_each_person_and_user(
    database: Database, people: list[int]
) -> None:
    users = [uuid4(), uuid4()]
    with database.write() as connection:
        for user_id, who, minute in (
            (users[0], 0, 0),
            (users[0], 0, 59),
            (users[0], 0, 60),
            (users[0], 1, 1),
            (users[1], 0, 2),
        ):
            visits.note(connection, user_id, people[who], NOON + timedelta(minutes=minute))
        first = visits.of_person(connection, people[0], None, 10)
        second = visits.of_person(connection, people[1], None, 10)
        number = visits.count_users(connection, people[0], NOON)
    assert [(each.hour_at.hour, each.times) for each in first if each.user_id == users[0]] == [
        (13, 1),
        (12, 2),
    ]
    assert [(each.user_id, each.times) for each in second] == [(users[0], 1)]
    assert number == 2


def test_the_oldest_are_removed_at_most_so_many_at_once(
    database: Database, people: list[int]
) -> None:
    with database.write() as connection:
        for hour in range(5):
            visits.note(connection, UUID(int=1), people[0], NOON + timedelta(hours=hour))
        until = NOON + timedelta(hours=3)
        assert [visits.remove(connection, until, 2) for _ in range(3)] == [2, 1, 0]
        left = visits.of_person(connection, people[0], None, 10)
    assert [each.hour_at.hour for each in left] == [16, 15]
