"""Intents: each rendered dangerous form carries one, signed; rendering it writes nothing.

It names who may send the form, for what and about whom, and a nonce, so that one form is one
attempt, however often it is sent.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from itsdangerous import BadSignature, URLSafeTimedSerializer

from dashboard.keyring import Keys
from dashboard.services.roles import Permission

GOOD_FOR_S = 24 * 3600


class IntentRefusedError(Exception):
    """The value is not ours, too old, or for another person or subject. Nothing was done."""


@dataclass(frozen=True)
class Intent:
    """One form. `email` is what it showed, which production asks to be typed again."""

    staff_id: int
    action: Permission
    subject_id: UUID | None
    nonce: str
    email: str | None = field(default=None, repr=False)


class Intents:
    """Signs intents and reads them back."""

    def __init__(self, keys: Keys) -> None:
        self._signer = URLSafeTimedSerializer(
            [key.secret for key in reversed(keys.keys)], salt="intent"
        )

    def new(
        self, staff_id: int, action: Permission, subject_id: UUID | None, email: str | None = None
    ) -> str:
        """Return the value for a form that is about to be rendered."""
        subject = str(subject_id) if subject_id else None
        return str(
            self._signer.dumps([staff_id, action, subject, secrets.token_urlsafe(16), email])
        )

    def read(
        self, value: str, staff_id: int, action: Permission, subject_id: UUID | None
    ) -> Intent:
        """Return the intent of a form that was sent.

        Raises:
            IntentRefusedError: it is not for this person, action and subject, or a day old.

        """
        try:
            loaded: Any = self._signer.loads(value, max_age=GOOD_FOR_S)
        except BadSignature:
            raise IntentRefusedError from None
        owner, named, subject, nonce, email = loaded
        about = UUID(subject) if subject else None
        if (owner, named, about) != (staff_id, action, subject_id):
            raise IntentRefusedError
        return Intent(staff_id, action, about, nonce, email)
