"""The contact log: one row for each contact with a user."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from dashboard.store.contacts.kinds import ContactKind
from dashboard.store.db.columns import read_back
from dashboard.store.db.database import Transaction
from dashboard.store.schema import contacts, staff
from dashboard.store.staff import names as staff_names


@dataclass(frozen=True)
class LastContact:
    """The newest contact of a kind with a user; `times` counts all of this kind."""

    id: int
    kind: ContactKind
    times: int
    at: datetime
    staff_id: int
    staff_name: str


def add(  # noqa: PLR0913  one row, everything by name
    transaction: Transaction,
    user_id: UUID,
    staff_id: int,
    kind: ContactKind,
    at: datetime,
    *,
    language: str | None = None,
    situation: str | None = None,
    audit_seq: int | None = None,
) -> int:
    """Note a contact; return its number. `audit_seq` is the entry of an email."""
    statement = insert(contacts).values(
        user_id=user_id,
        staff_id=staff_id,
        kind=kind.value,
        language=language,
        situation=situation,
        at=at,
        audit_seq=audit_seq,
    )
    return int(transaction.execute(statement.returning(contacts.c.id)).scalar_one())


def set_kind(transaction: Transaction, audit_seq: int, kind: ContactKind) -> None:
    """Keep what came of an email."""
    of_it = update(contacts).where(contacts.c.audit_seq == audit_seq)
    transaction.execute(of_it.values(kind=kind.value))


def forget(transaction: Transaction, audit_seq: int) -> None:
    """Take out an email that was certainly not sent; the audit still has it."""
    transaction.execute(delete(contacts).where(contacts.c.audit_seq == audit_seq))


def undo(
    transaction: Transaction,
    user_id: UUID,
    staff_id: int,
    number: int,
    noted: tuple[datetime, datetime],
) -> bool:
    """Take out what a person noted between two times, never an email; return if it was there."""
    statement = delete(contacts).where(
        contacts.c.id == number,
        contacts.c.user_id == user_id,
        contacts.c.staff_id == staff_id,
        contacts.c.at.between(*noted),
        contacts.c.audit_seq.is_(None),
    )
    return transaction.execute(statement).rowcount > 0


def last_of(connection: Connection, user_ids: Collection[UUID]) -> dict[UUID, LastContact]:
    """Return the last contact with each of these users who had one."""
    return {user_id: newest for user_id, (newest, *_) in by_kind(connection, user_ids).items()}


def by_kind(connection: Connection, user_ids: Collection[UUID]) -> dict[UUID, list[LastContact]]:
    """Return the last contact of each kind with each of these users, newest first."""
    found: dict[UUID, list[LastContact]] = {}
    for row in connection.execute(_BY_KIND, {"user_ids": list(user_ids)}):
        kind = read_back(ContactKind, row.kind, ContactKind.OTHER)
        last = LastContact(row.id, kind, row.times, row.at, row.staff_id, row.staff_name)
        found.setdefault(row.user_id, []).append(last)
    return found


def newest(contacts_: Iterable[LastContact], kinds: Collection[ContactKind]) -> LastContact | None:
    """Return the first contact of one of these kinds; they come newest first."""
    return next((each for each in contacts_ if each.kind in kinds), None)


_NEWEST = (
    select(func.max(contacts.c.id).label("id"), func.count().label("times"))
    .where(contacts.c.user_id.in_(bindparam("user_ids", expanding=True)))
    .group_by(contacts.c.user_id, contacts.c.kind)
    .subquery()
)
# By number: a clock may be put back.
_BY_KIND = (
    select(contacts, _NEWEST.c.times, staff_names.of().label("staff_name"))
    .join(_NEWEST, _NEWEST.c.id == contacts.c.id)
    .join(staff, staff.c.id == contacts.c.staff_id)
    .order_by(contacts.c.id.desc())
)
