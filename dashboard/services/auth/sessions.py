"""Sessions of staff: idle and absolute limits, with the owner's current state."""

import secrets
from dataclasses import replace
from datetime import timedelta

import structlog

from dashboard.crypto.hashing import hash_secret
from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.auth.models import (
    CONFIRMED_FOR,
    Method,
    OpenSession,
    SessionOverError,
    Showing,
)
from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import VISITS
from dashboard.services.recorder.recorder import AuditRecorder
from dashboard.store.audit.chain import Chain, Outcome
from dashboard.store.auth import sessions
from dashboard.store.auth.sessions import LoginContext, StoredSession
from dashboard.store.db.columns import read_back
from dashboard.store.db.database import Database, StoreError, Transaction
from dashboard.store.db.timeouts import BRIEFLY_MS, BUSY_TIMEOUT_MS
from dashboard.store.staff import members as staff
from dashboard.store.staff.members import StaffMember

__all__ = [
    "CONFIRMED_FOR",
    "LoginContext",
    "Method",
    "OpenSession",
    "SessionOverError",
    "Sessions",
    "Showing",
]

TOUCH_EVERY = timedelta(seconds=30)
KNOWN_FOR = timedelta(days=1)  # whose session it was, after its end
PER_PERSON = 50  # beyond that the one seen longest ago ends
log = structlog.get_logger()


