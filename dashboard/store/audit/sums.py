"""Counts that are kept apart from the audit log until they are appended as sums."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, or_, select, update

from dashboard.store.db.upsert import upsert
from dashboard.store.schema import audit_sums


@dataclass(frozen=True)
class Sum:
    """So many rows that the audit does not hold one by one; `details` is what they share."""

    action: str
    outcome: str
    staff_id: int | None
    details: Mapping[str, str]
    times: int
    since_at: datetime
    ends_at: datetime


def add_to(connection: Connection, whose: str, more: Sum) -> bool:
    """Add to the sum that is there for the same; return whether there is one."""
    statement = update(audit_sums).where(audit_sums.c.key == _key(whose, more))
    return connection.execute(statement.values(times=audit_sums.c.times + 1)).rowcount > 0


def put(connection: Connection, whose: str, new: Sum) -> None:
    """Begin a sum, or add to it."""
    values = {**asdict(new), "details": json.dumps(dict(new.details), sort_keys=True)}
    statement = upsert(connection, audit_sums).values(key=_key(whose, new), **values)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[audit_sums.c.key], set_={"times": audit_sums.c.times + 1}
        )
    )


def count(connection: Connection, whose: str) -> int:
    """Return how many sums there are of this key."""
    mine = audit_sums.c.key.startswith(f"{whose}/", autoescape=True)
    statement = select(func.count()).select_from(audit_sums).where(mine)
    return int(connection.execute(statement).scalar_one())


def total(connection: Connection) -> int:
    """Return how many rows are counted that are not in the audit yet."""
    statement = select(func.coalesce(func.sum(audit_sums.c.times), 0))
    return int(connection.execute(statement).scalar_one())


def take_due(connection: Connection, now: datetime, latest_end: datetime) -> list[Sum]:
    """Return the sums whose hour has ended, and delete them.

    One that ends later than any begun now was begun before the clock was put back.
    """
    over = or_(audit_sums.c.ends_at <= now, audit_sums.c.ends_at > latest_end)
    statement = select(audit_sums).where(over).order_by(audit_sums.c.ends_at)
    found = connection.execute(statement).all()
    if found:
        connection.execute(delete(audit_sums).where(over))
    return [
        Sum(
            action=row.action,
            outcome=row.outcome,
            staff_id=row.staff_id,
            details=json.loads(row.details),
            times=row.times,
            since_at=row.since_at,
            ends_at=row.ends_at,
        )
        for row in found
    ]


def _key(whose: str, of: Sum) -> str:
    """Return the key that equal sums share."""
    same = json.dumps([of.action, of.outcome, of.staff_id, dict(of.details)], sort_keys=True)
    return f"{whose}/{hashlib.sha256(same.encode()).hexdigest()}"
