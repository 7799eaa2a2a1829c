"""The directory finds what a plain reading of its rows finds, on either engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert

from dashboard.store.db.database import Database
from dashboard.store.directory import rows, search
from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.directory.rows import SeenUser
from dashboard.store.directory.search import DirectoryQuery, PageOf, RowKey, Sort, Word
from dashboard.store.kyc.waiting import UNKNOWN_AT
from dashboard.store.schema import inquiries
from dashboard.text.search import digits, fold, id_part, name_key, phone_digits
from tests.support import databases
from tests.support.sampling import few_of

START = datetime(2026, 1, 1, tzinfo=UTC)
USERS = 120
LIMIT = 7
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
EMAILS = ("ana", "María.Soto", "x_y", "m", "o'neill+a", "abc-def")
WORDS = (
    *("maria", "SOTO", "so", "m", "ana@", "example.com", "300", "30012", "+57300", "a_", ".c"),
    *('"', "%", "zoë", "李小龍", "ab12", "co", "'", "\\", "neill+", "@ex", "cafe", "0000", "  so"),
)
HOSTILE = (
    *("' OR 1=1 --", '" OR "', "NEAR(a b)", "email_key:ana", "a* OR b", "^ana", "-ana", "{a b}"),
    *("\0", "a\0na", "\ud800", "ana\udfff", "\U0010ffff", "%%", "\\%", "$$", ":x", "%(x)s", "?"),
)
COUNTRIES = ("CO", "CL", "")
FILTERS = ("status", "country_code", "user_type", "language")


class Filled:
    """A directory and what is in it."""

    def __init__(
        self, database: Database, entries: tuple[DirectoryUser, ...], inquiry: dict[UUID, str]
    ) -> None:
        self.database, self.entries, self.inquiry = database, entries, inquiry
        self._compiled: dict[object, object] = {}

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that compiles a statement once, however many others there are."""
        with self.database.read() as connection:
            yield connection.execution_options(compiled_cache=self._compiled)


