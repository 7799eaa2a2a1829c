"""The audit log of staff: their actions and refusals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.attempts.conflicts import RUNNING_FOR_AT_MOST
from dashboard.services.masking.inquiries import without_inquiries
from dashboard.services.masking.personal import without_personal
from dashboard.services.permissions import Permission
from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import REFUSALS
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store import registrations
from dashboard.store.audit import chain as audit
from dashboard.store.audit import check as audit_check
from dashboard.store.audit import lines as audit_lines
from dashboard.store.audit import sought
from dashboard.store.audit import sums as audit_sums
from dashboard.store.audit.chain import Chain, ChainFault, Outcome
from dashboard.store.audit.head import Head
from dashboard.store.audit.lines import AuditLine, AuditRow, LineFilters
from dashboard.store.db.database import Database
from dashboard.store.limits.table import LimitStorage
from dashboard.store.users import sightings
from dashboard.text.ids import find_uuid

__all__ = [
    "ACTIONS",
    "NOT_CHANGES",
    "AuditLog",
    "AuditPage",
    "Head",
    "LineFilters",
    "Outcome",
]

PAGE = 50
GROWS, BATCH_MAX = 8, 20_000  # lines per read of a search
LOOKED_MAX = 100_000  # entries of a search by someone who sees them masked
REFUSED_ONCE_S = 300
NOT_CHANGES = (  # log-ins, log-outs and reads; an export counts, for data leaves with it
    Action.LOG_IN,
    Action.LOG_OUT,
    Action.PASSWORD_SHOWN,
    Action.CONFIRM,
    Permission.USERS_READ,
    Permission.PII_READ,
    Permission.PII_REVEAL,
    Permission.AUDIT_READ,
)


@dataclass(frozen=True)
class AuditPage:
    """A page of the audit log, the people it can be filtered by, and users' emails by ID.

    `older` is the number of the line that the next page follows, None on the last page. A search
    that `stopped` has looked through as many entries as it may.
    """

    lines: tuple[AuditLine, ...]
    older: int | None
    stopped: bool
    people: tuple[tuple[str, str, int], ...]
    emails: Mapping[str, str]


@dataclass(frozen=True)
class AuditEntry:
    """A line with all of its rows; `email` is that of an attempt to register."""

    line: AuditLine
    rows: tuple[AuditRow, ...]
    email: str | None


class AuditLog:
    """Writes and checks the chain."""

    def __init__(self, database: Database, chain: Chain, clock: Clock) -> None:
        self._database = database
        self._chain = chain
        self._recorder = AuditRecorder(chain, clock)
        self._clock = clock
        self._limits = LimitStorage(database, clock)

    def refused(
        self,
        actor: Actor,
        permission: Permission,
        *,
        subject_id: str | None,
        details: Mapping[str, str],
    ) -> bool:
        """Record a request that a person's roles do not allow; return False if it is only counted.

        The same again within five minutes is not recorded, and more than the allowance of
        refusals is counted: a flood must not fill the audit.

        Raises:
            StoreError: the audit cannot be written.

        """
        asked = f"refused/{actor.staff_id}/{'/'.join(details.values())}/{subject_id}"
        if self._limits.get(asked):
            return True
        with self._database.write() as connection:
            has_row = self._recorder.note(
                connection,
                permission.value,
                actor,
                Subject.user(subject_id),
                Outcome.REJECTED,
                REFUSALS,
                {"cause": "role", **details},
            )
        self._limits.incr(asked, REFUSED_ONCE_S)
        return has_row

    def append_sums(self) -> None:
        """Append the totals whose hour has ended.

        Raises:
            StoreError: the database cannot be used.

        """
        with self._database.read() as connection:
            if not audit_sums.total(connection):
                return
        with self._database.write() as connection:
            self._recorder.append_sums(connection)

    def search(self, filters: LineFilters) -> AuditPage:
        """Return a page of lines, newest first."""
        found, looked_to = self._found(filters)
        lines = tuple(found[:PAGE])
        is_full = len(found) > PAGE
        with self._database.read() as connection:
            people = audit_lines.people(connection)
            seen = sightings.newest(connection, _users(lines))
        emails = {str(user_id): facts.email for user_id, facts in seen.items()}
        older = lines[-1].seq if is_full else looked_to
        return AuditPage(lines, older, not is_full and older is not None, tuple(people), emails)

    def leaves_users_out(self, filters: LineFilters) -> bool:
        """Return whether a search by a part of an email goes through only some of its users."""
        if filters.text is None:
            return False
        with self._database.read() as connection:
            return sought.leaves_users_out(connection, filters.text, partly=filters.partly)

    def find(self, seq: int) -> AuditEntry | None:
        """Return a line with all of its rows, None where there is no such line."""
        with self._database.read() as connection:
            found = audit_lines.find(connection, seq, self._given_up_at())
            registration = registrations.of_attempt(connection, seq)
        if found is None:
            return None
        line, rows = found
        return AuditEntry(line, tuple(rows), registration.email if registration else None)

    def line_of(self, seq: int) -> int | None:
        """Return the number of the line that a row belongs to, None where there is no such row."""
        with self._database.read() as connection:
            return audit_lines.line_of(connection, seq)

    def head(self) -> Head:
        """Return the last row, to be noted elsewhere."""
        with self._database.read() as connection:
            return audit.head(connection)

    def find_lost(self, known: Iterable[Head]) -> Head | None:
        """Return the first of the rows noted elsewhere that is no longer there as it was."""
        with self._database.read() as connection:
            return next((head for head in known if not audit.holds(connection, head)), None)

    def verify(self) -> ChainFault | None:
        """Return the first row at which the chain does not hold, or None."""
        with self._database.read() as connection:
            return audit_check.verify(connection, self._chain.keys)

    def _found(self, filters: LineFilters) -> tuple[list[AuditLine], int | None]:
        """Return the lines of a page and one more, without those that only masked text matches.

        There may be many of those: the next batch is larger, for each batch costs a whole search.
        So a search goes through `LOOKED_MAX` entries, and returns where older ones are left: the
        number of those that match would tell what is masked.
        """
        found: list[AuditLine] = []
        size = PAGE + 1
        with self._database.read() as connection:
            if filters.text and not filters.partly:
                newest = filters.before or audit.head(connection).seq + 1
                filters = replace(filters, from_seq=max(1, newest - LOOKED_MAX))
            while len(found) <= PAGE:
                batch = audit_lines.lines(connection, filters, size, self._given_up_at())
                found += [line for line in batch if _is_seen(line, filters)]
                if len(batch) < size:
                    break
                filters = replace(filters, before=batch[-1].seq)
                size = min(GROWS * size, BATCH_MAX)
        has_older = filters.from_seq is not None and filters.from_seq > 1
        return found, filters.from_seq if has_older else None

    def _given_up_at(self) -> datetime:
        return self._clock() - RUNNING_FOR_AT_MOST


def _is_seen(line: AuditLine, filters: LineFilters) -> bool:
    if filters.partly or not filters.text or not line.reason:
        return True
    text, shown = filters.text.casefold(), without_personal(without_inquiries(line.reason))
    return text in shown.casefold() or text not in line.reason.casefold()


def _users(lines: Iterable[AuditLine]) -> list[UUID]:
    ids = (find_uuid(line.subject_id or "") for line in lines if line.subject_kind == "user")
    return [each for each in ids if each]


ACTIONS = tuple(sorted({*(action.value for action in Action), *Permission}))
