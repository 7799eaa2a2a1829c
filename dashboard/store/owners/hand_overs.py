"""Who is to be told by email that users were handed over to them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select, update

from dashboard.store.schema import owners, staff


@dataclass(frozen=True)
class HandOver:
    """A member of staff, and how many users were given to them whom they have not opened."""

    staff_id: int
    email: str
    language: str | None
    users: int


def due(connection: Connection, owned_after: datetime, mailed_until: datetime) -> list[HandOver]:
    """Return who asked for emails, had none after `mailed_until`, and was given someone since."""
    mailed_at = staff.c.hand_over_mailed_at
    statement = (
        select(staff.c.id, staff.c.email, staff.c.language, func.count())
        .join_from(owners, staff, staff.c.id == owners.c.staff_id)
        .where(staff.c.active, staff.c.mail_on_hand_over)
        .where(or_(mailed_at.is_(None), mailed_at <= mailed_until))
        .where(owners.c.is_seen.is_(False), owners.c.active_at > owned_after)
        .group_by(staff.c.id, staff.c.email, staff.c.language, mailed_at)
        .having(or_(mailed_at.is_(None), func.max(owners.c.since_at) > mailed_at))
    )
    return [HandOver(*row) for row in connection.execute(statement)]


def take(transaction: Connection, staff_id: int, at: datetime, mailed_until: datetime) -> bool:
    """Keep that a member of staff is told now, unless they were told after `mailed_until`."""
    mailed_at = staff.c.hand_over_mailed_at
    told = update(staff).where(staff.c.id == staff_id)
    told = told.where(or_(mailed_at.is_(None), mailed_at <= mailed_until))
    return transaction.execute(told.values(hand_over_mailed_at=at)).rowcount > 0
