"""Which users match: counted up to a limit, and a page at a time, by key, in any order.

The index of the order is walked, and each row looked at: where many match, the page is soon full.
Where the nearest rows do not fill it, all who match are found by the search index and sorted.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Subquery, func, select, union_all
from sqlalchemy.sql import Select

from dashboard.store.directory.entries import entry
from dashboard.store.directory.kept_counts import kept
from dashboard.store.directory.matching import Matching
from dashboard.store.directory.order import RowOrder
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
    "count",
    "count_found",
    "find",
    "key_of",
    "user_ids",
]

COUNT_MAX = 10_000
NEAR, NEARBY = 250, 4_000  # rows
FEW = 1_000  # are quickly found by the search index


def find(connection: Connection, query: DirectoryQuery, page: PageOf) -> EntryPage:
    """Return a page of those who match."""
    order = RowOrder(page)
    limit, matches = page.limit + 1, Matching(connection, query)
    if query == DirectoryQuery():
        statement = _all(order, limit) if order.is_from_the_end else _nearest(matches, order, limit)
        rows = connection.execute(statement, order.parameters).all()
    else:
        rows = _found(connection, matches, order, limit)
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
    return count_found(connection, Matching(connection, query), most)


def count_found(connection: Connection, matches: Matching, most: int = COUNT_MAX) -> int:
    """Return how many rows match, counted one by one, `most` + 1 for more than that."""
    found = matches.found(select(directory.c.id)).limit(most + 1).subquery()
    return connection.execute(select(func.count()).select_from(found)).scalar_one()


def user_ids(connection: Connection, query: DirectoryQuery, limit: int) -> list[UUID]:
    """Return the users who match, at most `limit`."""
    found = Matching(connection, query).found(select(directory.c.user_id)).limit(limit)
    return list(connection.execute(found).scalars())


def among(
    connection: Connection, query: DirectoryQuery, user_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Return which of these users match."""
    of_them = select(directory.c.user_id).where(directory.c.user_id.in_(user_ids))
    matches = Matching(connection, query).checked(of_them)
    return frozenset(connection.execute(matches).scalars())


def _found(
    connection: Connection, matches: Matching, order: RowOrder, limit: int
) -> Sequence[Row[Any]]:
    """Return the first rows that match: of the nearest ones where they are enough, else of all."""

    def nearest(rows: int) -> Sequence[Row[Any]]:
        statement = _nearest(matches, order, rows)
        return connection.execute(statement.limit(limit), order.parameters).all()

    if len(found := nearest(NEAR)) == limit:
        return found
    every = matches.found(select(order.column, directory.c.id))
    every = every.where(order.is_beyond())
    places = connection.execute(every.limit(FEW + 1)).all()
    if len(places) <= FEW:
        places = sorted(places, reverse=order.descends)[:limit]
        numbered = directory.c.id.in_([number for _, number in places])
        rows = connection.execute(order.rows.where(numbered), order.parameters)
        by_number = {row.id: row for row in rows}
        return [by_number[number] for _, number in places]
    if len(found := nearest(NEARBY)) == limit:
        return found
    cte = every.cte("found").prefix_with("MATERIALIZED")
    first = select(cte).order_by(*order.of(cte.c)).limit(limit).subquery("first")
    return connection.execute(_at(first, order), order.parameters).all()


def _all(order: RowOrder, limit: int) -> Select[Any]:
    """Return the statement for the first of all rows."""
    return order.rows.order_by(*order.of(directory.c)).limit(limit)


def _nearest(matches: Matching, order: RowOrder, rows: int) -> Select[Any]:
    """Return the statement for those who match among so many rows from where a page starts."""
    place = select(order.column, directory.c.id)
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
    """Return the statement for the rows at some places."""
    rows = order.rows.join(places, places.c.id == directory.c.id)
    return rows.order_by(*order.of(places.c))


def _counted(
    connection: Connection, filters: Mapping[str, str], *, hides_tests: bool = False
) -> int:
    """Return how many users have these values, which is kept."""
    counts = kept(hides_tests=hides_tests).c
    having = [counts[name] == value for name, value in filters.items()]
    total = func.coalesce(func.sum(counts.users), 0)
    return int(connection.execute(select(total).where(*having)).scalar_one())
