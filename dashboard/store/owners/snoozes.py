"""Until when users are kept off the desk."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, update

from dashboard.store.db.upsert import upsert
from dashboard.store.directory import follow_up
from dashboard.store.schema import snoozes


@dataclass(frozen=True)
class Snooze:
    """A snooze of a user, and who made it."""

    until_at: datetime
    snoozed_at: datetime
    name: str


def put(
    transaction: Connection, user_id: UUID, staff_id: int, until_at: datetime, at: datetime
) -> None:
    """Keep a user off the desk until then, in place of an earlier snooze."""
    values = {"staff_id": staff_id, "until_at": until_at, "snoozed_at": at}
    statement = upsert(transaction, snoozes).values(user_id=user_id, **values)
    transaction.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))
    follow_up.put(transaction, [user_id])


def end(transaction: Connection, user_id: UUID, at: datetime) -> bool:
    """End a snooze at a time; return whether one was running. Open desks say so."""
    running = update(snoozes).where(snoozes.c.user_id == user_id, snoozes.c.until_at > at)
    is_ended = transaction.execute(running.values(until_at=at)).rowcount > 0
    if is_ended:
        follow_up.put(transaction, [user_id])
    return is_ended
