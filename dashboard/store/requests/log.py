"""The log of requests to the API: one row per call, newest first, never a body or a secret."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select

from dashboard.store.schema import requests, staff
from dashboard.store.staff import names as staff_names
from dashboard.text.ids import find_uuid

WORKER = "worker"
"""In place of a member of staff: what no one asked for."""


class Status(StrEnum):
    """The statuses that the log can be filtered by."""

    DONE = "2xx"
    REFUSED = "4xx"
    FAILED = "5xx"
    NONE = "none"


@dataclass(frozen=True)
class CallRow:
    """One call. `path` is the template; `request_id` is ours, `upstream_request` the API's."""

    at: datetime
    verb: str
    path: str
    user_id: UUID | None
    status: int | None
    result: str
    cause: str
    took_ms: int
    tries: int
    request_id: str | None
    upstream_request: str | None
    staff_id: int | None


@dataclass(frozen=True)
class LoggedCall(CallRow):
    """The same as it was kept, with the name of who made it."""

    id: int
    staff_name: str | None


@dataclass(frozen=True)
class CallFilters:
    """Filters of the log; None filters nothing.

    `text` is a user's ID or one of both request IDs, whole. `person` is the ID of a member of
    staff, or `WORKER`. `before` is the row that the page follows.
    """

    text: str | None = None
    user_id: UUID | None = None
    status: Status | None = None
    person: int | str | None = None
    before: int | None = None


def add(connection: Connection, rows: Collection[CallRow]) -> None:
    """Keep calls."""
    if rows:
        connection.execute(insert(requests), [vars(row) for row in rows])


def newest(connection: Connection, filters: CallFilters, limit: int) -> list[LoggedCall]:
    """Return calls, newest first."""
    statement = (
        select(requests, staff_names.of().label("staff_name"))
        .outerjoin_from(requests, staff, staff.c.id == requests.c.staff_id)
        .where(*_conditions(filters))
        .order_by(requests.c.at.desc(), requests.c.id.desc())
        .limit(limit)
    )
    return [LoggedCall(**row._asdict()) for row in connection.execute(statement)]


def remove_before(connection: Connection, at: datetime, limit: int) -> int:
    """Delete so many of the oldest calls before a time; return how many there were."""
    oldest = (
        select(requests.c.id)
        .where(requests.c.at < at)
        .order_by(requests.c.at, requests.c.id)
        .limit(limit)
    )
    return connection.execute(delete(requests).where(requests.c.id.in_(oldest))).rowcount


_RANGES = {Status.DONE: (200, 299), Status.REFUSED: (400, 499), Status.FAILED: (500, 599)}


def _conditions(filters: CallFilters) -> list[ColumnElement[bool]]:
    found = []
    if filters.text is not None:
        found.append(_names(filters.text))
    if filters.user_id is not None:
        found.append(requests.c.user_id == filters.user_id)
    if filters.status is not None:
        found.append(_has(filters.status))
    if filters.person is not None:
        staff_id = None if filters.person == WORKER else filters.person
        found.append(requests.c.staff_id.is_not_distinct_from(staff_id))
    if filters.before is not None:
        found.append(_follows(filters.before))
    return found


def _names(text: str) -> ColumnElement[bool]:
    ids = (requests.c.request_id == text.lower(), requests.c.upstream_request == text)
    user_id = find_uuid(text)
    return or_(*ids, requests.c.user_id == user_id) if user_id else or_(*ids)


def _has(status: Status) -> ColumnElement[bool]:
    if status is Status.NONE:
        return requests.c.status.is_(None)
    return requests.c.status.between(*_RANGES[status])


def _follows(before: int) -> ColumnElement[bool]:
    last = requests.alias()
    at = select(last.c.at).where(last.c.id == before).scalar_subquery()
    is_older = or_(requests.c.at < at, requests.c.id < before)
    return and_(requests.c.at <= at, is_older)
