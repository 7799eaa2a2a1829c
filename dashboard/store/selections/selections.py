"""Selections: users that a member of staff ticked on a list, one selection each."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from dashboard.store.db.database import Transaction
from dashboard.store.db.upsert import upsert
from dashboard.store.schema import selected_users, selections

Span = tuple[datetime, datetime]
"""When a selection that still counts was changed last: later than, and up to."""
_OF_IT = selected_users.c.selection_id == selections.c.id


@dataclass(frozen=True)
class Selection:
    """How many users someone selected, and which of those asked about are among them."""

    number: int
    users: int
    here: frozenset[UUID] = frozenset()


def find(
    connection: Connection, staff_id: int, span: Span, among: Collection[UUID] = ()
) -> Selection | None:
    """Return someone's selection, and which users of `among` are in it, in one statement."""
    after, until = span
    asked = {"member": staff_id, "after": after, "until": until, "among": list(among)}
    rows = connection.execute(_WITH_USERS, asked).all()
    if not rows:
        return None
    number, users, _ = rows[0]
    return Selection(number, users, frozenset(row.user_id for row in rows if row.user_id))


def user_ids(connection: Connection, number: int) -> list[UUID]:
    """Return the users of a selection, by ID."""
    statement = select(selected_users.c.user_id).where(selected_users.c.selection_id == number)
    return sorted(connection.execute(statement).scalars())


def begin(transaction: Transaction, staff_id: int, at: datetime) -> int:
    """Make an empty selection in place of the one that someone has; return its number."""
    remove(transaction, selections.c.staff_id == staff_id)
    made = insert(selections).values(staff_id=staff_id, changed_at=at)
    return int(transaction.execute(made.returning(selections.c.id)).scalar_one())


def add(transaction: Transaction, number: int, user_ids: Iterable[UUID], at: datetime) -> None:
    """Add users to a selection; those who are in it stay."""
    rows = [{"selection_id": number, "user_id": each} for each in user_ids]
    if rows:
        statement = upsert(transaction, selected_users).on_conflict_do_nothing()
        transaction.execute(statement, rows)
    _changed(transaction, number, at)


def take_out(
    transaction: Transaction, number: int, user_ids: Collection[UUID], at: datetime
) -> None:
    """Take users out of a selection."""
    columns = selected_users.c
    of_it = and_(columns.selection_id == number, columns.user_id.in_(user_ids))
    transaction.execute(delete(selected_users).where(of_it))
    _changed(transaction, number, at)


def clear(transaction: Transaction, staff_id: int) -> None:
    """Remove someone's selection."""
    remove(transaction, selections.c.staff_id == staff_id)


def has_old(connection: Connection, span: Span) -> bool:
    """Return whether there is a selection that no longer counts."""
    statement = select(selections.c.id).where(~_counts(span)).limit(1)
    return connection.execute(statement).first() is not None


def remove_old(transaction: Transaction, span: Span) -> None:
    """Remove the selections that no longer count."""
    remove(transaction, ~_counts(span))


def remove(transaction: Transaction, which: ColumnElement[bool]) -> None:
    """Remove selections with their users."""
    numbers = select(selections.c.id).where(which)
    transaction.execute(delete(selected_users).where(selected_users.c.selection_id.in_(numbers)))
    transaction.execute(delete(selections).where(which))


def _counts(span: Span) -> ColumnElement[bool]:
    after, until = span
    return and_(selections.c.changed_at > after, selections.c.changed_at <= until)


def _changed(transaction: Transaction, number: int, at: datetime) -> None:
    transaction.execute(update(selections).where(selections.c.id == number).values(changed_at=at))


_COUNTED = (
    select(func.count()).select_from(selected_users).where(_OF_IT).correlate(selections)
).scalar_subquery()
_HERE = and_(_OF_IT, selected_users.c.user_id.in_(bindparam("among", expanding=True)))
_WITH_USERS = (
    select(selections.c.id, _COUNTED, selected_users.c.user_id)
    .outerjoin(selected_users, _HERE)
    .where(
        selections.c.staff_id == bindparam("member"),
        selections.c.changed_at > bindparam("after"),
        selections.c.changed_at <= bindparam("until"),
    )
)
