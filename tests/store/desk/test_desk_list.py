"""The list of the desk: rows, counts, order and places are those of a plain reading."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.services.desk.desk import Desk
from dashboard.services.desk.filters import (
    AGES,
    OF_ME,
    OF_NO_ONE,
    SNOOZED,
    DeskFilters,
    DeskOrder,
    Due,
    KycLane,
)
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.owners import owners, snoozes
from tests.support import databases
from tests.support.clock import TestClock
from tests.support.desk import FILTERS, READER, STAFF, STATES, ReadUser, add_staff, desk_of, listed
from tests.support.directory import START, someone
from tests.support.sampling import few_of

NOW = START + timedelta(days=50)
USERS = [someone(number) for number in range(1, 121)]


@pytest.fixture(scope="module")
def database(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Users who wait since up to 50 days, and others who no longer do, since up to 10 days."""
    folder = tmp_path_factory.mktemp("desk")
    databases.fill(migrated, folder)
    database = Database(databases.url_for(folder))
    with database.write() as connection:
        add_staff(connection)
        for number, user in enumerate(USERS):
            if owner := (None, 1, 2, 1)[number % 4]:
                since = NOW - timedelta(hours=number % 9 * 12)
                owners.assign(connection, user.user_id, owner, since)
            if number % 7 == 0:
                until = NOW + timedelta(hours=number % 5 - 2)
                snoozes.put(connection, user.user_id, 1, until, NOW - timedelta(days=4))
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


@pytest.fixture
def fresh(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    databases.fill(migrated, tmp_path)
    database = Database(databases.url_for(tmp_path))
    yield database
    database.close()


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
    owner=st.sampled_from(("", "", OF_ME, OF_NO_ONE, "beto@example.com", "else@example.com")),
    snoozed=st.sampled_from(("", "", SNOOZED)),
    sort=st.sampled_from(DeskOrder),
    limit=st.sampled_from((9, 25)),
)
SETTINGS = settings(
    max_examples=few_of(60),
)


@given(filters=asked)
@SETTINGS
def test_forward_and_backward_every_page_has_the_rows_of_a_plain_reading(
    desk: Desk, everyone: list[ReadUser], filters: DeskFilters
) -> None:
    expected = [each.user.id for each in listed(everyone, filters)]
    pages = [desk.find(filters, READER)]
    while pages[-1].after:
        filters = replace(filters, after=pages[-1].after)
        pages.append(desk.find(filters, READER))
    assert [row.user.id for page in pages for row in page.rows] == expected
    assert {page.total for page in pages} == {len(expected)}
    for ahead, page in pairwise(pages):
        back = replace(filters, after="", before=page.before)
        again = desk.find(back, READER)
        assert [each.user.id for each in again.rows] == [each.user.id for each in ahead.rows]


@given(filters=asked)
@SETTINGS
def test_every_count_is_that_of_the_list_it_opens(
    desk: Desk, everyone: list[ReadUser], filters: DeskFilters
) -> None:
    page = desk.find(filters, READER)
    assert desk.count(filters, READER) == page.total
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


def test_who_is_in_no_answer_yet_is_counted_beside_the_list(
    fresh: Database, clock: TestClock
) -> None:
    user = replace(someone(1), status="pending")
    held = Inquiry(user.user_id, InquiryState.HELD, clock())
    with fresh.write() as connection:
        inquiries.add(connection, held, None)
        inquiries.add(connection, held, None)
    desk = desk_of(fresh, clock)
    page = desk.find(DeskFilters(), READER)
    assert (page.total, page.unnamed) == (0, 1)
    with fresh.write() as connection:
        rows.record(connection, [user], clock())
    page = desk.find(DeskFilters(), READER)
    assert (page.total, page.unnamed) == (1, 0)


def test_without_a_directory_the_desk_has_whose_kyc_was_started_here(
    database: Database, everyone: list[ReadUser]
) -> None:
    desk = desk_of(database, lambda: NOW, keeps_directory=False)
    started = [each for each in everyone if each.user.kyc_state]
    for each_list in (DeskFilters(), DeskFilters(lane=KycLane.CLOSED), DeskFilters(search="ana")):
        filters = replace(each_list, limit=100)
        page = desk.find(filters, READER)
        expected = [each.user.id for each in listed(started, filters)]
        assert [row.user.id for row in page.rows] == expected
        assert page.total == len(expected)
        assert page.counts["country"].get("CO", 0) == len(
            listed(started, filters.changed(country="CO"))
        )
        assert page.counts["lane"].get(KycLane.NOT_STARTED, 0) == 0


def test_who_sees_users_masked_finds_whole_values_only(
    desk: Desk, everyone: list[ReadUser]
) -> None:
    waits = next(each for each in everyone if each.lane is KycLane.NOT_STARTED)

    def found(text: str) -> tuple[int, int]:
        filters = DeskFilters(search=text)
        page = desk.find(filters, replace(READER, names_hidden=True))
        return page.total, len([*desk.walk(filters, replace(READER, names_hidden=True), 100)])

    assert found(waits.user.email) == (1, 1)
    assert found(waits.user.email[:-1]) == (0, 0)
    part = DeskFilters(search=waits.user.email[:-1])
    assert desk.next_user(part, replace(READER, names_hidden=True)) is None
    news = desk.news(part, replace(READER, names_hidden=True), {}, START)
    assert (news.changed, news.became_active, news.left, news.came) == ((), 0, 0, 0)


def test_a_place_of_another_order_or_key_is_named_and_gives_the_first_page(desk: Desk) -> None:
    filters = DeskFilters(limit=5)
    first = desk.find(filters, READER)
    turned = replace(filters, sort=DeskOrder.NEWEST, after=first.after)
    closed = replace(filters, lane=KycLane.BECAME_ACTIVE, after=first.after)
    for damaged in (turned, closed, replace(filters, after="x" * 60)):
        page = desk.find(damaged, READER)
        assert page.damaged == "after"
        assert page.rows == desk.find(replace(damaged, after=""), READER).rows


def test_the_number_in_the_navigation_is_who_is_overdue_and_mine(
    desk: Desk, everyone: list[ReadUser]
) -> None:
    overdue = listed(everyone, DeskFilters(due=Due.OVERDUE, owner=OF_ME))
    assert desk.to_do(READER) == len(overdue) > 0


def test_so_is_who_was_given_to_me_until_i_open_them(fresh: Database, clock: TestClock) -> None:
    user = replace(someone(1), status="pending", registered_at=clock())
    desk = desk_of(fresh, clock)
    with fresh.write() as connection:
        add_staff(connection)
        rows.record(connection, [user], clock())
        owners.assign(connection, user.user_id, 1, clock(), given_by=2)
    assert desk.to_do(READER) == 1
    assert desk.to_do(replace(READER, staff_id=2)) == 0
    with fresh.write() as connection:
        owners.see(connection, user.user_id, 1)
    assert desk.to_do(READER) == 0
