"""Sessions of staff: idle and absolute limits, with the owner's current state."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from dashboard.crypto.hashing import hash_secret
from dashboard.services.actors import Actor
from dashboard.services.auth.devices import Device, read_device
from dashboard.services.clocks import is_fresh
from dashboard.services.ports import Clock
from dashboard.store.auth import sessions
from dashboard.store.auth.sessions import LoginContext, StoredSession
from dashboard.store.db.columns import read_back
from dashboard.store.db.database import Database, StoreError, Transaction
from dashboard.store.db.timeouts import BRIEFLY_MS, BUSY_TIMEOUT_MS
from dashboard.store.staff import members as staff
from dashboard.store.staff.members import StaffMember

__all__ = ["LoginContext", "Method", "OpenSession", "Sessions"]

TOUCH_EVERY = timedelta(seconds=30)
CONFIRMED_FOR = timedelta(minutes=5)
KNOWN_FOR = timedelta(days=1)  # whose session it was, after its end
PER_PERSON = 50  # beyond that the one seen longest ago ends
HANDLE = 16  # digits of the hash that name a session to its owner
log = structlog.get_logger()


class Method(StrEnum):
    """How a person logged in."""

    PASSWORD = "password"  # noqa: S105  the name of a method
    CODE = "code"  # a password and a code of an authenticator app
    PASSKEY = "passkey"
    RECOVERY = "recovery"  # a password and a recovery code
    LINK = "link"
    SSO = "sso"


@dataclass(frozen=True)
class OpenSession:
    """A person's session. `data` is the web layer's JSON; it opens nothing once it `is_over`."""

    id_hash: str
    staff: StaffMember
    data: str
    started_at: datetime
    seen_at: datetime
    idle_ends_at: datetime
    ends_at: datetime  # the absolute limit
    is_over: bool
    method: Method
    confirmed_at: datetime | None  # when its owner last showed who they are
    address: str | None
    browser: str | None  # User-Agent

    @property
    def handle(self) -> str:
        """The session's name on its owner's pages. It opens nothing."""
        return self.id_hash[:HANDLE]

    @property
    def device(self) -> Device:
        """The device that its owner logged in with."""
        return read_device(self.browser or "")

    def is_confirmed(self, now: datetime) -> bool:
        """Return whether its owner has just confirmed who they are.

        A confirmation from the future is none: the clock was put back, and it would last.
        """
        at = self.confirmed_at
        return at is not None and is_fresh(at, now, CONFIRMED_FOR)

    def may_begin(self, now: datetime, by_password: bool) -> bool:  # noqa: FBT001  a setting
        """Return whether its owner may set up a first factor without a confirmation.

        Just after a log-in at a provider that does not say when it asked, and only without
        anything else to confirm with: there would be no way to a factor at all.
        """
        has_other = self.staff.has_second_factor or (by_password and self.staff.has_password)
        just_begun = is_fresh(self.started_at, now, CONFIRMED_FOR)
        at_provider = self.method is Method.SSO and self.confirmed_at is None
        return at_provider and just_begun and not has_other


class SessionOverError(Exception):
    """The session ended during the request: nothing was changed."""


class Sessions:
    """Starts, finds and ends sessions."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        idle: timedelta,
        longest: timedelta,
    ) -> None:
        self._database = database
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
        """Return a person's valid sessions, the last one seen first."""
        with self._database.read() as connection:
            stored = sessions.of(connection, staff_id)
        return [each for each in map(self._open, stored) if each and not each.is_over]

    def start(self, shown: StaffMember, data: str, beginning: LoginContext) -> str | None:
        """Start a session; return the random id for the cookie.

        Return None if the proof became stale meanwhile: the member was disabled, or changed
        password or factors, while it was checked. That ended their sessions.
        """
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._database.write() as connection:
            member = staff.find_by_id(connection, shown.id)
            if member is None or _ways_in(member) != _ways_in(shown):
                return None
            sessions.remove_older(connection, now - self._idle - KNOWN_FOR)
            sessions.remove_beyond(connection, shown.id, PER_PERSON - 1)
            sessions.add(connection, hash_secret(token), shown.id, now, data, beginning)
        return token

    def renew(self, id_hash: str, data: str) -> str:
        """Give a session a new id after a confirmation; return the id."""
        token = secrets.token_urlsafe(32)
        with self._database.write() as connection:
            sessions.renew(connection, id_hash, hash_secret(token), data, self._clock())
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
