"""Sessions of one person that are open."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from dashboard.store.schema import sessions


def open_sessions(
    connection: Connection, staff_id: int, seen_since: datetime, begun_since: datetime
) -> int:
    """Return how many sessions of this person have not ended."""
    statement = select(func.count()).where(
        sessions.c.staff_id == staff_id,
        sessions.c.seen_at > seen_since,
        sessions.c.created_at > begun_since,
    )
    return int(connection.execute(statement).scalar_one())
