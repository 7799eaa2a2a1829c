"""Observations of the upstream: calls per minute, and when each thing was last seen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Integer, Text, case, cast, delete, or_, select

from dashboard.store.db.upsert import upsert
from dashboard.store.late import LATE_AT_MOST
from dashboard.store.schema import observations, upstream_minutes

MISSING_CALLS = "requests.missing"
"""How many calls the log of requests could not keep."""


@dataclass(frozen=True)
class Minute:
    """The calls of one minute. The milliseconds are those of calls that were answered."""

    minute: datetime
    calls: int = 0
    failures: int = 0
    total_ms: int = 0
    slowest_ms: int = 0

    def plus(self, other: "Minute") -> "Minute":
        """Return both together."""
        return Minute(
            minute=self.minute,
            calls=self.calls + other.calls,
            failures=self.failures + other.failures,
            total_ms=self.total_ms + other.total_ms,
            slowest_ms=max(self.slowest_ms, other.slowest_ms),
        )

    @property
    def mean_ms(self) -> int | None:
        """Milliseconds an answered call took, None where none was answered."""
        answered = self.calls - self.failures
        return round(self.total_ms / answered) if answered else None


@dataclass(frozen=True)
class Seen:
    """An observation and its time."""

    value: str
    at: datetime


def count(connection: Connection, minutes: Iterable[Minute]) -> None:
    """Add calls to what other processes counted in the same minutes."""
    table = upstream_minutes.c
    for minute in minutes:
        statement = upsert(connection, upstream_minutes).values(**vars(minute))
        new = statement.excluded
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=[table.minute],
                set_={
                    "calls": table.calls + new.calls,
                    "failures": table.failures + new.failures,
                    "total_ms": table.total_ms + new.total_ms,
                    "slowest_ms": case(
                        (new.slowest_ms > table.slowest_ms, new.slowest_ms),
                        else_=table.slowest_ms,
                    ),
                },
            )
        )


def see(connection: Connection, seen: Mapping[str, Seen]) -> None:
    """Remember what was seen, where nothing later is known."""
    for name, what in seen.items():
        statement = upsert(connection, observations).values(
            name=name, value=what.value, seen_at=what.at
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=[observations.c.name],
                set_={"value": what.value, "seen_at": what.at},
                where=_is_older(what.at),
            )
        )


def _is_older(at: datetime) -> ColumnElement[bool]:
    """Return whether what is kept is older, or from before a clock was put back."""
    seen_at = observations.c.seen_at
    return or_(seen_at <= at, seen_at >= at + LATE_AT_MOST)


def put(connection: Connection, name: str, what: Seen) -> None:
    """Remember what is so now, whatever time was noted before: a clock may have been put back."""
    statement = upsert(connection, observations).values(
        name=name, value=what.value, seen_at=what.at
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[observations.c.name],
            set_={"value": what.value, "seen_at": what.at},
        )
    )


def turn(connection: Connection, name: str, to: Seen) -> None:
    """Remember since when something is so; it keeps its time until it is something else."""
    statement = upsert(connection, observations).values(name=name, value=to.value, seen_at=to.at)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[observations.c.name],
            set_={"value": to.value, "seen_at": to.at},
            where=(observations.c.value != to.value) & _is_older(to.at),
        )
    )


def add_up(connection: Connection, name: str, number: int, at: datetime) -> None:
    """Remember a sum, and when something was last added to it."""
    statement = upsert(connection, observations).values(name=name, value=str(number), seen_at=at)
    total = cast(observations.c.value, Integer) + number
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[observations.c.name], set_={"value": cast(total, Text), "seen_at": at}
        )
    )


def find(connection: Connection, name: str) -> Seen | None:
    """Return what was last seen under this name."""
    row = connection.execute(select(observations).where(observations.c.name == name)).first()
    return Seen(row.value, row.seen_at) if row else None


def remove_older(connection: Connection, name: str, at: datetime) -> None:
    """Forget what was last seen before a time."""
    table = observations.c
    connection.execute(delete(observations).where(table.name == name, table.seen_at < at))


def forget_before(connection: Connection, at: datetime) -> None:
    """Take out the minutes before this one."""
    connection.execute(delete(upstream_minutes).where(upstream_minutes.c.minute < at))


def minutes_since(connection: Connection, at: datetime) -> list[Minute]:
    """Return the minutes from this one on, oldest first; those without calls are not among them."""
    statement = (
        select(upstream_minutes)
        .where(upstream_minutes.c.minute >= at)
        .order_by(upstream_minutes.c.minute)
    )
    return [Minute(**row._mapping) for row in connection.execute(statement)]  # noqa: SLF001  public by documentation


def everything_seen(connection: Connection, latest: datetime | None = None) -> dict[str, Seen]:
    """Return the last observations, by name; with `latest`, none of a later time."""
    statement = select(observations)
    if latest is not None:
        statement = statement.where(observations.c.seen_at <= latest)
    rows = connection.execute(statement)
    return {row.name: Seen(row.value, row.seen_at) for row in rows}
