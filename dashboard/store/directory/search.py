"""Which users match: counted up to a limit, and a page at a time, by key, in any order.

The index of the order is walked, and each row looked at: where many match, the page is soon full.
Where the nearest rows do not fill it, all who match are found by the search index and sorted.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Row, Subquery, bindparam, func, select, union_all
from sqlalchemy.sql import Select

from dashboard.store.directory.entries import COLUMNS, entry
from dashboard.store.directory.kept_counts import kept
from dashboard.store.directory.matching import Matching
from dashboard.store.directory.order import RowOrder
from dashboard.store.directory.owning import NO_ONE
from dashboard.store.directory.query import (
    SORTED_BY,
    DirectoryQuery,
    EntryPage,
    PageOf,
    RowKey,
    Sort,
    Word,
    key_of,
)
from dashboard.store.schema import directory

__all__ = [
    "COUNT_MAX",
    "SORTED_BY",
    "DirectoryQuery",
    "EntryPage",
    "PageOf",
    "RowKey",
    "Sort",
    "Word",
    "among",
    "by_index",
    "count",
    "find",
    "key_of",
    "matching",
]

COUNT_MAX = 10_000
WAITING = "ix_directory_waiting"
NEAR, NEARBY = 250, 4_000  # rows
FEW = 1_000  # are quickly found by the search index


def find(connection: Connection, query: DirectoryQuery, page: PageOf) -> EntryPage:
    """Return a page of those who match."""
    order = RowOrder(page)
    limit = page.limit + 1
    if query == DirectoryQuery():
        rows = connection.execute(_nearest(connection, query, order, limit)).all()
    else:
        rows = _found(connection, query, order, limit)
    entries = [entry(row) for row in rows[: page.limit]]
    has_more = len(rows) == limit
    if page.before is not None:
        return EntryPage(tuple(reversed(entries)), has_before=has_more, has_after=True)
    return EntryPage(tuple(entries), has_before=page.after is not None, has_after=has_more)


def count(connection: Connection, query: DirectoryQuery, most: int = COUNT_MAX) -> int:
    """Return how many match, `most` + 1 for more than that."""
    if query.is_kept:
        kept_number = _counted(connection, query.filters, hides_tests=query.hides_tests)
        return min(kept_number, most + 1)
    found = matching(connection, query, select(directory.c.id)).limit(most + 1).subquery()
    return connection.execute(select(func.count()).select_from(found)).scalar_one()


def among(
    connection: Connection, query: DirectoryQuery, user_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Return who of these users match."""
    of_them = select(directory.c.user_id).where(directory.c.user_id.in_(user_ids))
    matches = Matching(connection, query).checked(of_them)
    return frozenset(connection.execute(matches).scalars())


def matching(connection: Connection, query: DirectoryQuery, statement: Select[Any]) -> Select[Any]:
    """Return the statement for all who match, by the index that leaves the fewest to check."""
    matches = Matching(connection, query)
    if query.words:
        return matches.offered(statement)
    if query.kyc:
        return matches.checked(statement)  # of those who are in a lane
    if query.owned and query.owned.staff_ids != NO_ONE:
        return matches.checked(by_index(statement, directory.c.owner_id))
    return matches.checked(by_index(statement, _rarest(connection, query)))


def _found(
    connection: Connection, query: DirectoryQuery, order: RowOrder, limit: int
) -> Sequence[Row[Any]]:
    """Return the first rows that match: of the nearest ones where they are enough, else of all."""

    def nearest(rows: int) -> Sequence[Row[Any]]:
        statement = _nearest(connection, query, order, rows)
        return connection.execute(statement.limit(limit)).all()

    if len(found := nearest(NEAR)) == limit:
        return found
    every = matching(connection, query, select(order.column, directory.c.id))
    every = every.where(order.is_beyond())
    places = connection.execute(every.limit(FEW + 1)).all()
    if len(places) <= FEW:
        places = sorted(places, reverse=order.descends)[:limit]
        rows = connection.execute(_NUMBERED, {"ids": [number for _, number in places]})
        by_number = {row.id: row for row in rows}
        return [by_number[number] for _, number in places]
    if len(found := nearest(NEARBY)) == limit:
        return found
    cte = every.cte("found").prefix_with("MATERIALIZED")
    first = select(cte).order_by(*order.of(cte.c)).limit(limit).subquery("first")
    return connection.execute(_at(first, order)).all()


_NUMBERED = select(*COLUMNS).where(directory.c.id.in_(bindparam("ids", expanding=True)))


def _nearest(
    connection: Connection, query: DirectoryQuery, order: RowOrder, rows: int
) -> Select[Any]:
    """Return the statement for those who match among so many rows from where a page starts."""
    matches = Matching(connection, query)
    place = by_index(select(order.column, directory.c.id), order.column)
    stretches = [
        matches.within(place.where(stretch), order.column)
        .order_by(*order.of(directory.c))
        .limit(rows)
        .subquery()
        for stretch in order.stretches()
    ]
    nearest = union_all(*map(select, stretches)).subquery("every")
    first = select(nearest).order_by(*order.of(nearest.c)).limit(rows).subquery("nearest")
    return matches.checked(_at(first, order))


def _at(places: Subquery, order: RowOrder) -> Select[Any]:
    """Return the statement for the rows at some places, which are fewer than any index has."""
    rows = select(*COLUMNS).join(places, places.c.id == directory.c.id)
    return rows.with_hint(directory, "NOT INDEXED", "sqlite").order_by(*order.of(places.c))


def _rarest(connection: Connection, query: DirectoryQuery) -> Column[Any]:
    """Return the column whose index leaves the fewest rows."""
    sizes = {name: _counted(connection, {name: value}) for name, value in query.filters.items()}
    rarest = min(sizes, key=lambda name: sizes[name], default=None)
    spans = query.spans
    if rarest is None and len(spans) < 2:  # noqa: PLR2004  there is no choice
        return spans[0].column if spans else directory.c.registered_at
    column = directory.c[rarest] if rarest else spans[0].column
    fewest = sizes[rarest] if rarest else COUNT_MAX
    for span in spans:
        hits = by_index(select(directory.c.id).where(span.holds()), span.column).limit(fewest + 1)
        found = connection.execute(select(func.count()).select_from(hits.subquery())).scalar_one()
        if found <= fewest:
            column, fewest = span.column, found
    return column


def by_index(statement: Select[Any], column: Column[Any]) -> Select[Any]:
    """Let SQLite use a column's index: it does not know how often a value occurs."""
    name = WAITING if column is directory.c.waits_from_at else f"ix_directory_{column.name}_id"
    return statement.with_hint(directory, f"INDEXED BY {name}", "sqlite")


def _counted(
    connection: Connection, filters: Mapping[str, str], *, hides_tests: bool = False
) -> int:
    """Return how many users have these values, which is kept."""
    counts = kept(hides_tests=hides_tests).c
    having = [counts[name] == value for name, value in filters.items()]
    total = func.coalesce(func.sum(counts.users), 0)
    return int(connection.execute(select(total).where(*having)).scalar_one())