class Sessions:
    """Starts, finds and ends sessions. A log-in and a confirmation are recorded with theirs."""

    def __init__(
        self,
        database: Database,
        chain: Chain,
        clock: Clock,
        *,
        idle: timedelta,
        longest: timedelta,
    ) -> None:
        self._database = database
        self._recorder = AuditRecorder(chain, clock)
        self._clock = clock
        self._idle = idle
        self._longest = longest

    def find(self, token: str) -> OpenSession | None:
        """Return the session of this cookie, None when it has ended or its owner is disabled."""
        with self._database.read() as connection:
            session = self._open(sessions.find(connection, hash_secret(token)))
        return session if session and not session.is_over else None

    def find_ended(self, token: str) -> OpenSession | None:
        """Return a session that came to its end within a day. It opens nothing any more.

        Its owner gets back what was typed meanwhile. A session that was ended on purpose is not
        returned.
        """
        with self._database.read() as connection:
            session = self._open(sessions.find(connection, hash_secret(token)))
        if session is None or not session.is_over:
            return None
        ended_at = min(session.idle_ends_at, session.ends_at)
        is_known = timedelta() <= self._clock() - ended_at < KNOWN_FOR
        return session if is_known else None

    def of(self, staff_id: int) -> list[OpenSession]:
        """Return a person's valid sessions, most recently seen first."""
        with self._database.read() as connection:
            stored = sessions.of(connection, staff_id)
        return [each for each in map(self._open, stored) if each and not each.is_over]

    def start(
        self,
        shown: StaffMember,
        data: str,
        beginning: LoginContext,
        log_in: Showing | None = None,
        *,
        replaces: str | None = None,
    ) -> str | None:
        """Start a session in place of another one, if any; return the random id for the cookie.

        Return None if the proof became stale meanwhile: the member was disabled, or changed
        password or factors, while it was checked. That ended their sessions.

        Raises:
            StoreError: nothing can be recorded, so no one logs in.

        """
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._database.write() as connection:
            member = staff.find_by_id(connection, shown.id)
            if member is None or _ways_in(member) != _ways_in(shown):
                return None
            if log_in:
                self._record(connection, Action.LOG_IN, log_in, shown.id)
                staff.seen(connection, shown.id, now)
            if replaces:
                sessions.remove(connection, replaces)
            sessions.remove_older(connection, now - self._idle - KNOWN_FOR)
            sessions.remove_beyond(connection, shown.id, PER_PERSON - 1)
            sessions.add(connection, hash_secret(token), shown.id, now, data, beginning)
        return token

    def remove_old(self) -> None:
        """Remove sessions that ended more than a day ago.

        Raises:
            StoreError: the database cannot be used.

        """
        before = self._clock() - self._idle - KNOWN_FOR
        with self._database.read() as connection:
            if not sessions.has_older(connection, before):
                return
        with self._database.write() as connection:
            sessions.remove_older(connection, before)

    def renew(
        self, session: OpenSession, data: str, confirmation: Showing | None = None
    ) -> str | None:
        """Give a session a new id after a confirmation; return the id, None if it has ended.

        Raises:
            StoreError: nothing can be recorded, so nothing is confirmed.

        """
        token = secrets.token_urlsafe(32)
        with self._database.write() as connection:
            new_hash, now = hash_secret(token), self._clock()
            if not sessions.renew(connection, session.id_hash, new_hash, data, now):
                return None
            if confirmation:
                self._record(connection, Action.CONFIRM, confirmation, session.staff.id)
        return token

    def save(self, id_hash: str, data: str, wait_ms: int) -> None:
        """Replace a session's data. If that fails, a message is shown twice, or not at all.

        What was done was done: the answer must not say that nothing was.
        """
        try:
            with self._database.write(wait_ms) as connection:
                sessions.set_data(connection, id_hash, data)
        except StoreError as error:
            log.warning("session_not_saved", cause=str(error))

    def touch(self, session: OpenSession, actor: Actor) -> OpenSession:
        """Restart the idle time. Within half a minute of the last time, nothing is written.

        Where that fails, the session is as it was: no one stays longer for it, and reads go on.
        """
        now = self._clock()
        if abs(now - session.seen_at) < TOUCH_EVERY:
            return session
        try:
            with self._database.write(BRIEFLY_MS) as connection:
                sessions.set_seen(connection, session.id_hash, now)
                staff.seen(connection, session.staff.id, now)
        except StoreError as error:
            log.warning("session_not_extended", cause=str(error), request_id=actor.request_id)
            return session
        return replace(session, seen_at=now, idle_ends_at=now + self._idle)

    def end(self, id_hash: str, wait_ms: int = BUSY_TIMEOUT_MS) -> None:
        """End a session."""
        with self._database.write(wait_ms) as connection:
            sessions.remove(connection, id_hash)

    def _record(
        self, connection: Transaction, action: Action, showing: Showing, staff_id: int
    ) -> None:
        actor = replace(showing.by, staff_id=staff_id)
        details = {"address": actor.address, "method": showing.method.value}
        self._recorder.note(connection, action, actor, None, Outcome.SUCCEEDED, VISITS, details)

    def _open(self, stored: StoredSession | None) -> OpenSession | None:
        """Return the session as it is now, None where its owner is disabled.

        One that began in a future further off than sessions last would be next to immortal: the
        clock was put back, and it has ended.
        """
        if stored is None or not stored.staff.active:
            return None
        now, began_at = self._clock(), stored.created_at
        idle_ends_at, ends_at = stored.seen_at + self._idle, began_at + self._longest
        return OpenSession(
            id_hash=stored.id_hash,
            staff=stored.staff,
            data=stored.data,
            started_at=began_at,
            seen_at=stored.seen_at,
            idle_ends_at=idle_ends_at,
            ends_at=ends_at,
            is_over=now >= min(idle_ends_at, ends_at) or began_at - now >= self._longest,
            method=read_back(Method, stored.method, Method.PASSWORD),
            confirmed_at=stored.confirmed_at,
            address=stored.address,
            browser=stored.browser,
        )


def require_open(connection: Transaction, session: OpenSession) -> StaffMember:
    """Return whose session it is, asked inside the transaction that changes their ways in.

    Raises:
        SessionOverError: it was ended meanwhile.

    """
    stored = sessions.find(connection, session.id_hash)
    if stored is None or not stored.staff.active:
        raise SessionOverError
    return stored.staff


def _ways_in(member: StaffMember) -> tuple[object, ...]:
    factors = (member.has_passkey, member.has_authenticator, member.has_sso_account)
    return (member.active, member.password_hash, *factors)
