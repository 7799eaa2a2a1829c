"""Emails to users in the contact log: how many there were, and the last ones to a user."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, select

from dashboard.store.contacts.kinds import ContactKind
from dashboard.store.db.columns import read_back
from dashboard.store.schema import contacts, staff
from dashboard.store.staff import names as staff_names


@dataclass(frozen=True)
class SentEmail:
    """An email to a user. The log has neither its address nor its words."""

    kind: ContactKind
    language: str | None
    at: datetime
    staff_name: str


def nth_newest(
    connection: Connection, span: tuple[datetime, datetime], number: int
) -> datetime | None:
    """Return when the n-th last email of all staff was sent, None where there are fewer.

    One that was certainly not sent is not among them.
    """
    statement = (
        select(contacts.c.at)
        .where(contacts.c.audit_seq.is_not(None), contacts.c.at.between(*span))
        .order_by(contacts.c.at.desc())
        .offset(number - 1)
        .limit(1)
    )
    return connection.execute(statement).scalar()


def count(connection: Connection, span: tuple[datetime, datetime]) -> int:
    """Return how many emails of all staff were sent, or may have been."""
    statement = (
        select(func.count())
        .select_from(contacts)
        .where(contacts.c.audit_seq.is_not(None), contacts.c.at.between(*span))
    )
    return connection.execute(statement).scalar_one()


def of_user(connection: Connection, user_id: UUID, limit: int) -> list[SentEmail]:
    """Return the last emails to a user, newest first."""
    statement = (
        select(contacts.c.kind, contacts.c.language, contacts.c.at, staff_names.of().label("name"))
        .join(staff, staff.c.id == contacts.c.staff_id)
        .where(contacts.c.user_id == user_id, contacts.c.audit_seq.is_not(None))
        .order_by(contacts.c.id.desc())
        .limit(limit)
    )
    return [
        SentEmail(
            read_back(ContactKind, row.kind, ContactKind.EMAIL_UNCONFIRMED),
            row.language,
            row.at,
            row.name,
        )
        for row in connection.execute(statement)
    ]
