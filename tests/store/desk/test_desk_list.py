"""The list of the desk: rows, counts, order and places are those of a plain reading."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.services.desk.desk import Desk
from dashboard.services.desk.filters import AGES, DeskFilters, DeskOrder, Due, KycLane
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquirySource, InquiryState
from tests.support import databases
from tests.support.desk import FILTERS, STAFF, STATES, ZONE, ReadUser, add_staff, desk_of, listed
from tests.support.directory import START, someone

NOW = START + timedelta(days=50)
USERS = [someone(number) for number in range(1, 121)]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Users who wait since up to 50 days, and others who no longer do, since up to 10 days."""
    folder = tmp_path_factory.mktemp("desk")
    database = databases.make(folder)
    database.upgrade()
    with database.write() as connection:
        add_staff(connection)
        pending = [replace(each, status="pending") for each in USERS]
        rows.record(connection, pending, NOW - timedelta(days=20))
        for number, user in enumerate(USERS):
            for place in range(number % 3):
                state = STATES[(number // 3 + place) % len(STATES)]
                inquiry = Inquiry(
                    user_id=user.user_id,
                    state=state,
                    started_at=NOW - timedelta(hours=number % 11 * 7, minutes=place),
                    source=(InquirySource.HERE, InquirySource.IMPORTED)[number // 2 % 2],
                    inquiry_id=f"inq_{number}_{place}" if state is InquiryState.HELD else None,
                )
                inquiries.add(connection, inquiry, (None, 1, 2)[number % 5 % 3])
        for number, user in enumerate(each for at, each in enumerate(USERS) if at % 5 < 2):
            rows.record(connection, [user], NOW - timedelta(days=10 - number % 10, hours=-1))
        for user in USERS[1::12]:
            rows.mark_gone(connection, user.user_id, NOW - timedelta(days=3))
        for user in USERS[::16]:
            rows.record(connection, [replace(user, status="pending")], NOW - timedelta(hours=2))
    yield database
    database.close()
    databases.drop(folder)


@pytest.fixture(scope="module")
def desk(database: Database) -> Desk:
    return desk_of(database, lambda: NOW)


@pytest.fixture(scope="module")
def everyone(database: Database) -> list[ReadUser]:
    with database.read() as connection:
        users = rows.get(connection, [each.user_id for each in USERS])
    return [ReadUser(each, NOW) for each in users.values()]


asked = st.builds(
    DeskFilters,
    lane=st.sampled_from(("", "", *KycLane)),
    search=st.sampled_from(("", "", "", "ana", "example", "carlos", "zzz")),
    country=st.sampled_from(("", "", "CO", "MX")),
    language=st.sampled_from(("", "", "es")),
    user_type=st.sampled_from(("", "", "personal")),
    by=st.sampled_from(("", "", *STAFF.values(), "else@example.com")),
    due=st.sampled_from(("", "", *Due)),
    age=st.sampled_from(("", "", *AGES)),
    sort=st.sampled_from(DeskOrder),
    limit=st.sampled_from((9, 25)),
)
SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(filters=asked)
@SETTINGS
def test_forward_and_backward_every_page_has_the_rows_of_a_plain_reading(
    desk: Desk, everyone: list[ReadUser], filters: DeskFilters
) -> None:
    expected = [each.user.id for each in listed(everyone, filters)]
    pages = [desk.find(filters, ZONE, names_hidden=False)]
    while pages[-1].after:
        filters = replace(filters, after=pages[-1].after)
        pages.append(desk.find(filters, ZONE, names_hidden=False))
    assert [row.user.id for page in pages for row in page.rows] == expected
    assert {page.total for page in pages} == {len(expected)}
    for ahead, page in pairwise(pages):
        back = replace(filters, after="", before=page.before)
        again = desk.find(back, ZONE, names_hidden=False)
        assert [each.user.id for each in again.rows] == [each.user.id for each in ahead.rows]


@given(filters=asked)
@SETTINGS
def test_every_count_is_that_of_the_list_it_opens(
    desk: Desk, everyone: list[ReadUser], filters: DeskFilters
) -> None:
    page = desk.find(filters, ZONE, names_hidden=False)
    for name in FILTERS:
        values = {each.values[name] for each in everyone} | {""}
        for value in values:
            opened = filters.changed(**{name: value})
            count = len(listed(everyone, opened))
            assert page.counts[name].get(value, 0) == count, (name, value)


def test_rows_say_where_and_since_when_they_wait(desk: Desk, everyone: list[ReadUser]) -> None:
    lanes = [each.lane for each in everyone]
    assert {*KycLane, None} == set(lanes)
    for each in everyone:
        row = desk.row(each.user.user_id)
        told = (row.lane, row.since_at) if row else (None, each.since_at)
        assert told == (each.lane, each.since_at)
