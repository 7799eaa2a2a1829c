"""Revealing one user's personal data to staff who see it masked, only if it can be recorded.

Within a budget: revealing one user after the other would copy them all.
"""

from datetime import timedelta
from uuid import UUID

from dashboard.services.actors import Actor
from dashboard.services.attempts.conflicts import recording
from dashboard.services.permissions import Permission
from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import Budget
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.audit import entries
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.users import sightings

ACTION = Permission.PII_REVEAL.value
ONCE = timedelta(minutes=5)


class PiiReveals:
    """Records who reveals which user."""

    def __init__(self, database: Database, chain: Chain, clock: Clock, budget: Budget) -> None:
        self._database = database
        self._recorder = AuditRecorder(chain, clock)
        self._clock = clock
        self._budget = budget

    def is_known(self, user_id: UUID) -> bool:
        """Return whether we have ever seen this user: a made-up ID leaves no record."""
        with self._database.read() as connection:
            return bool(sightings.history(connection, user_id, 1))

    def require(self, actor: Actor) -> None:
        """Check that a person may reveal one more, before anything is asked upstream.

        Raises:
            BudgetSpentError: they reached the hourly budget.

        """
        with self._database.read() as connection:
            self._recorder.require(connection, ACTION, actor, self._budget)

    def record(self, actor: Actor, user_id: UUID) -> None:
        """Record that a user's data is about to be shown; a repeat within minutes is not recorded.

        Raises:
            BudgetSpentError: the person reached the hourly budget.
            NotRecordedError: it could not be recorded, so nothing may be shown.

        """
        now = self._clock()
        with recording(self._database) as connection:
            span = (now - ONCE, now + ONCE)
            if not entries.is_recorded(connection, ACTION, actor.staff_id, user_id, span):
                subject = Subject.user(user_id)
                self._recorder.record(connection, ACTION, actor, subject, budget=self._budget)
