"""Pages, counts and neighbours of a list agree with a plain reading of the same rows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.store.db.database import Database
from dashboard.store.directory import facets, neighbours, rows, search
from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.directory.kyc_lanes import lane_of
from dashboard.store.directory.search import DirectoryQuery, PageOf, Sort, Word
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.lane_times import InLane, times_at
from dashboard.store.kyc.states import InquirySource, InquiryState, KycLane
from dashboard.store.staff import members
from dashboard.store.tags import tags
from dashboard.text.search import name_key
from tests.support import databases
from tests.support.directory import START, someone
from tests.support.list_times import is_at, times_around
from tests.support.sampling import few_of

NOW = START + timedelta(days=300)
TIMES = times_at(NOW, timedelta(hours=24))
USERS = [someone(number) for number in range(1, 61)]
STATES = (InquiryState.HELD, InquiryState.ELSEWHERE, InquiryState.UNKNOWN)


@pytest.fixture(scope="module")
def filled(
    migrated: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Database, list[DirectoryUser]]]:
    """Users; two of three have one or two inquiries, of any state and age.

    Every second one was pending first, and half of these until eight days ago at most. Some have
    tags (`keys_of`).
    """
    folder = tmp_path_factory.mktemp("list")
    databases.fill(migrated, folder)
    database = Database(databases.url_for(folder))
    with database.write() as connection:
        pending = [replace(each, status="pending") for each in USERS[1::2]]
        rows.record(connection, pending, NOW - timedelta(days=20))
        rows.record(connection, USERS[1::4], NOW - timedelta(days=8))
        rows.record(connection, USERS, NOW)
        for number, user in enumerate(USERS):
            for place in range(number % 3):
                inquiry = Inquiry(
                    user_id=user.user_id,
                    state=STATES[(number // 3 + place) % 3],
                    started_at=NOW - timedelta(hours=5 * (number % 11) + place),
                    source=InquirySource.IMPORTED if number % 4 == 3 else InquirySource.HERE,
                )
                inquiries.add(connection, inquiry, None)
        staff_id = members.add(connection, "ana@example.com", "Ana", "", NOW)
        tags.add(connection, "gold", "Plan Óro", "amber", NOW)
        for tag, user in product(tags.every(connection), USERS):
            if tag.key in keys_of(user.user_id):
                tags.put(connection, user.user_id, tag, staff_id, NOW)
    with database.read() as connection:
        entries = list(rows.get(connection, [user.user_id for user in USERS]).values())
    yield database, entries
    database.close()
    databases.drop(folder)


def keys_of(user_id: UUID) -> set[str]:
    """Return the tags of a user."""
    number = [user.user_id for user in USERS].index(user_id)
    return {key for key, each in (("test", 5), ("gold", 3)) if number % each == 0}


def led_to(database: Database, user_id: UUID) -> KycLane | None:
    """Return where a user's inquiries lead, read one by one in the order of what they tell."""
    with database.read() as connection:
        kept = inquiries.of_user(connection, user_id)
    kept.sort(key=lambda each: (STATES.index(each.state), each.source is InquirySource.IMPORTED))
    if not kept:
        return None
    if kept[0].state is not InquiryState.HELD:
        is_elsewhere = kept[0].state is InquiryState.ELSEWHERE
        return KycLane.ELSEWHERE if is_elsewhere else KycLane.UNKNOWN
    return KycLane.LINK_EXPIRED if kept[0].started_at <= TIMES.expired_at else KycLane.LINK_FRESH


@pytest.fixture(scope="module")
def lanes(filled: tuple[Database, list[DirectoryUser]]) -> dict[UUID, KycLane | None]:
    """Return where each user is, read plainly."""
    database, _ = filled
    found: dict[UUID, KycLane | None] = {}
    for number, user in enumerate(USERS):
        if user.status == "pending":
            found[user.user_id] = led_to(database, user.user_id) or KycLane.NOT_STARTED
        elif number % 4 == 3:
            is_active = user.status == "active"
            found[user.user_id] = KycLane.BECAME_ACTIVE if is_active else KycLane.CLOSED
        else:
            found[user.user_id] = None
    return found


def values_of(entry: DirectoryUser, lane: KycLane | None) -> dict[str, str]:
    return {name: getattr(entry, name) for name in facets.FACETS[:-1]} | {"kyc": lane or ""}


def with_value(query: DirectoryQuery, name: str, value: str) -> DirectoryQuery:
    if name == "kyc":
        return replace(query, kyc=InLane(KycLane(value), TIMES) if value else None)
    return replace(query, **{name: value})  # type: ignore[arg-type]  # by name


