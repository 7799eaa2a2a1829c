"""Breakers: for each key pair, how the calls of all workers have been failing."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from dashboard.store.schema import breakers


@dataclass(frozen=True)
class BreakerRow:
    """Calls that failed in a row. It is open once it has `opened_at`, and then `retry_at`.

    `result` is how the last of them ended, `tries` counts the reads that tried again since, and
    `probe_until_at` says until when to wait for the one that is trying now. The wait until
    `retry_at` began at `waits_since_at`.
    """

    credential: str
    failures: int
    result: str
    failing_since_at: datetime
    opened_at: datetime | None = None
    retry_at: datetime | None = None
    tries: int = 0
    probe_until_at: datetime | None = None
    waits_since_at: datetime | None = None


_OF_PAIR = select(breakers).where(breakers.c.credential == bindparam("pair"))


def find(connection: Connection, credential: str) -> BreakerRow | None:
    """Return the breaker's row, None where nothing fails."""
    row = connection.execute(_OF_PAIR, {"pair": credential}).first()
    return BreakerRow(**row._mapping) if row else None  # noqa: SLF001  public by documentation


def put(connection: Connection, row: BreakerRow) -> None:
    """Keep it in place of what was known."""
    forget(connection, row.credential)
    connection.execute(insert(breakers).values(**vars(replace(row))))


def forget(connection: Connection, credential: str) -> None:
    """Delete the breaker's row: nothing fails any more."""
    connection.execute(delete(breakers).where(breakers.c.credential == credential))
