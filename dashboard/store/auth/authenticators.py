"""Authenticator apps of staff, one per person. The shared secret is already encrypted."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from dashboard.store.schema import authenticators


@dataclass(frozen=True)
class Authenticator:
    """An app, and the last step of time of which a code was taken."""

    staff_id: int
    sealed: str = field(repr=False)
    key_id: str
    last_step: int
    created_at: datetime
    used_at: datetime | None


def find(connection: Connection, staff_id: int) -> Authenticator | None:
    """Return a member's app."""
    statement = select(authenticators).where(authenticators.c.staff_id == staff_id)
    row = connection.execute(statement).mappings().first()
    return Authenticator(**row) if row else None


def every(connection: Connection) -> list[Authenticator]:
    """Return the apps of all members."""
    rows = connection.execute(select(authenticators)).mappings()
    return [Authenticator(**row) for row in rows]


def put(
    connection: Connection, staff_id: int, sealed: str, key_id: str, step: int, at: datetime
) -> None:
    """Keep a member's app, in place of the one before."""
    remove(connection, staff_id)
    connection.execute(
        insert(authenticators).values(
            staff_id=staff_id, sealed=sealed, key_id=key_id, last_step=step, created_at=at
        )
    )


def take_step(connection: Connection, staff_id: int, step: int, at: datetime) -> bool:
    """Use up this step of time and all before it; return whether it was still unused."""
    statement = update(authenticators).where(
        authenticators.c.staff_id == staff_id, authenticators.c.last_step < step
    )
    return connection.execute(statement.values(last_step=step, used_at=at)).rowcount == 1


def reencrypt(connection: Connection, staff_id: int, sealed: str, key_id: str) -> None:
    """Replace the encrypted text; the secret in it is the same."""
    connection.execute(
        update(authenticators)
        .where(authenticators.c.staff_id == staff_id)
        .values(sealed=sealed, key_id=key_id)
    )


def remove(connection: Connection, staff_id: int) -> bool:
    """Remove a member's app; return whether there was one."""
    statement = delete(authenticators).where(authenticators.c.staff_id == staff_id)
    return connection.execute(statement).rowcount == 1
