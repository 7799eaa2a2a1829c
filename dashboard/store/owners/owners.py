"""Who follows a user up, and since when. Whether an owner has lapsed is computed, never stored."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, exists, func, select, update

from dashboard.store.db.upsert import upsert
from dashboard.store.directory import follow_up
from dashboard.store.directory.owning import FollowUpTimes
from dashboard.store.late import LATE_AT_MOST
from dashboard.store.schema import directory, owners, staff
from dashboard.store.staff import names as staff_names


@dataclass(frozen=True)
class Owner:
    """The owner of a user.

    `active_at` is when they last did something for the user. `given_by` is who gave them the user,
    None where they took the user themselves; `is_seen`: they have opened the user since.
    """

    staff_id: int
    email: str
    name: str
    since_at: datetime
    active_at: datetime
    given_by: str | None
    is_seen: bool


@dataclass(frozen=True)
class GivenUser:
    """A user who was given to someone; `email` is as we last saw it."""

    user_id: UUID
    email: str
    given_by: str
    since_at: datetime


def given(
    connection: Connection, staff_id: int, times: FollowUpTimes, limit: int
) -> list[GivenUser]:
    """Return the users given to a member of staff who has not opened them, the newest first."""
    statement = (
        select(
            owners.c.user_id,
            func.coalesce(directory.c.email, ""),
            staff_names.of().label("name"),
            owners.c.since_at,
        )
        .join_from(owners, staff, staff.c.id == owners.c.given_by)
        .outerjoin(directory, directory.c.user_id == owners.c.user_id)
        .where(owners.c.staff_id == staff_id, owners.c.is_seen.is_(False))
        .where(owners.c.active_at > times.owned_after, owners.c.active_at <= times.latest)
        .order_by(owners.c.since_at.desc(), owners.c.user_id)
    )
    return [GivenUser(*row) for row in connection.execute(statement.limit(limit))]


def of_users(connection: Connection, user_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the numbers of the owners of those of these users who have one, lapsed or not."""
    statement = select(owners.c.user_id, owners.c.staff_id).where(owners.c.user_id.in_(user_ids))
    return {row.user_id: row.staff_id for row in connection.execute(statement)}


def every(connection: Connection) -> list[tuple[str, str]]:
    """Return email and name of each member of staff who owns a user, lapsed or not."""
    return [(row.email, row.name) for row in connection.execute(_EVERY)]


def assign(
    transaction: Connection,
    user_id: UUID,
    staff_id: int,
    at: datetime,
    *,
    given_by: int | None = None,
) -> None:
    """Make a member of staff the owner from now on, in place of an earlier one."""
    values = {
        "staff_id": staff_id,
        "since_at": at,
        "active_at": at,
        "given_by": given_by,
        "is_seen": given_by is None,
    }
    statement = upsert(transaction, owners).values(user_id=user_id, **values)
    transaction.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))
    follow_up.put(transaction, [user_id])


def release(transaction: Connection, user_id: UUID) -> None:
    """Leave a user without an owner."""
    transaction.execute(delete(owners).where(owners.c.user_id == user_id))
    follow_up.put(transaction, [user_id])


def release_all(transaction: Connection, staff_id: int) -> Collection[UUID]:
    """Leave the users of a member of staff without an owner; return who they were."""
    removed = delete(owners).where(owners.c.staff_id == staff_id).returning(owners.c.user_id)
    user_ids = transaction.execute(removed).scalars().all()
    if user_ids:
        follow_up.put(transaction, user_ids)
    return user_ids


def touch(transaction: Connection, user_id: UUID, staff_id: int, at: datetime) -> None:
    """Keep that someone did something for a user: if they own the user, they go on owning."""
    values = {"user": user_id, "member": staff_id, "at": at, "latest": at + LATE_AT_MOST}
    changed = transaction.execute(_TOUCH, values)
    if changed.rowcount:
        follow_up.put(transaction, [user_id])


def see(transaction: Connection, user_id: UUID, staff_id: int) -> None:
    """Keep that the owner has opened a user who was given to them."""
    seen = update(owners).where(owners.c.user_id == user_id, owners.c.staff_id == staff_id)
    transaction.execute(seen.values(is_seen=True))


_EVERY = select(staff.c.email, staff_names.of().label("name")).where(
    exists().where(owners.c.staff_id == staff.c.id)
)
_TOUCH = (
    update(owners)
    .where(
        owners.c.user_id == bindparam("user"),
        owners.c.staff_id == bindparam("member"),
        ~owners.c.active_at.between(bindparam("at"), bindparam("latest")),
    )
    .values(active_at=bindparam("at"))
)
