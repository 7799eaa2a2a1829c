"""How many users the API has of each status, as it last said, shared by all workers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from dashboard.store.db.upsert import upsert
from dashboard.store.schema import counts


@dataclass(frozen=True)
class CachedCount:
    """`total` is None where the API gave no number that can be trusted."""

    total: int | None
    counted_at: datetime


def find(connection: Connection, status: str) -> CachedCount | None:
    """Return the last count, None while there was none."""
    row = connection.execute(select(counts).where(counts.c.status == status)).first()
    return CachedCount(row.total, row.counted_at) if row else None


def put(connection: Connection, status: str, count: CachedCount) -> None:
    """Keep a count in place of the one before."""
    values = {"total": count.total, "counted_at": count.counted_at}
    connection.execute(
        upsert(connection, counts)
        .values(status=status, **values)
        .on_conflict_do_update(index_elements=[counts.c.status], set_=values)
    )
