"""Which users match: counted up to a limit, and a page at a time, by key, in any order.

The index of the order is walked, and each row looked at: where many match, the page is soon full.
Where the nearest rows do not fill it, all who match are found by the search index and sorted.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    UnaryExpression,
    asc,
    bindparam,
    desc,
    func,
    select,
    true,
    tuple_,
)
from sqlalchemy.sql import ColumnCollection, Select

from dashboard.store.directory.kyc_lanes import KycLane
from dashboard.store.directory.matching import Matching
from dashboard.store.directory.query import (
    SORTED_BY,
    DirectoryQuery,
    EntryPage,
    Key,
    PageOf,
    Sort,
    Word,
)
from dashboard.store.directory.rows import COLUMNS, Entry, entry
from dashboard.store.schema import directory, directory_counts

__all__ = [
    "COUNT_MAX",
    "SORTED_BY",
    "DirectoryQuery",
    "EntryPage",
    "Key",
    "PageOf",
    "Sort",
    "Word",
    "by_index",
    "count",
    "find",
    "key_of",
    "matching",
]

COUNT_MAX = 10_000
NEAR = 3_000  # rows


def find(connection: Connection, query: DirectoryQuery, page: PageOf) -> EntryPage:
    """Return a page of those who match."""
    order = _Order(page)
    limit = page.limit + 1
    rows = _walked(connection, query, order, limit)
    if rows is None:
        rows = _sorted(connection, query, order, limit)
    entries = [entry(row) for row in rows[: page.limit]]
    has_more = len(rows) == limit
    if page.before is not None:
        return EntryPage(tuple(reversed(entries)), has_before=has_more, has_after=True)
    return EntryPage(tuple(entries), has_before=page.after is not None, has_after=has_more)


def key_of(entry: Entry, sort: Sort, connection: Connection) -> Key:
    """Return an entry's place in an order."""
    column = SORTED_BY[sort]
    value = connection.execute(select(column).where(directory.c.id == entry.id)).scalar_one()
    return Key(value, entry.id)


def count(connection: Connection, query: DirectoryQuery, most: int = COUNT_MAX) -> int:
    """Return how many match, `most` + 1 for more than that."""
    if query.is_kept:
        return min(_counted(connection, query.filters), most + 1)
    found = matching(connection, query, select(directory.c.id)).limit(most + 1).subquery()
    return connection.execute(select(func.count()).select_from(found)).scalar_one()


def matching(connection: Connection, query: DirectoryQuery, statement: Select[Any]) -> Select[Any]:
    """Return the statement for all who match, by the index that leaves the fewest to check."""
    matches = Matching(connection, query)
    if query.words:
        return matches.offered(statement)
    if query.kyc and query.kyc.lane is not KycLane.NOT_STARTED:
        return matches.checked(statement)  # of the few who were started
    return matches.checked(by_index(statement, _rarest(connection, query)))


class _Order:
    """The order of a page and where it starts, read backwards for a page before a row."""

    def __init__(self, page: PageOf) -> None:
        self.column = SORTED_BY[page.sort]
        self._descends = page.is_descending != (page.before is not None)
        self._start = page.before or page.after

    def of(self, columns: ColumnCollection[str, Any]) -> list[UnaryExpression[Any]]:
        """Return by what rows with these columns are sorted."""
        keys = (columns[self.column.name], columns["id"])
        return [desc(each) if self._descends else asc(each) for each in keys]

    def after_start(self) -> ColumnElement[bool]:
        """Return that a row is on this page or a later one."""
        return self._between(self._start, self._descends) if self._start else true()

    def until(self, end: Key) -> ColumnElement[bool]:
        """Return that a row comes before another one."""
        return self._between(end, not self._descends)

    def _between(self, key: Key, is_below: bool) -> ColumnElement[bool]:  # noqa: FBT001  either side
        place = tuple_(self.column, directory.c.id)
        bound = tuple_(bindparam(None, key.value, self.column.type), bindparam(None, key.id))
        return place < bound if is_below else place > bound


def _walked(
    connection: Connection, query: DirectoryQuery, order: _Order, limit: int
) -> Sequence[Row[Any]] | None:
    """Return the first rows in order, None where not enough of the nearest ones match."""
    walk = by_index(select(*COLUMNS), order.column).where(order.after_start())
    walk = walk.order_by(*order.of(directory.c)).limit(limit)
    if query == DirectoryQuery():
        return connection.execute(walk).all()
    matches = Matching(connection, query)
    nearest = select(order.column, directory.c.id).where(order.after_start())
    nearest = matches.within(by_index(nearest, order.column), order.column)
    last = nearest.order_by(*order.of(directory.c)).offset(NEAR).limit(1)
    end = connection.execute(last).first()
    if end:
        walk = walk.where(order.until(Key(*end)))
    rows = connection.execute(matches.checked(walk)).all()
    return rows if len(rows) == limit or not end else None


def _sorted(
    connection: Connection, query: DirectoryQuery, order: _Order, limit: int
) -> Sequence[Row[Any]]:
    """Return the first rows of all who match, which are found before they are sorted."""
    every = matching(connection, query, select(order.column, directory.c.id))
    found = every.where(order.after_start()).cte("found").prefix_with("MATERIALIZED")
    first = select(found).order_by(*order.of(found.c)).limit(limit).subquery("first")
    rows = select(*COLUMNS).join(first, first.c.id == directory.c.id)
    return connection.execute(rows.order_by(*order.of(first.c))).all()


def _rarest(connection: Connection, query: DirectoryQuery) -> Column[Any]:
    """Return the column whose index leaves the fewest rows."""
    sizes = {name: _counted(connection, {name: value}) for name, value in query.filters.items()}
    rarest = min(sizes, key=lambda name: sizes[name], default="registered_at")
    if query.has_dates and sizes:
        dates = DirectoryQuery(created_from=query.created_from, created_to=query.created_to)
        if count(connection, dates, sizes[rarest]) <= sizes[rarest]:
            return directory.c.registered_at
    return directory.c[rarest]


def by_index(statement: Select[Any], column: Column[Any]) -> Select[Any]:
    """Let SQLite use a column's index: it does not know how often a value occurs."""
    return statement.with_hint(directory, f"INDEXED BY ix_directory_{column.name}_id", "sqlite")


def _counted(connection: Connection, filters: Mapping[str, str]) -> int:
    """Return how many users have these values, which is kept."""
    having = [directory_counts.c[name] == value for name, value in filters.items()]
    total = func.coalesce(func.sum(directory_counts.c.users), 0)
    return int(connection.execute(select(total).where(*having)).scalar_one())
