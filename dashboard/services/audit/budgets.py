"""Budgets that someone has reached: recorded, and shown to admins."""

from dataclasses import dataclass

import structlog

from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import HOUR, BudgetSpentError
from dashboard.services.recorder.recorder import AuditRecorder
from dashboard.store.audit import budgets
from dashboard.store.audit import sums as audit_sums
from dashboard.store.audit.budgets import Spent
from dashboard.store.audit.chain import Chain, Outcome
from dashboard.store.db.database import Database
from dashboard.store.limits import table as limits

CAUSE = "budget"  # in the details of the entry for a spent budget
log = structlog.get_logger()


@dataclass(frozen=True)
class BudgetReached:
    """For admins: who reached a limit within the last hour, and how many entries await a sum."""

    people: tuple[Spent, ...]
    summed: int


class Budgets:
    """Records that a budget is spent, and tells admins."""

    def __init__(self, database: Database, chain: Chain, clock: Clock) -> None:
        self._database = database
        self._recorder = AuditRecorder(chain, clock)
        self._clock = clock

    def spent(self, error: BudgetSpentError) -> int:
        """Record and log it, once an hour; return after how many seconds it is free again.

        Raises:
            StoreError: it cannot be recorded; nothing was done either.

        """
        now, actor, budget = self._clock(), error.actor, error.budget
        with self._database.write() as connection:
            key = f"spent/{actor.staff_id}/{error.action}"
            if limits.count_in(connection, key, now, HOUR) == 1:
                details = {"cause": CAUSE, "budget": budget.kind.value, "most": budget.most}
                self._recorder.append_bounded(
                    connection, error.action, actor, None, Outcome.REJECTED, details=details
                )
                log.warning(
                    "budget_spent",
                    staff_id=actor.staff_id,
                    budget=budget.kind.value,
                    request_id=actor.request_id,
                )
        return max(1, round((error.next_at - now).total_seconds()))

    def reached(self) -> BudgetReached:
        """Return the reached budgets, for admins."""
        now = self._clock()
        with self._database.read() as connection:
            people = budgets.spent_within(connection, (now - HOUR, now + HOUR))
            return BudgetReached(tuple(people), audit_sums.total(connection))
