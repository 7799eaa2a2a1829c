"""What changed since a page of the desk was loaded: the difference of two plain readings.

A user who was snoozed and then no longer waits counts as one who left: that is news, too.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from dashboard.services.desk.filters import SNOOZED, WAITING, DeskFilters, KycLane
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.owners import owners, snoozes
from tests.support.desk import READER, ReadUser, add_staff, change, desk_of, listed, start
from tests.support.directory import START, someone

THEN = START + timedelta(days=40)
NOW = THEN + timedelta(hours=5)
USERS = [replace(someone(number), status="pending") for number in range(1, 200)]


def read(database: Database, now: datetime) -> list[ReadUser]:
    with database.read() as connection:
        users = rows.get(connection, [each.user_id for each in USERS]).values()
    return [ReadUser(each, now) for each in users]


def hand_over(database: Database) -> None:
    """Make the reader the owner of some who wait and have none."""
    waiting = [each for each in read(database, NOW) if each.lane in WAITING]
    with database.write() as connection:
        for each in waiting[:40]:
            if each.user.owner_id is None:
                owners.assign(connection, each.user.user_id, 1, THEN + timedelta(hours=1))


LISTS = (
    DeskFilters(),
    *(DeskFilters(lane=lane) for lane in KycLane),
    DeskFilters(due="overdue"),
    DeskFilters(due="today"),
    DeskFilters(lane=KycLane.LINK_EXPIRED, due="overdue"),
    *(DeskFilters(age=age) for age in ("day", "3days", "older")),
    DeskFilters(country="CO", by="ana@example.com"),
    DeskFilters(search="ana"),
    DeskFilters(owner="me"),
    DeskFilters(owner="none", due="overdue"),
)


@pytest.mark.parametrize("seed", range(3))
def test_news_are_the_difference_of_two_readings(database: Database, seed: int) -> None:
    random = Random(seed)  # noqa: S311  to be repeated
    desk = desk_of(database, lambda: NOW)
    with database.write() as connection:
        add_staff(connection)
        known = USERS[:160]
        rows.record(connection, known, THEN - timedelta(days=35))
        for user in random.sample(known, 120):
            start(connection, user, random, THEN - timedelta(hours=random.randrange(500) + 1))
        for user in random.sample(known, 60):
            owners.assign(connection, user.user_id, random.choice((1, 2)), THEN)
        for user in random.sample(known, 40):
            until = THEN + timedelta(minutes=random.randrange(-60, 600))
            snoozes.put(connection, user.user_id, 1, until, THEN - timedelta(days=1))
    before = read(database, THEN)
    with database.write() as connection:
        for user in known:
            change(connection, user, random, THEN + timedelta(minutes=random.randrange(1, 300)))
        for user in random.sample(known, 60):
            snoozes.end(connection, user.user_id, THEN + timedelta(hours=1))
        rows.record(connection, USERS[160:], NOW - timedelta(hours=1))
        for user in USERS[180:]:
            start(connection, user, random, NOW - timedelta(minutes=20))
    hand_over(database)
    after = read(database, NOW)
    for filters in LISTS:
        there, here = listed(before, filters), listed(after, filters)
        came = {each.user.user_id for each in here} - {each.user.user_id for each in there}
        asleep = listed(before, replace(filters, snoozed=SNOOZED))
        was = {each.user.user_id for each in (*there, *asleep)}
        gone = [each for each in after if each.user.user_id in was and each.lane not in WAITING]
        active = [each for each in gone if each.lane is KycLane.BECAME_ACTIVE]
        news = desk.news(filters, READER, {}, THEN)
        left = len(gone) - len(active)
        if filters.lane in (*WAITING, ""):
            assert (news.came, news.became_active, news.left) == (len(came), len(active), left), (
                filters
            )
        else:
            assert (news.came, news.became_active, news.left) == (len(came), 0, 0)
