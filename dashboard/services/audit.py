"""The audit of what staff do and of what they were refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dashboard.services.obstacles import RUNNING_FOR_AT_MOST
from dashboard.services.ports import Clock
from dashboard.services.roles import Permission
from dashboard.services.tokens import LIFETIME
from dashboard.store import audit, audit_check, audit_lines, registrations
from dashboard.store.audit import Chain, Finding, NewEntry, Outcome
from dashboard.store.audit_head import Head
from dashboard.store.audit_lines import AuditLine, AuditRow, LineFilters
from dashboard.store.database import Database
from dashboard.store.limits import LimitStorage

__all__ = [
    "ACTIONS",
    "Action",
    "Audit",
    "AuditPage",
    "Head",
    "LineFilters",
    "Outcome",
    "may_exist_until",
]

PAGE = 50
REFUSED_ONCE_S = 300


class Action(StrEnum):
    """What the audit names, beside the permissions of guarded actions."""

    LOG_IN = "auth:login"
    LOG_OUT = "auth:logout"
    SSO_LINK = "auth:sso"  # an account at the provider is a member's from now on
    AUDIT_EXPORT = "audit:export"
    ACCOUNT_CHANGE = "account:change"
    ACCOUNT_PASSWORD = "account:password"  # noqa: S105  the name of an action
    ACCOUNT_PASSKEY_ADD = "account:passkey_add"
    ACCOUNT_PASSKEY_REMOVE = "account:passkey_remove"
    ACCOUNT_AUTHENTICATOR_ADD = "account:authenticator_add"
    ACCOUNT_AUTHENTICATOR_REMOVE = "account:authenticator_remove"
    ACCOUNT_RECOVERY_CODES = "account:recovery_codes"
    CREDENTIALS_ACKNOWLEDGE = "credentials:acknowledge"
    CREDENTIALS_ADD = "credentials:add"
    CREDENTIALS_FALL_BACK = "credentials:fall_back"
    CREDENTIALS_FORGET = "credentials:forget"
    CREDENTIALS_FREEZE = "credentials:freeze"
    CREDENTIALS_PROVE = "credentials:prove"
    CREDENTIALS_RESTORE = "credentials:restore"
    CREDENTIALS_SWITCH = "credentials:switch"
    CREDENTIALS_THAW = "credentials:thaw"
    CONFIRM = "auth:confirm"
    DATABASE_RESTORE = "db:restore"
    LINK_USE = "auth:link"
    PASSWORD_SHOWN = "auth:password"  # noqa: S105  the name of an action; a second step follows
    KYC_EXPORT = "kyc:export"
    KYC_IMPORT = "kyc:import"
    SESSION_END = "session:end"
    STAFF_ADD = "staff:add"
    STAFF_ROLE = "staff:role"
    STAFF_LINK = "staff:link"
    STAFF_RESET = "staff:reset"
    STAFF_DISABLE = "staff:disable"
    STAFF_ENABLE = "staff:enable"
    STAFF_WITHDRAW = "staff:withdraw"
    STAFF_REQUIRE = "staff:require"
    STAFF_FACTORS = "staff:factors"
    STAFF_SESSIONS = "staff:sessions"


ACTIONS = tuple(sorted({*(action.value for action in Action), *Permission}))


@dataclass(frozen=True)
class AuditPage:
    """A page of the audit, and who may be asked for by name."""

    lines: tuple[AuditLine, ...]
    more: bool
    people: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class AuditEntry:
    """A line with all of its rows; `email` is whom an attempt to register was about."""

    line: AuditLine
    rows: tuple[AuditRow, ...]
    email: str | None


class Audit:
    """Writes and checks the chain."""

    def __init__(self, database: Database, chain: Chain, clock: Clock) -> None:
        self._database = database
        self._chain = chain
        self._clock = clock
        self._limits = LimitStorage(database, clock)

    def refused(
        self,
        staff_id: int,
        permission: Permission,
        *,
        subject_id: str | None,
        request_id: str,
        details: Mapping[str, str],
    ) -> None:
        """Record that somebody asked for what their roles do not allow.

        The same again within five minutes is not recorded: a flood must not fill the audit.

        Raises:
            StoreError: the audit cannot be written.

        """
        asked = f"refused/{staff_id}/{'/'.join(details.values())}/{subject_id}"
        if self._limits.get(asked):
            return
        with self._database.write() as connection:
            audit.append(
                connection,
                self._chain,
                NewEntry(
                    at=self._clock(),
                    action=permission.value,
                    outcome=Outcome.REJECTED,
                    staff_id=staff_id,
                    subject_kind="user" if subject_id else None,
                    subject_id=subject_id,
                    details={"cause": "role", **details},
                    request_id=request_id,
                ),
            )
        self._limits.incr(asked, REFUSED_ONCE_S)

    def search(self, filters: LineFilters) -> AuditPage:
        """Return a page of lines, newest first."""
        with self._database.read() as connection:
            found = audit_lines.lines(connection, filters, PAGE + 1, self._given_up_at())
            people = audit_lines.people(connection)
        return AuditPage(tuple(found[:PAGE]), len(found) > PAGE, tuple(people))

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
        """Return the last row, to be written down elsewhere."""
        with self._database.read() as connection:
            return audit.head(connection)

    def find_lost(self, known: Iterable[Head]) -> Head | None:
        """Return the first of the rows noted elsewhere that is no longer there as it was."""
        with self._database.read() as connection:
            return next((head for head in known if not audit.holds(connection, head)), None)

    def verify(self) -> Finding | None:
        """Return the first row at which the chain does not hold, or None."""
        with self._database.read() as connection:
            return audit_check.verify(connection, self._chain.keys)

    def _given_up_at(self) -> datetime:
        return self._clock() - RUNNING_FOR_AT_MOST


def may_exist_until(line: AuditLine) -> datetime | None:
    """Return when a token would end whose answer was lost; None for everything else."""
    lost = line.action == Permission.TOKENS_ISSUE and line.outcome is Outcome.UNKNOWN
    return line.at + LIFETIME if lost else None
