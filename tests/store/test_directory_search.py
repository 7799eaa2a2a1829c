"""The directory finds what a plain reading of its rows finds, on either engine."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.store.db.database import Database
from dashboard.store.directory import rows, search
from dashboard.store.directory.rows import Entry, SeenUser
from dashboard.store.directory.search import DirectoryQuery, Key, PageOf, Sort, Word
from dashboard.text.search import digits, fold, id_part, name_key, phone_digits
from tests.support import databases

START = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = (
    "María José Soto",
    "Soto Maria",
    "Zoë",
    "Łukasz Ćwik",
    "李小龍",
    "",
    "Ana",
    "O'Neill",
    "%_",
)
WORDS = (
    *("maria", "SOTO", "so", "m", "ana@", "example.com", "300", "30012", "+57300", "a_"),
    *('"', "%", "zoë", "李小龍", "ab12", "co", "'"),
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, list[Entry]]]:
    folder = tmp_path_factory.mktemp("directory")
    database = databases.make(folder)
    database.upgrade()
    users = [someone(number) for number in range(60)]
    with database.write() as connection:
        rows.record(connection, users, START)
        for number, user in enumerate(users):
            rows.know(connection, user.user_id, name=NAMES[number % len(NAMES)])
    with database.read() as connection:
        entries = list(rows.get(connection, [user.user_id for user in users]).values())
    yield database, entries
    database.close()
    databases.drop(folder)


def someone(number: int) -> SeenUser:
    return SeenUser(
        user_id=UUID(int=(0xAB12 << 112) + number * 7919**6) if number % 2 else uuid4(),
        email=f"{('ana', 'María.Soto', 'x_y', 'm')[number % 4]}{number}@example.com",
        status=("pending", "active", "banned")[number % 3],
        country_code=("CO", "CL", None)[number % 3],
        preferred_language=None,
        registered_at=START + timedelta(minutes=number // 4) if number % 5 else None,
        phone=f"+57300{number:07}" if number % 2 else None,
    )


def word(text: str) -> Word:
    return Word(fold(text), phone=phone_digits(text), id_part=id_part(text))


def matches(entry: Entry, wanted: Word) -> bool:
    """Return what `search` means, read plainly."""
    email, names = entry.email.lower(), name_key(entry.name)
    if len(wanted.text) < 3:
        return email.startswith(wanted.text) or f"  {wanted.text}" in names
    return (
        wanted.text in email
        or wanted.text in names
        or bool(wanted.phone and wanted.phone in digits(entry.phone))
        or bool(wanted.id_part and wanted.id_part in entry.user_id.hex)
    )


def value_of(entry: Entry, sort: Sort) -> str | datetime:
    """Return what an entry is sorted by."""
    values: dict[Sort, str | datetime] = {
        Sort.CREATED: entry.registered_at or rows.UNKNOWN_AT,
        Sort.EMAIL: entry.email.lower(),
        Sort.NAME: name_key(entry.name),
        Sort.PHONE: digits(entry.phone),
        Sort.STATUS: entry.status,
        Sort.COUNTRY: entry.country_code,
        Sort.LANGUAGE: entry.language,
        Sort.USER_TYPE: entry.user_type,
        Sort.CHANGED: entry.status_since_at,
    }
    return values[sort]


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    texts=st.lists(st.one_of(st.sampled_from(WORDS), st.text(min_size=1, max_size=5)), max_size=3),
    status=st.sampled_from(("", "pending", "active")),
    sort=st.sampled_from(list(Sort)),
    descends=st.booleans(),
)
def test_search_filters_counts_and_pages_agree_with_a_plain_reading(
    filled: tuple[Database, list[Entry]],
    texts: list[str],
    status: str,
    sort: Sort,
    descends: bool,  # noqa: FBT001  a parameter of the property
) -> None:
    database, entries = filled
    words = tuple(word(text) for text in texts if fold(text))
    query = DirectoryQuery(words, status=status)
    expected = sorted(
        (
            each
            for each in entries
            if all(matches(each, wanted) for wanted in words) and status in {"", each.status}
        ),
        key=lambda each: (value_of(each, sort), each.id),
        reverse=descends,
    )
    with database.read() as connection:
        assert search.count(connection, query) == len(expected)
        found: list[Entry] = []
        page = PageOf(sort, descends, limit=7)
        while True:
            got = search.find(connection, query, page)
            found += got.entries
            if not got.has_after:
                break
            last = got.entries[-1]
            page = PageOf(sort, descends, limit=7, after=Key(value_of(last, sort), last.id))
    assert [each.id for each in found] == [each.id for each in expected]
