"""The users to ask about: those with an open inquiry, by their wait and their last answer.

A hold keeps a user from being asked about: while an answer is under way, so that no one else asks,
and where what came could not be read, so that the others get their turn.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, or_, select

from dashboard.store.db.database import Transaction
from dashboard.store.db.upsert import upsert
from dashboard.store.kyc.states import InquiryState
from dashboard.store.schema import directory, follow_holds, inquiries


@dataclass(frozen=True)
class Followed:
    """A user with an open inquiry; `checked_at` is None for one in no answer yet."""

    user_id: UUID
    waits_from_at: datetime
    checked_at: datetime | None


@dataclass(frozen=True)
class Waits:
    """Users whose wait began later than `after`, up to `until`, as of one moment.

    They are due where they were last seen until `due_until`, and late until `late_until`; one who
    was seen after `latest` was seen before a clock was put back, and is due.
    """

    after: datetime
    until: datetime
    due_until: datetime
    late_until: datetime
    latest: datetime


@dataclass(frozen=True)
class Held:
    """The holds of one moment: those that end after it, and not so late that a clock was wrong."""

    now: datetime
    latest: datetime


def find_due(connection: Connection, waits: Waits, held: Held, limit: int) -> list[Followed]:
    """Return those of these users who are due, the longest unseen first."""
    seen_at = directory.c.last_seen_at
    is_due = or_(seen_at <= waits.due_until, seen_at > waits.latest)
    statement = _OPEN.where(_is_in(waits), is_due, directory.c.user_id.not_in(_held(held)))
    rows = connection.execute(statement.order_by(seen_at).limit(limit))
    return [Followed(*row) for row in rows]


def find_unnamed(
    connection: Connection, started_after: datetime, held: Held, limit: int
) -> list[Followed]:
    """Return users with an inquiry who are in no answer yet, the newest start first."""
    started_at = func.max(inquiries.c.started_at, type_=inquiries.c.started_at.type)
    statement = (
        select(inquiries.c.user_id, started_at)
        .where(~inquiries.c.is_named, inquiries.c.user_id.not_in(_held(held)))
        .where(inquiries.c.started_at > started_after)
        .group_by(inquiries.c.user_id)
        .order_by(started_at.desc())
        .limit(limit)
    )
    return [Followed(*row, checked_at=None) for row in connection.execute(statement)]


def find_open(connection: Connection, user_ids: Collection[UUID], held: Held) -> list[Followed]:
    """Return those of these users who have an open inquiry and no hold."""
    statement = _OPEN.where(directory.c.user_id.in_(user_ids))
    rows = connection.execute(statement.where(directory.c.user_id.not_in(_held(held))))
    return [Followed(*row) for row in rows]


def is_unasked(connection: Connection, user: Followed, held: Held) -> bool:
    """Return whether no one asks about this user now, and no answer has named them since."""
    columns = directory.c
    seen_at = select(columns.last_seen_at).where(columns.user_id == user.user_id)
    if connection.execute(seen_at).scalar() != user.checked_at:
        return False
    hold = _held(held).where(follow_holds.c.user_id == user.user_id)
    return connection.execute(hold).first() is None


def hold(transaction: Transaction, user_id: UUID, ends_at: datetime, held: Held) -> None:
    """Keep a user from being asked about until then; holds that are over are taken out."""
    over = ~follow_holds.c.ends_at.between(held.now, held.latest)
    transaction.execute(delete(follow_holds).where(over))
    statement = upsert(transaction, follow_holds).values(user_id=user_id, ends_at=ends_at)
    transaction.execute(
        statement.on_conflict_do_update(index_elements=["user_id"], set_={"ends_at": ends_at})
    )


def count(connection: Connection, waits: Waits) -> int:
    """Return how many of these users there are."""
    return _count(connection, _is_in(waits))


def count_late(connection: Connection, waits: Waits) -> int:
    """Return how many of these users are late."""
    return _count(connection, _is_in(waits), directory.c.last_seen_at < waits.late_until)


def _count(connection: Connection, *conditions: ColumnElement[bool]) -> int:
    statement = select(func.count()).select_from(directory).where(_is_open(), *conditions)
    return connection.execute(statement).scalar_one()


def _is_open() -> ColumnElement[bool]:
    """Return the condition as the index of users who wait has it."""
    columns = directory.c
    return and_(columns.waits_from_at.is_not(None), columns.kyc_state.in_(list(InquiryState)))


def _is_in(waits: Waits) -> ColumnElement[bool]:
    since = directory.c.waits_from_at
    return and_(since > waits.after, since <= waits.until)


def _held(held: Held) -> Select[tuple[UUID]]:
    return select(follow_holds.c.user_id).where(
        follow_holds.c.ends_at.between(held.now, held.latest)
    )


_OPEN = select(directory.c.user_id, directory.c.waits_from_at, directory.c.last_seen_at).where(
    _is_open()
)