queries = st.builds(
    lambda words, status, country, language, kyc, tag, hides_tests, times: DirectoryQuery(
        words=tuple(Word(each) for each in words),
        status=status,
        country_code=country,
        language=language,
        kyc=InLane(kyc, TIMES) if kyc else None,
        tag=tag,
        hides_tests=hides_tests,
        **times,
    ),
    words=st.lists(st.sampled_from(("ana", "soto", "example", "b", "oro", "zzz")), max_size=2),
    status=st.sampled_from(("", "", "pending", "active", "banned")),
    country=st.sampled_from(("", "", "CO", "MX")),
    language=st.sampled_from(("", "", "es")),
    kyc=st.sampled_from((None, None, *KycLane)),
    tag=st.sampled_from(("", "", "", "gold", "test", "none")),
    hides_tests=st.booleans(),
    times=st.one_of(st.just({}), times_around(NOW)),
)


def matches(entry: DirectoryUser, lane: KycLane | None, query: DirectoryQuery) -> bool:
    """Return what a query means, read plainly."""
    email, names, keys = entry.email.lower(), name_key(entry.name), keys_of(entry.user_id)
    if (query.hides_tests and "test" in keys) or (query.tag and query.tag not in keys):
        return False
    told = values_of(entry, lane)
    wanted = {name: getattr(query, name) for name in facets.FACETS[:-1]}
    wanted["kyc"] = query.kyc.lane if query.kyc else ""
    return (
        all(
            word.text in email or word.text in names or (word.text == "oro" and "gold" in keys)
            if len(word.text) > 2
            else email.startswith(word.text) or f"  {word.text}" in names
            for word in query.words
        )
        and all(value in {"", told[name]} for name, value in wanted.items())
        and is_at(entry, query)
    )


VERY_FEW, FEW = 5, 20  # are counted, in place of 10,000: fewer than combinations, or than users
bounded = settings(
    max_examples=few_of(100),
)


@bounded
@given(query=queries, most=st.sampled_from((VERY_FEW, FEW, search.COUNT_MAX)))
def test_every_count_is_that_of_the_rows_or_of_too_many_to_count_no_more(
    filled: tuple[Database, list[DirectoryUser]],
    lanes: dict[UUID, KycLane | None],
    query: DirectoryQuery,
    most: int,
) -> None:
    database, entries = filled
    with pytest.MonkeyPatch.context() as patch, database.snapshot() as connection:
        patch.setattr(facets, "COUNT_MAX", most)
        counts = facets.read(connection, query, TIMES)
    here = [each for each in entries if matches(each, lanes[each.user_id], query)]
    assert counts.total == (None if counts.are_least and len(here) > most else len(here))
    for name, by_value in counts.by_value.items():
        for value, count in by_value.items():
            other = with_value(query, name, value)
            listed = [each for each in entries if matches(each, lanes[each.user_id], other)]
            is_least = counts.are_least and count <= len(listed)
            assert is_least or count == len(listed), (name, value)


def test_of_too_many_combinations_of_values_no_more_than_a_bound_are_read(
    filled: tuple[Database, list[DirectoryUser]], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, entries = filled
    monkeypatch.setattr(facets, "COUNT_MAX", VERY_FEW)
    with database.snapshot() as connection:
        counts = facets.read(connection, DirectoryQuery(), TIMES)
    assert counts.are_least
    assert VERY_FEW < counts.by_value["status"][""] < len(entries)
    assert counts.total is None


@bounded
@given(
    query=queries,
    sort=st.sampled_from(list(Sort)),
    descends=st.booleans(),
    limit=st.integers(1, 20),
)
def test_forward_backward_and_from_user_to_user_are_the_same_rows(
    filled: tuple[Database, list[DirectoryUser]],
    lanes: dict[UUID, KycLane | None],
    query: DirectoryQuery,
    sort: Sort,
    descends: bool,  # noqa: FBT001  a parameter of the property
    limit: int,
) -> None:
    database, entries = filled
    here = {each.user_id for each in entries if matches(each, lanes[each.user_id], query)}
    first = PageOf(sort, descends, limit)
    with database.snapshot() as connection:
        pages = [search.find(connection, query, first)]
        while pages[-1].has_after:
            key = search.key_of(pages[-1].entries[-1], sort)
            pages.append(search.find(connection, query, replace(first, after=key)))
        back = [pages[-1]]
        while back[-1].has_before:
            key = search.key_of(back[-1].entries[0], sort)
            back.append(search.find(connection, query, replace(first, before=key)))
        forward = [each.user_id for page in pages for each in page.entries]
        assert [each.user_id for page in back[::-1] for each in page.entries] == forward
        assert len(forward) == len(here) == len(set(forward))
        assert set(forward) == here
        for place, user_id in enumerate(forward):
            found = neighbours.find(connection, query, sort, user_id, descends=descends)
            assert found.previous == (forward[place - 1] if place else None)
            assert found.next == (forward[place + 1] if place + 1 < len(forward) else None)


def test_the_lane_of_each_row_is_the_one_that_a_filter_finds_it_by(
    filled: tuple[Database, list[DirectoryUser]], lanes: dict[UUID, KycLane | None]
) -> None:
    _, entries = filled
    assert {each.user_id: lane_of(each, TIMES) for each in entries} == lanes
    assert set(lanes.values()) == {None, *KycLane}
