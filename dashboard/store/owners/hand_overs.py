"""Who is to be told by email that users were handed over to them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from dashboard.store.schema import owners, staff


@dataclass(frozen=True)
class HandOver:
    """A member of staff, and how many users were given to them whom they have not opened."""

    staff_id: int
    email: str
    language: str | None
    users: int


@dataclass(frozen=True)
class HandOverTimes:
    """Owners own who were last active between `owned_after` and `latest`.

    No one is told twice who was told between `mailed_until` and `latest`: a later time is of a
    clock that was put back.
    """

    owned_after: datetime
    mailed_until: datetime
    latest: datetime


def due(connection: Connection, times: HandOverTimes) -> list[HandOver]:
    """Return who asked for emails, had none lately, and was given someone since."""
    mailed_at, is_old = staff.c.hand_over_mailed_at, _is_old(times)
    statement = (
        select(staff.c.id, staff.c.email, staff.c.language, func.count())
        .join_from(owners, staff, staff.c.id == owners.c.staff_id)
        .where(staff.c.active, staff.c.mail_on_hand_over, is_old)
        .where(owners.c.is_seen.is_(False))
        .where(owners.c.active_at > times.owned_after, owners.c.active_at <= times.latest)
        .group_by(staff.c.id, staff.c.email, staff.c.language, mailed_at)
        .having(
            or_(
                mailed_at.is_(None),
                mailed_at > times.latest,
                func.max(owners.c.since_at) > mailed_at,
            )
        )
    )
    return [HandOver(*row) for row in connection.execute(statement)]


def take(transaction: Connection, staff_id: int, at: datetime, times: HandOverTimes) -> bool:
    """Keep that a member of staff is told now, unless they were told lately."""
    told = update(staff).where(staff.c.id == staff_id, _is_old(times))
    return transaction.execute(told.values(hand_over_mailed_at=at)).rowcount > 0


def _is_old(times: HandOverTimes) -> ColumnElement[bool]:
    mailed_at = staff.c.hand_over_mailed_at
    return or_(mailed_at.is_(None), mailed_at <= times.mailed_until, mailed_at > times.latest)
