"""What is asked of a large directory, and how long each answer takes in the database."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from statistics import median, quantiles

from sqlalchemy import Connection, select

from dashboard.store.db.database import Database
from dashboard.store.directory import search
from dashboard.store.directory.search import DirectoryQuery, PageOf, RowKey, Sort, Word
from dashboard.text.search import fold, id_part, phone_digits
from tests.bench.directory_fill import someone

PAGE = 25
ROUNDS = 200  # of each deep page
Ask = Callable[[Connection], object]


@dataclass(frozen=True)
class Took:
    """How long answers took, in milliseconds, and how long our own processor was busy with them."""

    every: tuple[float, ...]
    busy: tuple[float, ...]

    @property
    def p50(self) -> float:
        """The median."""
        return median(self.every)

    @property
    def p95(self) -> float:
        """What 95 of 100 stay below."""
        return quantiles(self.every, n=20)[-1]

    @property
    def busy_p50(self) -> float:
        """The median of the processor."""
        return median(self.busy)

    @property
    def busy_p95(self) -> float:
        """The same of the processor: on SQLite this is all there is to an answer, bar the disk."""
        return quantiles(self.busy, n=20)[-1]


class Watch:
    """Times what is done in its blocks."""

    def __init__(self) -> None:
        self._every: list[float] = []
        self._busy: list[float] = []

    @contextmanager
    def once(self, shared_by: int = 1) -> Iterator[None]:
        """Time a block, which answers so many."""
        began, began_busy = time.perf_counter(), time.thread_time()
        yield
        self._every.append((time.perf_counter() - began) * 1000 / shared_by)
        self._busy.append((time.thread_time() - began_busy) * 1000 / shared_by)

    @property
    def took(self) -> Took:
        """What was measured."""
        return Took(tuple(self._every), tuple(self._busy))


def took(database: Database, asks: Iterator[Ask]) -> Took:
    """Ask, on one connection, and time each answer."""
    watch = Watch()
    with database.read() as connection:
        for ask in asks:
            with watch.once():
                ask(connection)
    return watch.took


def word(text: str) -> Word:
    """Return a text as the search box reads it."""
    return Word(fold(text), phone=phone_digits(text), id_part=id_part(text))


@dataclass(frozen=True)
class Kind:
    """A kind of search: a text out of what a user has, a filter beside it, an order."""

    name: str
    text: Callable[[random.Random, int], str]
    sort: Sort = Sort.CREATED
    filters: tuple[str, str] = ("", "")  # a status and a country

    def queries(self, users: int, times: int) -> Iterator[DirectoryQuery]:
        """Return the same ones each time."""
        chance = random.Random(self.name)  # noqa: S311  not a secret
        for _ in range(times):
            text = self.text(chance, chance.randrange(users))
            words = tuple(word(part) for part in text.split())
            yield DirectoryQuery(words, *self.filters)

    def finds(self, users: int, times: int) -> Iterator[Ask]:
        """Return its searches."""
        page = PageOf(self.sort, limit=PAGE)
        for query in self.queries(users, times):
            yield partial(_find, query, page)

    def counts(self, users: int, times: int) -> Iterator[Ask]:
        """Return its counts."""
        for query in self.queries(users, times):
            yield partial(_count, query)


def _find(query: DirectoryQuery, page: PageOf, connection: Connection) -> object:
    return search.find(connection, query, page)


def _count(query: DirectoryQuery, connection: Connection) -> object:
    return search.count(connection, query)


def _part(text: str, length: int, chance: random.Random) -> str:
    start = chance.randrange(len(text) - length + 1)
    return text[start : start + length]


def _email(length: int) -> Callable[[random.Random, int], str]:
    return lambda chance, number: _part(someone(number)[0].email, length, chance)


def _phone(length: int) -> Callable[[random.Random, int], str]:
    return lambda chance, number: _part((someone(number)[0].phone or "")[1:], length, chance)


def _id(length: int) -> Callable[[random.Random, int], str]:
    return lambda chance, number: _part(someone(number)[0].user_id.hex, length, chance)


RARE = ("suspended", "BR")
KINDS = (
    Kind("any 3 characters of an email", _email(3)),
    Kind("any 5 characters of an email", _email(5)),
    Kind("any 8 characters of an email", _email(8)),
    Kind("any 5 characters of an email, sorted by email", _email(5), Sort.EMAIL),
    Kind("any 5 of an email, rare status and country", _email(5), filters=RARE),
    Kind("4 digits of a phone", _phone(4)),
    Kind("8 digits of a phone", _phone(8)),
    Kind("4 characters of an ID", _id(4)),
    Kind("8 characters of an ID", _id(8)),
    Kind("two words of a name", lambda _, number: " ".join(someone(number)[1].split()[:2])),
    Kind("the first 2 characters of an email", lambda _, number: someone(number)[0].email[:2]),
)


def deep_pages(database: Database, sort: Sort, users: int) -> dict[str, Took]:
    """Read the first, the 40,000th and the last page of an order, in turns."""
    with database.read() as connection:
        keys = {name: _key(connection, sort, rows) for name, rows in _depths(users).items()}
        watches = {name: Watch() for name in keys}
        for _ in range(ROUNDS):
            for name, key in keys.items():
                page = PageOf(sort, limit=PAGE, after=key)
                with watches[name].once():
                    search.find(connection, DirectoryQuery(), page)
    return {name: watch.took for name, watch in watches.items()}


def _depths(users: int) -> dict[str, int]:
    """Return how many rows come before each page."""
    deep = min(40_000 * PAGE, users) - PAGE
    return {"first": 0, "page 40,000": deep - PAGE, "last": users - PAGE}


def _key(connection: Connection, sort: Sort, rows: int) -> RowKey | None:
    if not rows:
        return None
    column = search.SORTED_BY[sort]
    number = column.table.c.id
    place = select(column, number).order_by(column.desc(), number.desc()).offset(rows - 1)
    found = connection.execute(place.limit(1)).first()
    assert found
    return RowKey(*found)
