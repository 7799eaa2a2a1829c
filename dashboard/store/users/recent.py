"""The users that a member of staff opened last, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from dashboard.store.schema import directory, recent_users, sightings

KEPT = 20


@dataclass(frozen=True)
class RecentUser:
    """A user as last seen; `name` is empty where it isn't known."""

    user_id: UUID
    email: str
    name: str
    status: str


def visit(connection: Connection, staff_id: int, user_id: UUID, at: datetime) -> None:
    """Remember that a member opened a user, and of others only the last ones."""
    again = {"by": staff_id, "user": user_id, "opened_at": at}
    if connection.execute(_AGAIN, again).rowcount:
        return
    own = recent_users.c.staff_id == staff_id
    newest = select(recent_users.c.user_id).where(own).order_by(*_NEWEST_FIRST).limit(KEPT - 1)
    connection.execute(delete(recent_users).where(own, recent_users.c.user_id.not_in(newest)))
    connection.execute(
        insert(recent_users).values(staff_id=staff_id, user_id=user_id, opened_at=at)
    )


def of(connection: Connection, staff_id: int) -> list[RecentUser]:
    """Return the users that a member opened last, of those who were ever seen."""
    seen = sightings.alias()
    newest = select(func.max(seen.c.id)).where(seen.c.user_id == recent_users.c.user_id)
    statement = (
        select(
            recent_users.c.user_id,
            sightings.c.email,
            func.coalesce(directory.c.name, "").label("name"),
            sightings.c.status,
        )
        .select_from(recent_users)
        .join(sightings, sightings.c.id == newest.scalar_subquery())
        .outerjoin(directory, directory.c.user_id == recent_users.c.user_id)
        .where(recent_users.c.staff_id == staff_id)
        .order_by(*_NEWEST_FIRST)
        .limit(KEPT)
    )
    return [RecentUser(**row) for row in connection.execute(statement).mappings()]


def forget(connection: Connection, user_id: UUID) -> None:
    """Forget that anyone opened a user."""
    connection.execute(delete(recent_users).where(recent_users.c.user_id == user_id))


_AGAIN = update(recent_users).where(
    recent_users.c.staff_id == bindparam("by"), recent_users.c.user_id == bindparam("user")
)
_NEWEST_FIRST = (recent_users.c.opened_at.desc(), recent_users.c.user_id)
