"""Logging in and out: limits before hashing, one answer for every refusal, all of it audited."""

from dataclasses import dataclass, replace

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.auth import passwords
from dashboard.services.auth.hash_places import Places
from dashboard.services.auth.login_audit import LoginAudit
from dashboard.services.auth.sessions import OpenSession
from dashboard.services.auth.throttle import FromOutside, LoginThrottle, Stranger, Throttled
from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import VISITS
from dashboard.services.recorder.recorder import AuditRecorder
from dashboard.store.audit.chain import Chain, Outcome
from dashboard.store.auth import sessions
from dashboard.store.db.database import Database
from dashboard.store.staff import members as staff
from dashboard.store.staff.members import StaffMember


@dataclass(frozen=True)
class LoggedIn:
    """The log-in needs no further step."""

    staff: StaffMember


@dataclass(frozen=True)
class SecondFactorNeeded:
    """Email and password match; a second factor is asked for before anything else happens."""

    staff: StaffMember


@dataclass(frozen=True)
class LoginRefused:
    """The log-in is refused: wrong, unknown or disabled, and the answer doesn't say which."""


@dataclass(frozen=True)
class Overloaded:
    """Too many log in right now: nothing was compared, and the try does not count."""

    retry_after_s: int = 2


class PasswordLogin:
    """Log-in by password. `at_once` is how many passwords may wait for hashing in this process."""

    def __init__(
        self, database: Database, chain: Chain, tries: LoginThrottle, clock: Clock, *, at_once: int
    ) -> None:
        self._places = Places(at_once)
        self._database = database
        self._recorder = AuditRecorder(chain, clock)
        self._tries = tries
        self._log_ins = LoginAudit(database, chain, clock)

    def log_in(
        self, email: str, password: str, stranger: Stranger
    ) -> LoggedIn | SecondFactorNeeded | LoginRefused | Throttled | Overloaded:
        """Check email and password. A refusal is recorded here, a log-in with its session.

        Raises:
            StoreError: nothing can be recorded.

        """
        known, source = self._tries.is_known(stranger), FromOutside(email, stranger)
        if self._places.are_taken(known=known):
            return Overloaded()
        if limited := self._tries.hit(source):
            if limited.is_first:
                self._log_ins.refused(None, "limit", stranger)
            return limited
        with self._database.read() as connection:
            member = staff.find(connection, email)
        with self._places.take(known=known) as is_free:
            hashed = member.password_hash if member else None
            matches = is_free and passwords.verify(hashed, password)
        if not is_free:
            self._tries.take_back(source)
            return Overloaded()
        if member is None or not matches or not member.active:
            self._log_ins.refused(member, _cause(member, matches=matches), stranger)
            return LoginRefused()
        self._tries.reset(replace(source, mfa_pending=member.has_second_factor))
        if member.has_second_factor:
            self._log_ins.password_shown(member, stranger)
            return SecondFactorNeeded(member)
        return LoggedIn(member)

    def refuse(self, email: str, stranger: Stranger) -> None:
        """Record a try where password log-in is off; nothing is looked up or compared.

        Raises:
            StoreError: it cannot be recorded.

        """
        limited = self._tries.hit(FromOutside(email, stranger))
        if limited is None or limited.is_first:
            self._log_ins.refused(None, "switched off", stranger)

    def log_out(self, session: OpenSession, actor: Actor) -> None:
        """End the session and record the log-out: both, or neither.

        Raises:
            StoreError: nothing can be recorded, so the session goes on.

        """
        with self._database.write() as connection:
            sessions.remove(connection, session.id_hash)
            self._recorder.note(connection, Action.LOG_OUT, actor, None, Outcome.SUCCEEDED, VISITS)


def _cause(member: StaffMember | None, *, matches: bool) -> str:
    if member is None:
        return "unknown"
    return "disabled" if matches else "password"
