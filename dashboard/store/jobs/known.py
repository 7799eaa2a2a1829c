"""Which emails are known here: of users who were seen, and of registrations that may exist."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select, union_all

from dashboard.store.registrations import RegistrationState
from dashboard.store.schema import directory, registrations, sightings
from dashboard.text.emails import comparable


@dataclass(frozen=True)
class KnownEmail:
    """A known email, and its user: None if the registration is not confirmed."""

    user_id: UUID | None


def find(connection: Connection, emails: Collection[str]) -> dict[str, KnownEmail]:
    """Return which of these emails are known, by the form in which they are compared."""
    keys = {comparable(email) for email in emails}
    sent = registrations.c.email_folded
    not_refused = registrations.c.state != RegistrationState.REFUSED.value
    statement = union_all(
        *(
            select(key.label("key"), key.table.c.user_id.label("user_id")).where(key.in_(keys))
            for key in (sightings.c.email_folded, directory.c.email_key)
        ),
        select(sent, registrations.c.user_id).where(sent.in_(keys), not_refused),
    )
    found: dict[str, KnownEmail] = {}
    for row in connection.execute(statement):
        if row.user_id or row.key not in found:
            found[row.key] = KnownEmail(row.user_id)
    return found
