"""The audit of what staff do and of what they were refused."""

from collections.abc import Mapping
from enum import StrEnum

from dashboard.services.ports import Clock
from dashboard.services.roles import Permission
from dashboard.store import audit
from dashboard.store.audit import Chain, Finding, NewEntry, Outcome
from dashboard.store.database import Database


class Action(StrEnum):
    """What the audit names, beside the permissions of guarded actions."""

    LOG_IN = "auth:login"
    LOG_OUT = "auth:logout"
    STAFF_ADD = "staff:add"
    STAFF_ROLE = "staff:role"
    STAFF_RESET = "staff:reset"
    STAFF_DISABLE = "staff:disable"


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

    def verify(self) -> Finding | None:
        """Return the first row at which the chain does not hold, or None."""
        with self._database.read() as connection:
            return audit.verify(connection, self._chain.keys)
