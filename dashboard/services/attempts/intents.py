"""Intents: each rendered dangerous form carries one, signed; rendering it writes nothing.

It names who may send the form, the action, its subject and a nonce, so that one form is one
attempt, however often it is sent. It also names the audit's last row of that moment: an attempt
with a later number began after the form was opened, whatever the clock says.
"""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from dashboard.crypto.keyring import Keys
from dashboard.services.ports import Clock
from dashboard.store.audit import chain as audit
from dashboard.store.db.database import Database

INTENT_TTL = timedelta(hours=24)


class IntentRefusedError(Exception):
    """The value is not ours, too old, or for another person or subject. Nothing was done."""


@dataclass(frozen=True)
class Intent:
    """One form. `email` is what it showed, which production asks to be typed again.

    `opened_seq` is the audit's last row when it was opened.
    """

    staff_id: int
    action: StrEnum
    subject_id: UUID | None
    nonce: str
    email: str | None = field(default=None, repr=False)
    opened_seq: int = 0


def new_nonce() -> str:
    """Return what tells one intent from every other."""
    return secrets.token_urlsafe(16)


class Intents:
    """Signs intents and reads them back."""

    def __init__(self, keys: Keys, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._signer = URLSafeSerializer(keys.oldest_first, salt="opened form")

    def new(
        self, staff_id: int, action: StrEnum, subject_id: UUID | None, email: str | None = None
    ) -> str:
        """Return the value for a form that is about to be rendered.

        Raises:
            StoreError: the database cannot be read.

        """
        with self._database.read() as connection:
            opened_seq = audit.head(connection).seq
        subject = str(subject_id) if subject_id else None
        made_ms = round(self._clock().timestamp() * 1000)
        return str(
            self._signer.dumps([staff_id, action, subject, new_nonce(), email, opened_seq, made_ms])
        )

    def read(self, value: str, staff_id: int, action: StrEnum, subject_id: UUID | None) -> Intent:
        """Return the intent of a form that was sent.

        Raises:
            IntentRefusedError: it is not for this person, action and subject, or a day old.

        """
        try:
            loaded: Any = self._signer.loads(value)
        except BadData:
            raise IntentRefusedError from None
        owner, named, subject, nonce, email, opened_seq, made_ms = loaded
        about = UUID(subject) if subject else None
        age = timedelta(milliseconds=self._clock().timestamp() * 1000 - made_ms)
        is_old = abs(age) >= INTENT_TTL  # or of a future that the clock was put back from
        if (owner, named, about) != (staff_id, action, subject_id) or is_old:
            raise IntentRefusedError
        return Intent(staff_id, action, about, nonce, email, opened_seq)
