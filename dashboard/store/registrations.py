"""Registrations: users whom we registered, with what only we know of them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, select

from dashboard.store.schema import registrations


def user_types(connection: Connection, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the type that we sent for each of these users whom we registered."""
    statement = select(registrations.c.user_id, registrations.c.user_type).where(
        registrations.c.user_id.in_(user_ids)
    )
    return {row.user_id: row.user_type for row in connection.execute(statement)}
