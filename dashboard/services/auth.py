"""Logging in and out: limits before hashing, one answer for every refusal, all of it audited."""

from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.strategies import FixedWindowRateLimiter

from dashboard.keyring import Keys
from dashboard.services import passwords
from dashboard.services.audit import Action
from dashboard.services.ports import Clock
from dashboard.store import audit, staff
from dashboard.store.audit import Chain, NewEntry, Outcome
from dashboard.store.database import Database
from dashboard.store.limits import LimitStorage
from dashboard.store.staff import StaffMember

# One address alone can never fill the count of an email: nobody locks a colleague out from afar.
PER_EMAIL_AND_ADDRESS = parse("10 per 5 minutes")
PER_ADDRESS = parse("30 per 5 minutes")
PER_EMAIL = parse("60 per 5 minutes")
EVERYBODY = parse("300 per 5 minutes")

Counters = tuple[tuple[RateLimitItem, tuple[str, ...]], ...]


@dataclass(frozen=True)
class LoggedIn:
    """Email and password match."""

    staff: StaffMember


@dataclass(frozen=True)
class Refused:
    """They do not, or the person is unknown or disabled: which one is not told."""


@dataclass(frozen=True)
class Limited:
    """Too many tries; the next one counts after `retry_after_s` seconds."""

    retry_after_s: int


class Auth:
    """Who may come in."""

    def __init__(self, database: Database, chain: Chain, limit_keys: Keys, clock: Clock) -> None:
        self._database = database
        self._chain = chain
        self._limit_keys = limit_keys
        self._clock = clock
        self._storage = LimitStorage(database, clock)
        self._limiter = FixedWindowRateLimiter(self._storage)

    def log_in(
        self, email: str, password: str, *, address: str, request_id: str
    ) -> LoggedIn | Refused | Limited:
        """Check email and password, and record the try.

        Raises:
            StoreError: nothing can be recorded, so nobody comes in.

        """
        if limited := self._limited(email, address, request_id):
            return limited
        with self._database.read() as connection:
            member = staff.find(connection, email)
        matches = passwords.verify(member.password_hash if member else None, password)
        if member is None or not matches or not member.active:
            self._record(
                Outcome.REJECTED, member, address, request_id, cause=_cause(member, matches=matches)
            )
            return Refused()
        self._record(Outcome.SUCCEEDED, member, address, request_id)
        self._give_back(email, address)
        return LoggedIn(member)

    def log_out(self, staff_id: int, *, request_id: str) -> None:
        """Record that somebody logged out."""
        entry = NewEntry(
            at=self._clock(),
            action=Action.LOG_OUT,
            outcome=Outcome.SUCCEEDED,
            staff_id=staff_id,
            request_id=request_id,
        )
        with self._database.write() as connection:
            audit.append(connection, self._chain, entry)

    def _counters(self, email: str, address: str) -> Counters:
        who = self._mac(email)
        return (
            (PER_EMAIL_AND_ADDRESS, (who, address)),
            (PER_ADDRESS, (address,)),
            (PER_EMAIL, (who,)),
            (EVERYBODY, ()),
        )

    def _give_back(self, email: str, address: str) -> None:
        """Count failures alone: an office behind one address logs in at nine o'clock."""
        for limit, names in self._counters(email, address):
            self._storage.incr(limit.key_for(*names), limit.get_expiry(), -1)
        self._limiter.clear(PER_EMAIL_AND_ADDRESS, self._mac(email), address)

    def _limited(self, email: str, address: str, request_id: str) -> Limited | None:
        for limit, names in self._counters(email, address):
            if not self._limiter.hit(limit, *names):
                self._record_first_over(limit, names, address, request_id)
                ends = self._limiter.get_window_stats(limit, *names).reset_time
                return Limited(max(1, round(ends - self._clock().timestamp())))
        return None

    def _record_first_over(
        self, limit: RateLimitItem, names: tuple[str, ...], address: str, request_id: str
    ) -> None:
        """Record the first refusal of a window alone: a flood must not fill the audit."""
        if self._storage.get(limit.key_for(*names)) == limit.amount + 1:
            self._record(Outcome.REJECTED, None, address, request_id, cause="limit")

    def _record(
        self,
        outcome: Outcome,
        member: StaffMember | None,
        address: str,
        request_id: str,
        cause: str | None = None,
    ) -> None:
        entry = NewEntry(
            at=self._clock(),
            action=Action.LOG_IN,
            outcome=outcome,
            staff_id=member.id if member else None,
            details={"address": address, **({"cause": cause} if cause else {})},
            request_id=request_id,
        )
        with self._database.write() as connection:
            audit.append(connection, self._chain, entry)
            if member and outcome is Outcome.SUCCEEDED:
                staff.seen(connection, member.id, entry.at)

    def _mac(self, email: str) -> str:
        """Return what stands for the email in a counter's name: people mistype passwords there."""
        return self._limit_keys.current.mac(email.strip().lower().encode())


def _cause(member: StaffMember | None, *, matches: bool) -> str:
    if member is None:
        return "unknown"
    return "disabled" if matches else "password"
