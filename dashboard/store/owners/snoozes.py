"""Until when users are kept off the desk."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, select

from dashboard.store.db.upsert import upsert
from dashboard.store.directory import follow_up
from dashboard.store.schema import snoozes, staff
from dashboard.store.staff import names as staff_names


@dataclass(frozen=True)
class Snooze:
    """A snooze of a user, and who made it."""

    until_at: datetime
    snoozed_at: datetime
    name: str


def of_user(connection: Connection, user_id: UUID) -> Snooze | None:
    """Return the snooze of a user, over or not."""
    row = connection.execute(_SNOOZE, {"user": user_id}).first()
    return Snooze(*row) if row else None


def put(
    transaction: Connection, user_id: UUID, staff_id: int, until_at: datetime, at: datetime
) -> None:
    """Keep a user off the desk until then, in place of an earlier snooze."""
    values = {"staff_id": staff_id, "until_at": until_at, "snoozed_at": at}
    statement = upsert(transaction, snoozes).values(user_id=user_id, **values)
    transaction.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))
    follow_up.put(transaction, [user_id])


def end(transaction: Connection, user_ids: Collection[UUID]) -> bool:
    """End the snoozes of these users; return whether there was one."""
    ended = transaction.execute(_END, {"users": list(user_ids)})
    if ended.rowcount:
        follow_up.put(transaction, user_ids)
    return bool(ended.rowcount)


_SNOOZE = (
    select(snoozes.c.until_at, snoozes.c.snoozed_at, staff_names.of())
    .join_from(snoozes, staff, staff.c.id == snoozes.c.staff_id)
    .where(snoozes.c.user_id == bindparam("user"))
)
_END = delete(snoozes).where(snoozes.c.user_id.in_(bindparam("users", expanding=True)))
