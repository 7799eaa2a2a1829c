"""Forms typed when a session had ended or needed confirmation: their owner gets them back, once.

A form is encrypted, bound to its owner and page, and kept for an hour (ADR 14).
"""

import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from dashboard.crypto.encryption import Encryptor
from dashboard.crypto.hashing import hash_secret
from dashboard.services.clocks import is_open, latest_end
from dashboard.services.ports import Clock
from dashboard.store.auth import saved_forms as kept_forms
from dashboard.store.auth import sessions
from dashboard.store.auth.saved_forms import Room, StoredForm
from dashboard.store.db.database import Database

SAVED_FORM_TTL = timedelta(hours=1)
PER_PERSON = Room(forms=10, size=256_000)  # beyond that the oldest goes
ALTOGETHER = Room(forms=10_000, size=64_000_000)
log = structlog.get_logger()
Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class KeptForm:
    """The fields of a form, and where it would have been sent to."""

    sent_to: str
    fields: Fields = field(repr=False)


class SavedForms:
    """Keeps forms and gives them back."""

    def __init__(self, database: Database, sealer: Encryptor, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock

    def keep(
        self, staff_id: int, page: str, form: KeptForm, *, ended: str | None = None
    ) -> str | None:
        """Keep a form for the page that shows it; return the handle.

        `ended` is the session that it could not be sent in any more: its first form is kept, and
        None returned for others.

        Raises:
            StoreError: it cannot be kept.

        """
        handle, now = secrets.token_urlsafe(32), self._clock()
        plain = json.dumps([form.sent_to, form.fields])
        sealed = self._sealer.seal(plain, _about(staff_id, page))
        stored = StoredForm(
            handle_hash=hash_secret(handle),
            staff_id=staff_id,
            page=page,
            sealed=sealed,
            size=len(sealed),
            key_id=self._sealer.key_id,
            expires_at=now + SAVED_FORM_TTL,
        )
        with self._database.write() as connection:
            if ended and not sessions.remove(connection, ended):
                return None
            kept_forms.remove_expired(connection, now, latest_end(now, SAVED_FORM_TTL))
            dropped = kept_forms.drop_oldest(connection, PER_PERSON.beside(stored), staff_id)
            dropped += kept_forms.drop_oldest(connection, ALTOGETHER.beside(stored))
            kept_forms.add(connection, stored)
        if dropped:
            log.warning("kept_forms_dropped", staff_id=staff_id, number=dropped)
        return handle

    def sweep(self) -> None:
        """Delete forms that were never fetched in time.

        Raises:
            StoreError: the database cannot be used.

        """
        now = self._clock()
        span = (now, latest_end(now, SAVED_FORM_TTL))
        with self._database.read() as connection:
            if not kept_forms.has_expired(connection, *span):
                return
        with self._database.write() as connection:
            kept_forms.remove_expired(connection, *span)

    def take(self, handle: str, staff_id: int, page: str) -> KeptForm | None:
        """Return a form to its owner on its page, and forget it; to anyone else it is not there.

        Raises:
            StoreError: it cannot be forgotten, so it is kept.

        """
        with self._database.read() as connection:
            stored = kept_forms.find(connection, hash_secret(handle))
        if stored is None or (stored.staff_id, stored.page) != (staff_id, page):
            return None
        if not is_open(stored.expires_at, self._clock(), SAVED_FORM_TTL):
            return None
        with self._database.write() as connection:
            if kept_forms.find(connection, stored.handle_hash) is None:
                return None  # another request was quicker
            kept_forms.remove(connection, stored.handle_hash)
        plain = self._sealer.open(stored.sealed, stored.key_id, _about(staff_id, page))
        return _form(plain) if plain else None


def _form(plain: str) -> KeptForm:
    sent_to, fields = json.loads(plain)
    return KeptForm(sent_to, tuple((name, value) for name, value in fields))


def _about(staff_id: int, page: str) -> str:
    return f"kept for {staff_id} on {page}"
