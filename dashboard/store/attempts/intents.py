"""Intents that were used: the attempt that each started, and with which body."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select

from dashboard.store.schema import intents


@dataclass(frozen=True)
class UsedIntent:
    """The attempt that the first sending of a form started."""

    body_mac: str
    attempt_seq: int
    created_at: datetime


def find(connection: Connection, nonce: str) -> UsedIntent | None:
    """Return the attempt that this form started, None if it was never sent."""
    row = connection.execute(select(intents).where(intents.c.nonce == nonce)).first()
    return UsedIntent(row.body_mac, row.attempt_seq, row.created_at) if row else None


def add(  # noqa: PLR0913  one row, everything by name
    connection: Connection,
    *,
    nonce: str,
    staff_id: int,
    action: str,
    subject_id: UUID | None,
    body_mac: str,
    attempt_seq: int,
    at: datetime,
) -> None:
    """Use an intent."""
    connection.execute(
        insert(intents).values(
            nonce=nonce,
            staff_id=staff_id,
            action=action,
            subject_id=subject_id,
            body_mac=body_mac,
            attempt_seq=attempt_seq,
            created_at=at,
        )
    )
