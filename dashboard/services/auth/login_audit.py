"""Audit entries of log-ins: who, from where, by which method, or why not."""

from collections.abc import Callable
from dataclasses import replace

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.auth.sessions import Method
from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import STRANGERS, VISITS
from dashboard.services.recorder.recorder import NO_DETAILS, AuditRecorder, Details
from dashboard.store.audit.chain import Chain, Outcome
from dashboard.store.db.database import Database, Transaction
from dashboard.store.limits.table import LimitStorage
from dashboard.store.staff import members as staff
from dashboard.store.staff.members import StaffMember

PASSWORD_SHOWN_ONCE_S = 300
# Links an account at the provider to a member, inside the transaction of their log-in.
Linking = Callable[[Transaction, StaffMember], StaffMember | None]


class LoginAudit:
    """Records log-ins. Raises StoreError: a log-in that can't be recorded does not happen."""

    def __init__(self, database: Database, chain: Chain, clock: Clock) -> None:
        self._database = database
        self._recorder = AuditRecorder(chain, clock)
        self._clock = clock
        self._limits = LimitStorage(database, clock)

    def succeeded(
        self,
        member: StaffMember,
        method: Method,
        stranger: Actor,
        linking: Linking | None = None,
    ) -> StaffMember:
        """Record a log-in, with its linked account if any; return the member as they are now.

        Both are kept or neither: without the link there is no log-in.
        """
        details = {"method": method.value}
        with self._database.write() as connection:
            self._append(connection, Action.LOG_IN, Outcome.SUCCEEDED, member, stranger, details)
            staff.seen(connection, member.id, self._clock())
            return (linking and linking(connection, member)) or member

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
