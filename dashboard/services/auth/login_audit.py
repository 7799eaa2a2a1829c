"""Audit entries of log-ins that began no session. `Sessions.start` records those that did."""

from dataclasses import replace

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import STRANGERS, VISITS
from dashboard.services.recorder.recorder import NO_DETAILS, AuditRecorder, Details
from dashboard.store.audit.chain import Chain, Outcome
from dashboard.store.db.database import Database, Transaction
from dashboard.store.limits.table import LimitStorage
from dashboard.store.staff.members import StaffMember

PASSWORD_SHOWN_ONCE_S = 300


class LoginAudit:
    """Records tries. Raises StoreError: what can't be recorded does not happen."""

    def __init__(self, database: Database, chain: Chain, clock: Clock) -> None:
        self._database = database
        self._recorder = AuditRecorder(chain, clock)
        self._clock = clock
        self._limits = LimitStorage(database, clock)

    def password_shown(self, member: StaffMember, stranger: Actor) -> None:
        """Record that the password was right, whatever comes of the second step.

        The same from the same address within five minutes is not recorded: a flood must not fill
        the audit.
        """
        shown = f"half way/{member.id}/{stranger.address}"
        if self._limits.counts({shown: PASSWORD_SHOWN_ONCE_S})[shown]:
            return
        with self._database.write() as connection:
            self._append(connection, Action.PASSWORD_SHOWN, Outcome.SUCCEEDED, member, stranger)
        self._limits.incr(shown, PASSWORD_SHOWN_ONCE_S)

    def refused(self, member: StaffMember | None, cause: str, stranger: Actor) -> None:
        """Record a refused log-in."""
        with self._database.write() as connection:
            details = {"cause": cause}
            self._append(connection, Action.LOG_IN, Outcome.REJECTED, member, stranger, details)

    def _append(
        self,
        connection: Transaction,
        action: Action,
        outcome: Outcome,
        member: StaffMember | None,
        stranger: Actor,
        details: Details = NO_DETAILS,
    ) -> None:
        allowance = VISITS if outcome is Outcome.SUCCEEDED else STRANGERS
        actor = replace(stranger, staff_id=member.id if member else None)
        details = {"address": stranger.address, **details}
        self._recorder.note(connection, action, actor, None, outcome, allowance, details)
