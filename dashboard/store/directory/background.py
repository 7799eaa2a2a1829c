"""The budget of background calls that all machines share, and the lease of the one that syncs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from dashboard.store.db.upsert import upsert
from dashboard.store.schema import background_budget, background_calls, sync_lease

SINGLETON_ID = 1
KEEP_CALLS = timedelta(hours=1)


@dataclass(frozen=True)
class Bucket:
    """Calls that may be made now, and how many more there are each minute."""

    tokens: float
    per_min: float
    refilled_at: datetime
    limited_at: datetime | None = None


@dataclass(frozen=True)
class Lease:
    """Who syncs, until when, and when the newest users were last read."""

    holder: str
    ends_at: datetime
    caught_up_at: datetime | None = None


def find_bucket(connection: Connection) -> Bucket | None:
    """Return the bucket, None before the first call."""
    columns = (background_budget.c[name] for name in Bucket.__dataclass_fields__)
    row = connection.execute(select(*columns)).first()
    return Bucket(*row) if row else None


def put_bucket(connection: Connection, bucket: Bucket) -> None:
    """Keep the bucket in place of the one that is there."""
    statement = upsert(connection, background_budget).values(id=SINGLETON_ID, **vars(bucket))
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=vars(bucket)))


def count_call(connection: Connection, kind: str, at: datetime) -> None:
    """Count a call; what is older than an hour is dropped."""
    minute, table = at.replace(second=0, microsecond=0), background_calls.c
    connection.execute(delete(background_calls).where(table.minute < minute - KEEP_CALLS))
    statement = upsert(connection, background_calls).values(minute=minute, kind=kind, calls=1)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[table.minute, table.kind], set_={"calls": table.calls + 1}
        )
    )


def calls_since(connection: Connection, since_at: datetime) -> list[tuple[str, datetime, int]]:
    """Return the calls of each kind and minute since the start of that minute."""
    table = background_calls.c
    statement = (
        select(table.kind, table.minute, table.calls)
        .where(table.minute >= since_at.replace(second=0, microsecond=0))
        .order_by(table.kind)
    )
    return [(kind, minute, calls) for kind, minute, calls in connection.execute(statement)]


def find_lease(connection: Connection) -> Lease | None:
    """Return who syncs, None before the first."""
    columns = (sync_lease.c[name] for name in Lease.__dataclass_fields__)
    row = connection.execute(select(*columns)).first()
    return Lease(*row) if row else None


def put_lease(connection: Connection, lease: Lease) -> None:
    """Keep the lease in place of the one that is there."""
    statement = upsert(connection, sync_lease).values(id=SINGLETON_ID, **vars(lease))
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=vars(lease)))


def note_caught_up(connection: Connection, at: datetime) -> None:
    """Note when the newest users were read."""
    connection.execute(update(sync_lease).values(caught_up_at=at))
