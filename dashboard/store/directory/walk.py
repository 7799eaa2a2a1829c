"""Every user who matches, a batch at a time, with each value as text: for files of many rows.

No object is made for a user or a time: for a million rows that takes a fraction of the time.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Row, Select, Text, literal_column, select

from dashboard.store.db.database import Database
from dashboard.store.directory import search
from dashboard.store.directory.matching import Matching
from dashboard.store.directory.search import DirectoryQuery
from dashboard.store.schema import directory
from dashboard.store.tags import tags

BATCH = 2000
FEW = 50_000  # are found by the search index; for more, every row is looked at
COLUMNS = {
    "user_id": "user_id",
    "email": "email",
    "name": "name",
    "phone": "phone",
    "status": "status",
    "country": "country_code",
    "type": "user_type",
    "language": "language",
    "registered_at": "registered_at",
    "first_seen_at": "first_seen_at",
    "last_seen_at": "last_seen_at",
    "status_since_at": "status_since_at",
    "gone_at": "gone_at",
    "tags": "tags",
}
"""The columns of a file, and those of the table."""
Columns = list[Sequence[Any]]  # texts, None for what is unknown


def count(connection: Connection, query: DirectoryQuery) -> int:
    """Return how many match, however many."""
    return search.count(connection, query, most=2**31)


def walk(database: Database, query: DirectoryQuery, number: int) -> Iterator[Columns]:
    """Return batches of those who match, by number, column by column; `None` is unknown.

    `number` is how many match, as it was counted. Between two batches the database is free: a row
    is as it is when its batch is read.
    """
    is_few = query.words and number <= FEW
    return _chosen(database, query) if is_few else _in_turn(database, query)


def _in_turn(database: Database, query: DirectoryQuery) -> Iterator[Columns]:
    last = 0
    while True:
        with database.read() as connection:
            statement = Matching(connection, query).checked(_columns(connection))
            after = statement.where(directory.c.id > last).order_by(directory.c.id).limit(BATCH)
            rows = connection.execute(after).all()
        if not rows:
            return
        last = rows[-1][-1]
        yield _as_texts(rows)


def _chosen(database: Database, query: DirectoryQuery) -> Iterator[Columns]:
    """Search once, and read the users by their numbers."""
    with database.read() as connection:
        found = Matching(connection, query).found(select(directory.c.id))
        numbers = iter(sorted(connection.execute(found).scalars()))
    while batch := list(islice(numbers, BATCH)):
        with database.read() as connection:
            statement = _columns(connection).where(directory.c.id.in_(batch))
            rows = connection.execute(statement.order_by(directory.c.id)).all()
        if rows:
            yield _as_texts(rows)


def _columns(connection: Connection) -> Select[Any]:
    is_file = connection.dialect.name == "sqlite"
    values: list[ColumnElement[Any]] = [_value(name, is_file=is_file) for name in COLUMNS.values()]
    return select(*values, directory.c.id)


def _value(name: str, *, is_file: bool) -> ColumnElement[Any]:
    """Return a column as text, null where it is unknown; a time of SQLite stays a number."""
    if name == "tags":
        return tags.names()
    if name == "user_id":
        parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
        dashed = " || '-' || ".join(f"substr(user_id, {at}, {length})" for at, length in parts)
        return literal_column(dashed if is_file else "user_id::text", Text())
    if not name.endswith("_at"):
        return literal_column(f"nullif({name}, '')", Text())
    if is_file:
        return literal_column(name, Integer())
    text = f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    return literal_column(text, Text())


def _as_texts(rows: Sequence[Row[Any]]) -> Columns:
    """Return the columns of rows without their numbers; mostly, many times are the same."""
    columns = list[Sequence[Any]](zip(*rows, strict=True))[:-1]
    for place, name in enumerate(COLUMNS):
        if name.endswith("_at"):
            columns[place] = _each_once(_time, columns[place])
        elif name == "tags":
            columns[place] = _each_once(tags.open_names, columns[place])
    return columns


def _each_once(write: Callable[[Any], str | None], values: Sequence[Any]) -> list[str | None]:
    texts = {value: write(value) for value in set(values)}
    return [texts[value] for value in values]


def _time(value: str | int | None) -> str | None:
    """Return a time as text; SQLite has the microseconds since 1970."""
    if not isinstance(value, int):
        return None if value == _UNKNOWN else value
    if value == 0:
        return None
    seconds, microseconds = divmod(value, 1_000_000)
    minutes, seconds = divmod(seconds, 60)
    days, minutes = divmod(minutes, _MINUTES)
    return f"{_day(days)}T{minutes // 60:02}:{minutes % 60:02}:{seconds:02}.{microseconds:06}Z"


@lru_cache
def _day(number: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=number)).isoformat()


_MINUTES = 24 * 60
_UNKNOWN = "1970-01-01T00:00:00.000000Z"  # UNKNOWN_AT
