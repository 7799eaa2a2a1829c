"""How complete and how fresh the directory is, in one statement: every list asks it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from dashboard.store.directory.sweeps import Result
from dashboard.store.schema import directory, directory_counts, sweeps, sync_lease


@dataclass(frozen=True)
class StoredCoverage:
    """What is known. `users` includes those who are gone; `total` is what the API told last."""

    swept_at: datetime | None
    caught_up_at: datetime | None
    users: int
    gone: int
    total: int | None


_NEWEST = sweeps.c.id.desc()
_STATEMENT = select(
    select(sweeps.c.finished_at)
    .where(sweeps.c.result == Result.COMPLETE)
    .order_by(_NEWEST)
    .limit(1)
    .scalar_subquery(),
    select(sync_lease.c.caught_up_at).limit(1).scalar_subquery(),
    select(func.coalesce(func.sum(directory_counts.c.users), 0)).scalar_subquery(),
    select(func.count()).where(directory.c.gone_at.is_not(None)).scalar_subquery(),
    select(sweeps.c.total).where(sweeps.c.pages > 0).order_by(_NEWEST).limit(1).scalar_subquery(),
)


def read(connection: Connection) -> StoredCoverage:
    """Return what is known."""
    swept_at, caught_up_at, users, gone, total = connection.execute(_STATEMENT).one()
    return StoredCoverage(swept_at, caught_up_at, int(users), gone, total)
