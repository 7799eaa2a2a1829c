"""The audit of what staff do and of what they were refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dashboard.services.ports import Clock
from dashboard.services.roles import Permission
from dashboard.store import audit, audit_lines
from dashboard.store.audit import Chain, Finding, NewEntry, Outcome
from dashboard.store.audit_lines import AuditLine, AuditRow, LineFilters
from dashboard.store.database import Database

__all__ = ["ACTIONS", "Action", "Audit", "AuditPage", "LineFilters", "Outcome"]

PAGE = 50


class Action(StrEnum):
    """What the audit names, beside the permissions of guarded actions."""

    LOG_IN = "auth:login"
    LOG_OUT = "auth:logout"
    LINK_USE = "auth:link"
    ACCOUNT_CHANGE = "account:change"
    ACCOUNT_PASSWORD = "account:password"  # noqa: S105  the name of an action
    DATABASE_RESTORE = "db:restore"
    KYC_IMPORT = "kyc:import"
    STAFF_ADD = "staff:add"
    STAFF_ROLE = "staff:role"
    STAFF_LINK = "staff:link"
    STAFF_RESET = "staff:reset"
    STAFF_DISABLE = "staff:disable"
    STAFF_ENABLE = "staff:enable"


ACTIONS = tuple(sorted({*(action.value for action in Action), *Permission}))


@dataclass(frozen=True)
class AuditPage:
    """A page of the audit, and who may be asked for by name."""

    lines: tuple[AuditLine, ...]
    more: bool
    people: tuple[tuple[str, str], ...]


class Audit:
    """Writes and checks the chain."""

    def __init__(self, database: Database, chain: Chain, clock: Clock) -> None:
        self._database = database
        self._chain = chain
        self._clock = clock

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

        Raises:
            StoreError: the audit cannot be written.

        """
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

    def search(self, filters: LineFilters) -> AuditPage:
        """Return a page of lines, newest first."""
        with self._database.read() as connection:
            found = audit_lines.lines(connection, filters, PAGE + 1)
            people = audit_lines.people(connection)
        return AuditPage(tuple(found[:PAGE]), len(found) > PAGE, tuple(people))

    def find(self, seq: int) -> tuple[AuditLine, list[AuditRow]] | None:
        """Return a line with all of its rows, None where there is no such line."""
        with self._database.read() as connection:
            return audit_lines.find(connection, seq)

    def verify(self) -> Finding | None:
        """Return the first row at which the chain does not hold, or None."""
        with self._database.read() as connection:
            return audit.verify(connection, self._chain.keys)
