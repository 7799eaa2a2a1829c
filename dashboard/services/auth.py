"""Logging in and out: limits before hashing, one answer for every refusal, all of it audited."""

from dataclasses import dataclass

from dashboard.services import passwords
from dashboard.services.audit import Action
from dashboard.services.ports import Clock
from dashboard.services.tries import Limited, Tries
from dashboard.store import audit, staff
from dashboard.store.audit import Chain, NewEntry, Outcome
from dashboard.store.database import Database
from dashboard.store.staff import StaffMember


@dataclass(frozen=True)
class LoggedIn:
    """Email and password match."""

    staff: StaffMember


@dataclass(frozen=True)
class Refused:
    """They do not, or the person is unknown or disabled: which one is not told."""


class Auth:
    """Who may come in."""

    def __init__(self, database: Database, chain: Chain, tries: Tries, clock: Clock) -> None:
        self._database = database
        self._chain = chain
        self._tries = tries
        self._clock = clock

    def log_in(
        self, email: str, password: str, *, address: str, request_id: str
    ) -> LoggedIn | Refused | Limited:
        """Check email and password, and record the try.

        Raises:
            StoreError: nothing can be recorded, so nobody comes in.

        """
        if limited := self._tries.count(email, address):
            if limited.is_first:
                self._record(Outcome.REJECTED, None, address, request_id, cause="limit")
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
        self._tries.forgive(email, address)
        return LoggedIn(member)

    def refuse(self, email: str, *, address: str, request_id: str) -> None:
        """Record a try where passwords let nobody in; nothing is looked up or compared.

        Raises:
            StoreError: it cannot be recorded.

        """
        limited = self._tries.count(email, address)
        if limited is None or limited.is_first:
            self._record(Outcome.REJECTED, None, address, request_id, cause="switched off")

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


def _cause(member: StaffMember | None, *, matches: bool) -> str:
    if member is None:
        return "unknown"
    return "disabled" if matches else "password"
