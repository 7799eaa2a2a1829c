"""The rows of the desk: of each lane the next ones by an index, merged by key."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    literal,
    select,
    tuple_,
    union_all,
)

from dashboard.store.desk.counts import fits_all
from dashboard.store.desk.query import DeskPlace, DeskQuery, DeskSlice
from dashboard.store.desk.searching import Hit
from dashboard.store.directory.columns import select_users
from dashboard.store.directory.entries import DirectoryUser, entry
from dashboard.store.directory.kyc_lanes import is_in
from dashboard.store.kyc.lane_times import InLane
from dashboard.store.kyc.states import KycLane
from dashboard.store.schema import directory


@dataclass(frozen=True)
class DeskUser:
    """A user of a lane, and their place."""

    user: DirectoryUser
    lane: KycLane
    place: DeskPlace


@dataclass(frozen=True)
class ListedPage:
    """Rows in order. `has_before` and `has_after`: there are more on that side."""

    rows: tuple[DeskUser, ...]
    has_before: bool
    has_after: bool


class Candidate(NamedTuple):
    """A row that may be on a page."""

    place: DeskPlace
    lane: KycLane


def find(
    connection: Connection, query: DeskQuery, page: DeskSlice, hits: Collection[Hit] | None = None
) -> ListedPage:
    """Return a page of the users who match; `hits` are all that a search finds."""
    descends = _descends(query, page)
    if hits is not None:
        here = [Candidate(each.place, each.lane) for each in hits if fits_all(query, each)]
        start = page.after or page.before
        beyond = [each for each in here if start is None or _is_beyond(each.place, start, descends)]
        return _cut(connection, beyond, page, descends=descends)
    streams = [_stream(each, page, descends=descends) for each in _sources(query)]
    if not streams:
        return ListedPage((), has_before=False, has_after=False)
    delays = {each.lane.value: each.delay for each in _sources(query)}
    found = [
        Candidate(DeskPlace(row.at + delays[row.lane], row.id), KycLane(row.lane))
        for row in connection.execute(union_all(*map(select, streams)))
    ]
    return _cut(connection, found, page, descends=descends)


def _is_beyond(place: DeskPlace, start: DeskPlace, descends: bool) -> bool:  # noqa: FBT001
    here, there = (place.at, place.id), (start.at, start.id)
    return here < there if descends else here > there


def _cut(
    connection: Connection, found: Iterable[Candidate], page: DeskSlice, *, descends: bool
) -> ListedPage:
    """Return a page of the first of these rows, which are on it or beyond."""
    nearest = sorted(found, key=lambda each: (each.place.at, each.place.id), reverse=descends)
    rows = _read(connection, nearest[: page.limit], page.tokens_at)
    has_more = len(nearest) > page.limit
    if page.before is not None:
        return ListedPage(tuple(reversed(rows)), has_before=has_more, has_after=True)
    return ListedPage(tuple(rows), has_before=page.after is not None, has_after=has_more)


def _descends(query: DeskQuery, page: DeskSlice) -> bool:
    """Return whether rows are read from late to early: a page before a place is read backwards."""
    return (page.newest_first or query.is_closed) != (page.before is not None)


@dataclass(frozen=True)
class _Source:
    """Where the rows of a lane come from."""

    lane: KycLane
    column: Column[Any]
    condition: ColumnElement[bool]
    delay: timedelta


def _sources(query: DeskQuery) -> list[_Source]:
    columns, values = directory.c, query.has_values()
    if query.lane and query.is_closed:
        if query.age or query.due:
            return []
        condition = query.is_closed_lately() & is_in(InLane(query.lane, query.times))
        return [_Source(query.lane, columns.closed_at, condition & values, timedelta())]
    return [
        _Source(each.lane, columns.waits_from_at, each.condition() & values, each.delay)
        for each in query.spans()
    ]


def _stream(source: _Source, page: DeskSlice, *, descends: bool) -> Any:  # noqa: ANN401  a subquery
    """Return the first rows of a lane from where a page starts."""
    column, number = source.column, directory.c.id
    statement: Select[Any] = select(
        literal(source.lane.value).label("lane"), number.label("id"), column.label("at")
    ).where(source.condition)
    if start := page.before or page.after:
        here = tuple_(column, number)
        there = tuple_(literal(start.at - source.delay, column.type), literal(start.id))
        statement = statement.where(here < there if descends else here > there)
    order = (column.desc(), number.desc()) if descends else (column, number)
    return statement.order_by(*order).limit(page.limit + 1).subquery()


def _read(
    connection: Connection, candidates: Sequence[Candidate], tokens_at: datetime | None
) -> list[DeskUser]:
    ids = [each.place.id for each in candidates]
    statement = select_users(tokens_at).where(directory.c.id.in_(ids))
    found = connection.execute(statement, {"tokens_at": tokens_at})
    users = {row.id: entry(row) for row in found}
    return [DeskUser(users[each.place.id], each.lane, each.place) for each in candidates]
