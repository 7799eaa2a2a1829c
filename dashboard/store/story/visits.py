"""Who opened which user: one quiet row for each person, user and hour, which counts."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, delete, func, literal, select, tuple_

from dashboard.store.db.columns import UtcDateTime
from dashboard.store.db.upsert import Upsert, upsert_in
from dashboard.store.schema import sightings, visits


@dataclass(frozen=True)
class Opening:
    """A user whom a person opened within an hour, and how often; `email` is as last seen."""

    user_id: UUID
    hour_at: datetime
    times: int
    email: str | None


def note(
    connection: Connection, user_id: UUID, staff_id: int, at: datetime, again: int = 1
) -> None:
    """Note that a member of staff opened a user; `again` is added where the row is there."""
    hour_at = at.replace(minute=0, second=0, microsecond=0)
    row = {"user_id": user_id, "hour_at": hour_at, "staff_id": staff_id, "times": 1}
    connection.execute(_noting(connection.dialect.name), {**row, "again": again})


@cache
def _noting(dialect: str) -> Upsert:
    more = {"times": visits.c.times + bindparam("again")}
    return upsert_in(dialect, visits).on_conflict_do_update(index_elements=_KEY, set_=more)


def of_person(
    connection: Connection, staff_id: int, before: tuple[datetime, UUID] | None, limit: int
) -> list[Opening]:
    """Return whom a person opened, newest first; `before` is the last one of the page before."""
    seen = sightings.alias()
    last = select(func.max(seen.c.id)).where(seen.c.user_id == visits.c.user_id)
    statement = (
        select(visits.c.user_id, visits.c.hour_at, visits.c.times, sightings.c.email)
        .outerjoin_from(visits, sightings, sightings.c.id == last.scalar_subquery())
        .where(visits.c.staff_id == staff_id)
        .order_by(visits.c.hour_at.desc(), visits.c.user_id.desc())
        .limit(limit)
    )
    if before:
        place = tuple_(literal(before[0], UtcDateTime), literal(before[1], Uuid))
        statement = statement.where(tuple_(visits.c.hour_at, visits.c.user_id) < place)
    return [Opening(**row) for row in connection.execute(statement).mappings()]


def count_users(connection: Connection, staff_id: int, since_at: datetime) -> int:
    """Return how many users a person opened since then."""
    statement = select(func.count(visits.c.user_id.distinct())).where(
        visits.c.staff_id == staff_id, visits.c.hour_at >= since_at
    )
    return connection.execute(statement).scalar_one()


def remove(connection: Connection, before_at: datetime, limit: int) -> int:
    """Remove rows that are older, at most so many; return how many there were."""
    old = select(*_KEY).where(visits.c.hour_at < before_at).limit(limit)
    return connection.execute(delete(visits).where(tuple_(*_KEY).in_(old))).rowcount


_KEY = (visits.c.user_id, visits.c.hour_at, visits.c.staff_id)
