"""Recovery codes of staff, as hashes: each works once."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from dashboard.store.schema import recovery_codes


def replace(connection: Connection, staff_id: int, hashes: Iterable[str]) -> None:
    """Keep these in place of all that were there."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == staff_id))
    rows = [{"staff_id": staff_id, "code_hash": code_hash} for code_hash in hashes]
    connection.execute(insert(recovery_codes), rows)


def use(connection: Connection, staff_id: int, code_hash: str, at: datetime) -> bool:
    """Use a code up; return whether it was still good."""
    statement = update(recovery_codes).where(
        recovery_codes.c.staff_id == staff_id,
        recovery_codes.c.code_hash == code_hash,
        recovery_codes.c.used_at.is_(None),
    )
    return connection.execute(statement.values(used_at=at)).rowcount == 1


def count(connection: Connection, staff_id: int) -> tuple[int, int]:
    """Return how many are still good, and how many were made."""
    statement = select(func.count().filter(recovery_codes.c.used_at.is_(None)), func.count()).where(
        recovery_codes.c.staff_id == staff_id
    )
    left, made = connection.execute(statement).one()
    return int(left), int(made)
