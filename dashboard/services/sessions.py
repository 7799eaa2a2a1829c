"""Sessions of staff: an idle and an absolute limit, and whose they are at this very moment."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from dashboard.services.ports import Clock
from dashboard.store import sessions, staff
from dashboard.store.database import BRIEFLY_MS, BUSY_TIMEOUT_MS, Database, StoreError
from dashboard.store.sessions import Beginning, StoredSession
from dashboard.store.staff import StaffMember

__all__ = ["Beginning", "Method", "OpenSession", "Sessions"]

TOUCH_EVERY = timedelta(seconds=30)
log = structlog.get_logger()


class Method(StrEnum):
    """How somebody came in."""

    PASSWORD = "password"  # noqa: S105  the name of a method
    CODE = "code"  # a password and a code of an authenticator app
    PASSKEY = "passkey"
    RECOVERY = "recovery"  # a password and a recovery code
    LINK = "link"
    SSO = "sso"


@dataclass(frozen=True)
class OpenSession:
    """A session that is good now. `data` is the web layer's JSON."""

    id_hash: str
    staff: StaffMember
    data: str
    seen_at: datetime
    idle_ends_at: datetime
    ends_at: datetime  # the absolute limit
    method: Method
    confirmed_at: datetime | None  # when its owner last showed who they are


class Sessions:
    """Starts, finds and ends sessions."""

    def __init__(
        self, database: Database, clock: Clock, *, idle: timedelta, longest: timedelta
    ) -> None:
        self._database = database
        self._clock = clock
        self._idle = idle
        self._longest = longest

    def find(self, token: str) -> OpenSession | None:
        """Return the session of this cookie, None when it is over or its owner is disabled."""
        with self._database.read() as connection:
            stored = sessions.find(connection, _hash(token))
        if stored is None:
            return None
        session = self._open(stored)
        if stored.staff.active and self._lasts(session):
            return session
        try:
            self.end(stored.id_hash, BRIEFLY_MS)
        except StoreError as error:  # it is over all the same
            log.warning("session_not_removed", cause=str(error))
        return None

    def start(self, staff_id: int, data: str, beginning: Beginning) -> str:
        """Start a session; return the random id for the cookie."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._database.write() as connection:
            sessions.remove_older(connection, now - self._idle)
            sessions.add(connection, _hash(token), staff_id, now, data, beginning)
        return token

    def renew(self, id_hash: str, data: str) -> str:
        """Give a session another id, for its owner has shown who they are; return the id."""
        token = secrets.token_urlsafe(32)
        with self._database.write() as connection:
            sessions.renew(connection, id_hash, _hash(token), data, self._clock())
        return token

    def save(self, id_hash: str, data: str, wait_ms: int) -> None:
        """Replace what a session holds. Where that fails, a message is shown twice, or not at all.

        What was done was done: the answer must not say that nothing was.
        """
        try:
            with self._database.write(wait_ms) as connection:
                sessions.set_data(connection, id_hash, data)
        except StoreError as error:
            log.warning("session_not_saved", cause=str(error))

    def touch(self, session: OpenSession) -> OpenSession:
        """Start the idle time anew. Within half a minute of the last time, nothing is written.

        Raises:
            StoreError: the database cannot be used, or is busy; the session is as it was.

        """
        now = self._clock()
        if abs(now - session.seen_at) < TOUCH_EVERY:
            return session
        with self._database.write(BRIEFLY_MS) as connection:
            sessions.set_seen(connection, session.id_hash, now)
            staff.seen(connection, session.staff.id, now)
        return replace(session, seen_at=now, idle_ends_at=now + self._idle)

    def end(self, id_hash: str, wait_ms: int = BUSY_TIMEOUT_MS) -> None:
        """End a session."""
        with self._database.write(wait_ms) as connection:
            sessions.remove(connection, id_hash)

    def _lasts(self, session: OpenSession) -> bool:
        """Say whether a session is open now.

        One that began in a future further off than sessions last would be next to immortal: the
        clock was put back.
        """
        now = self._clock()
        began_at = session.ends_at - self._longest
        return now < min(session.idle_ends_at, session.ends_at) and began_at - now < self._longest

    def _open(self, stored: StoredSession) -> OpenSession:
        return OpenSession(
            id_hash=stored.id_hash,
            staff=stored.staff,
            data=stored.data,
            seen_at=stored.seen_at,
            idle_ends_at=stored.seen_at + self._idle,
            ends_at=stored.created_at + self._longest,
            method=Method(stored.method),
            confirmed_at=stored.confirmed_at,
        )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