@pytest.fixture(scope="module")
def filled(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    folder = tmp_path_factory.mktemp("directory")
    databases.fill(migrated, folder)
    database = Database(databases.url_for(folder))
    users = [someone(number) for number in range(USERS)]
    inquiry = {user.user_id: f"inq_{number:03}" for number, user in enumerate(users[:30])}
    with database.write() as connection:
        rows.record(connection, users, START)
        for number, user in enumerate(users):
            rows.know(connection, user.user_id, name=NAMES[number % len(NAMES)])
        rows.record(connection, [changed(user) for user in users[::4]], START + timedelta(hours=1))
        connection.execute(
            insert(inquiries),
            [
                {"user_id": user_id, "state": "held", "inquiry_id": it, "started_at": START}
                | {"source": "imported"}
                for user_id, it in inquiry.items()
            ],
        )
    with database.read() as connection:
        entries = tuple(rows.get(connection, [user.user_id for user in users]).values())
    yield Filled(database, entries, inquiry)
    database.close()
    databases.drop(folder)


def someone(number: int) -> SeenUser:
    return SeenUser(
        user_id=UUID(int=((0xAB12 << 112) + number * 7919**8) % 2**128),
        email=f"{EMAILS[number % len(EMAILS)]}{number}@example.com",
        status=("pending", "active", "banned")[number % 3],
        country_code=("CO", "CL", None)[number % 3 and number % 4 - 1],
        preferred_language=("es", "en", None)[number % 5 % 3],
        registered_at=START + timedelta(minutes=number // 4) if number % 5 else None,
        phone=f"+57300{number:07}" if number % 2 else None,
        user_type=("individual", "business", None)[number % 7 % 3],
    )


def changed(user: SeenUser) -> SeenUser:
    return replace(user, status="active", email=user.email.replace("ana", "anna"))


def word(text: str) -> Word:
    parts = {"phone": phone_digits(text), "id_part": id_part(text)}
    countries = {"co": ("CO",), "zoë": ("CL", "AR")}.get(text, ())
    return Word(fold(text), **parts, countries=countries, inquiry="inq_0" if text == "m" else "")


def matches(filled: Filled, entry: DirectoryUser, wanted: Word) -> bool:
    """Return what `search` means, read plainly."""
    email, names = entry.email.lower(), name_key(entry.name)
    if len(wanted.text) < 3:
        texts = email.startswith(wanted.text) or f"  {wanted.text}" in names
    else:
        texts = wanted.text in email or wanted.text in names
    inquiry = filled.inquiry.get(entry.user_id, "")
    return (
        texts
        or bool(wanted.phone and wanted.phone in digits(entry.phone))
        or bool(wanted.id_part and wanted.id_part in entry.user_id.hex)
        or entry.country_code in wanted.countries
        or bool(wanted.inquiry and inquiry.startswith(wanted.inquiry))
    )


def is_wanted(filled: Filled, entry: DirectoryUser, query: DirectoryQuery) -> bool:
    registered_at = entry.registered_at or UNKNOWN_AT
    return (
        all(matches(filled, entry, each) for each in query.words)
        and all(getattr(query, name) in {"", getattr(entry, name)} for name in FILTERS)
        and (query.created_from is None or registered_at >= query.created_from)
        and (query.created_to is None or UNKNOWN_AT < registered_at < query.created_to)
    )


def value_of(entry: DirectoryUser, sort: Sort) -> str | datetime:
    """Return what an entry is sorted by."""
    values: dict[Sort, str | datetime] = {
        Sort.CREATED: entry.registered_at or UNKNOWN_AT,
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


MOMENTS = st.none() | st.integers(0, USERS // 4).map(lambda each: START + timedelta(minutes=each))
QUERIES = st.builds(
    DirectoryQuery,
    words=st.lists(
        st.one_of(
            st.sampled_from(WORDS), st.sampled_from(HOSTILE), st.text(min_size=1, max_size=5)
        ).map(word),
        max_size=3,
    ).map(lambda words: tuple(each for each in words if each.text)),
    status=st.sampled_from(("", "", "pending", "active", "'")),
    country_code=st.sampled_from(("", "", *COUNTRIES)),
    user_type=st.sampled_from(("", "", "business")),
    language=st.sampled_from(("", "", "es")),
    created_from=MOMENTS,
    created_to=MOMENTS,
)
ASKED = {
    "query": QUERIES,
    "sort": st.sampled_from(list(Sort)),
    "descends": st.booleans(),
    "ways": st.sampled_from(((1, 2, 3), (10, 30, 5), (search.NEAR, search.NEARBY, search.FEW))),
}
PARTS = 4  # side by side in the processes of a run


@settings(max_examples=few_of(300))
@given(**ASKED)
def test_search_filters_counts_and_pages_agree_with_a_plain_reading(
    filled: Filled,
    query: DirectoryQuery,
    sort: Sort,
    descends: bool,  # noqa: FBT001  a parameter of the property
    ways: tuple[int, int, int],
) -> None:
    agrees(filled, query, sort, ways, descends=descends)


@pytest.mark.weekly
@pytest.mark.parametrize("part", range(PARTS))
@settings(max_examples=10_000 // PARTS, phases=(Phase.generate, Phase.shrink))
@given(**ASKED)
def test_so_do_10_000_other_queries(
    filled: Filled,
    part: int,  # noqa: ARG001  chance makes each another one
    query: DirectoryQuery,
    sort: Sort,
    descends: bool,  # noqa: FBT001  a parameter of the property
    ways: tuple[int, int, int],
) -> None:
    agrees(filled, query, sort, ways, descends=descends)


def agrees(
    filled: Filled, query: DirectoryQuery, sort: Sort, ways: tuple[int, int, int], *, descends: bool
) -> None:
    """Compare everything that is asked of the directory, by either way of searching."""
    expected = sorted(
        (each for each in filled.entries if is_wanted(filled, each, query)),
        key=lambda each: (value_of(each, sort), each.id),
        reverse=descends,
    )
    numbers = [each.id for each in expected]
    with pytest.MonkeyPatch.context() as patch, filled.read() as connection:
        for name, rows_of_way in zip(("NEAR", "NEARBY", "FEW"), ways, strict=True):
            patch.setattr(search, name, rows_of_way)
        assert search.count(connection, query) == len(expected)
        assert search.count(connection, query, 5) == min(len(expected), 6)
        pages = [search.find(connection, query, PageOf(sort, descends, LIMIT))]
        while pages[-1].has_after:
            last = pages[-1].entries[-1]
            key = RowKey(value_of(last, sort), last.id)
            assert search.key_of(last, sort) == key
            page = PageOf(sort, descends, LIMIT, after=key)
            pages.append(search.find(connection, query, page))
        assert [each for page in pages for each in page.entries] == expected
        assert [page.has_before for page in pages] == [False] + [True] * (len(pages) - 1)
        for number in range(LIMIT, len(expected), LIMIT):
            first = expected[number]
            page = PageOf(sort, descends, LIMIT, before=RowKey(value_of(first, sort), first.id))
            before = search.find(connection, query, page)
            assert [each.id for each in before.entries] == numbers[number - LIMIT : number]
            assert (before.has_before, before.has_after) == (number > LIMIT, True)
