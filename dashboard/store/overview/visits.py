"""When a member of staff was last at the overview or the desk: their visit, and the one before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from dashboard.store.db.upsert import upsert
from dashboard.store.schema import last_visits


@dataclass(frozen=True)
class Visit:
    """A visit. `since_at` is when the one before ended, None for the first."""

    since_at: datetime | None
    seen_at: datetime


def find(connection: Connection, staff_id: int) -> Visit | None:
    """Return a member's last visit, None before the first."""
    statement = select(last_visits.c.since_at, last_visits.c.seen_at)
    row = connection.execute(statement.where(last_visits.c.staff_id == staff_id)).first()
    return Visit(*row) if row else None


def put(connection: Connection, staff_id: int, visit: Visit) -> None:
    """Keep a visit in place of the one that is there."""
    statement = upsert(connection, last_visits).values(staff_id=staff_id, **vars(visit))
    connection.execute(
        statement.on_conflict_do_update(index_elements=["staff_id"], set_=vars(visit))
    )
