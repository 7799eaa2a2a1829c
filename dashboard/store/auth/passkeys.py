"""Passkeys of staff: only public keys; the private key never leaves its owner's device."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from dashboard.store.schema import passkeys


@dataclass(frozen=True)
class Passkey:
    """A passkey and whose it is. Id and key are base64url, as browsers write them."""

    id: int
    staff_id: int
    credential_id: str
    public_key: str
    sign_count: int
    name: str
    created_at: datetime
    used_at: datetime | None


def of(connection: Connection, staff_id: int) -> list[Passkey]:
    """Return a member's passkeys, the oldest first."""
    statement = select(passkeys).where(passkeys.c.staff_id == staff_id).order_by(passkeys.c.id)
    return [Passkey(**row) for row in connection.execute(statement).mappings()]


def find(connection: Connection, credential_id: str) -> Passkey | None:
    """Return the passkey with this id, of any member."""
    statement = select(passkeys).where(passkeys.c.credential_id == credential_id)
    row = connection.execute(statement).mappings().first()
    return Passkey(**row) if row else None


def add(
    connection: Connection,
    staff_id: int,
    credential_id: str,
    public_key: str,
    sign_count: int,
    name: str,
    at: datetime,
) -> None:
    """Keep a new passkey."""
    connection.execute(
        insert(passkeys).values(
            staff_id=staff_id,
            credential_id=credential_id,
            public_key=public_key,
            sign_count=sign_count,
            name=name,
            created_at=at,
        )
    )


def use(connection: Connection, passkey_id: int, sign_count: int, at: datetime) -> bool:
    """Store a use; return whether its count increased. A passkey that never counts stays at 0."""
    went_on = passkeys.c.sign_count < sign_count
    counts_never = (passkeys.c.sign_count == 0) & (sign_count == 0)
    statement = update(passkeys).where(passkeys.c.id == passkey_id, or_(went_on, counts_never))
    used = connection.execute(statement.values(sign_count=sign_count, used_at=at))
    return used.rowcount == 1


def remove(connection: Connection, staff_id: int, passkey_id: int) -> str | None:
    """Remove a passkey of this member; return its name, None if there is none."""
    statement = delete(passkeys).where(passkeys.c.id == passkey_id, passkeys.c.staff_id == staff_id)
    return connection.execute(statement.returning(passkeys.c.name)).scalar()
