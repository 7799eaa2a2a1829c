"""Paging of the desk while users come and go: no one else falls through or is there twice."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from dashboard.services.desk.filters import DeskFilters, DeskOrder, KycLane
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from tests.support.clock import TestClock
from tests.support.desk import READER, ReadUser, add_staff, change, desk_of, listed, start
from tests.support.directory import someone
from tests.support.sampling import pairs

USERS = [replace(someone(number), status="pending") for number in range(1, 241)]
LISTS = (
    DeskFilters(),
    DeskFilters(sort=DeskOrder.NEWEST),
    DeskFilters(lane=KycLane.NOT_STARTED),
    DeskFilters(lane=KycLane.BECAME_ACTIVE),
    DeskFilters(lane=KycLane.ELSEWHERE, sort=DeskOrder.NEWEST),
    DeskFilters(search="ana"),
)


@pytest.mark.parametrize(("number", "backward"), pairs(range(len(LISTS)), [False, True]))
def test_who_stays_where_they_are_is_seen_once(
    database: Database, clock: TestClock, number: int, *, backward: bool
) -> None:
    random, filters = Random(number), replace(LISTS[number], limit=9)  # noqa: S311  to be repeated
    desk = desk_of(database, clock)
    known, joining = list(USERS[:200]), list(USERS[200:])
    with database.write() as connection:
        add_staff(connection)
        rows.record(connection, known, clock() - timedelta(days=6))
        for user in random.sample(known, 130):
            start(connection, user, random, clock() - timedelta(minutes=random.randrange(9000)))
        for user in random.sample(known, 40):
            gone = clock() - timedelta(minutes=random.randrange(1, 9000))
            rows.record(connection, [replace(user, status="active")], gone)

    def everyone() -> dict[int, ReadUser]:
        with database.read() as connection:
            users = rows.get(connection, [each.user_id for each in USERS]).values()
        return {
            each.user.id: each for each in listed((ReadUser(u, clock()) for u in users), filters)
        }

    stayed = everyone()
    if backward:
        while (page := desk.find(filters, READER)).after:
            filters = replace(filters, after=page.after)
        filters = replace(filters, before=page.before, after="")
        seen = Counter(row.user.id for row in page.rows)
    else:
        seen = Counter()
    while True:
        page = desk.find(filters, READER)
        seen.update(row.user.id for row in page.rows)
        place = page.before if backward else page.after
        if not place:
            break
        filters = filters.changed(**{"before" if backward else "after": place})
        clock.advance(minutes=7)
        with database.write() as connection:
            for user in random.sample(known, 6):
                change(connection, user, random, clock())
            rows.record(connection, [joining.pop()] if joining else [], clock())
        here = everyone()
        stayed = {
            each: there
            for each, there in stayed.items()
            if each in here and here[each].since_at == there.since_at
        }
    assert len(stayed) > 3
    assert {each: seen[each] for each in stayed} == dict.fromkeys(stayed, 1)
