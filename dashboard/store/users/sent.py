"""What we sent of a user, and no answer of the API tells."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from dashboard.store.schema import directory, registrations


@dataclass(frozen=True)
class SentFacts:
    """The name that a KYC start sent, empty where none is known, and the type as registered."""

    name: str
    user_type: str | None


def of_user(connection: Connection, user_id: UUID) -> SentFacts:
    """Return what we know of a user, in one statement."""
    row = connection.execute(_SENT, {"user": user_id}).one()
    return SentFacts(row.name or "", row.user_type)


_SENT = select(
    select(directory.c.name)
    .where(directory.c.user_id == bindparam("user"))
    .scalar_subquery()
    .label("name"),
    select(registrations.c.user_type)
    .where(registrations.c.user_id == bindparam("user"))
    .order_by(registrations.c.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("user_type"),
)
