"""Whether a user is known here: from the API's list, or from a page that showed them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection

from dashboard.store.directory import rows
from dashboard.store.users import sightings


def email(connection: Connection, user_id: UUID) -> str | None:
    """Return the email of a user, as last seen; None for a user who was never seen, or erased."""
    found = rows.get(connection, [user_id]) or sightings.newest(connection, [user_id])
    return found[user_id].email if found else None


def emails(connection: Connection, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the emails of those of these users who were seen and not erased, as last seen."""
    listed = rows.get(connection, user_ids)
    emails = {user_id: user.email for user_id, user in listed.items()}
    others = [each for each in user_ids if each not in listed]
    seen = sightings.newest(connection, others) if others else {}
    return emails | {user_id: sighting.email for user_id, sighting in seen.items()}
