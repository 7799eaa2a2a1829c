"""How much one person can cause within an hour: the table of budgets, and what happens beyond.

What a person does counts against a budget and is refused beyond it, and the page names it. What
is only recorded (refusals, log-ins) is never refused for that: beyond its allowance it is
counted apart from the audit log and appended as sums (`services/recorder/recorder.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from dashboard.services.actions import Action
from dashboard.services.permissions import Permission
from dashboard.services.ports import Clock
from dashboard.store.audit import budgets
from dashboard.store.audit import chain as audit
from dashboard.store.audit import sums as audit_sums
from dashboard.store.audit.budgets import Spent
from dashboard.store.audit.chain import Chain, NewEntry, Outcome
from dashboard.store.db.database import Database
from dashboard.store.limits import table as limits

HOUR = timedelta(hours=1)
CAUSE = "budget"  # in the details of the entry for a spent budget
log = structlog.get_logger()


class BudgetKind(StrEnum):
    """What a budget is for; pages have words for each."""

    REVEALS = "reveals"
    USER_VIEWS = "user_views"
    PREFERENCES = "preferences"
    EXPORTS = "exports"
    CALLS = "calls"
    CHANGES = "changes"


@dataclass(frozen=True)
class Budget:
    """How often a person may do one action within an hour."""

    kind: BudgetKind
    most: int


@dataclass(frozen=True)
class Allowance:
    """How many entries an hour may have before further ones are summed."""

    name: str
    rows: int
    sums: int  # how many sums at most: the rest share one
    per_person: bool = True


CHANGES = Budget(BudgetKind.CHANGES, 200)  # of every action that isn't named below
_CALLS = Budget(BudgetKind.CALLS, 2_000)
_EXPORTS = Budget(BudgetKind.EXPORTS, 60)
_OWN = Budget(BudgetKind.CHANGES, 20)
BUDGETS: Mapping[str, Budget] = {
    Permission.USERS_REGISTER: _CALLS,
    Permission.KYC_START: _CALLS,
    Permission.TOKENS_ISSUE: _CALLS,
    Action.KYC_IMPORT: _CALLS,
    Action.AUDIT_EXPORT: _EXPORTS,
    Action.KYC_EXPORT: _EXPORTS,
    Action.ACCOUNT_CHANGE: Budget(BudgetKind.PREFERENCES, 20),
    Action.ACCOUNT_PASSWORD: _OWN,
    Action.ACCOUNT_PASSKEY_ADD: _OWN,
    Action.ACCOUNT_PASSKEY_REMOVE: _OWN,
    Action.ACCOUNT_AUTHENTICATOR_ADD: _OWN,
    Action.ACCOUNT_AUTHENTICATOR_REMOVE: _OWN,
    Action.ACCOUNT_RECOVERY_CODES: _OWN,
    Action.SESSION_END: _OWN,
}
REFUSALS = Allowance("refusals", rows=20, sums=30)
VISITS = Allowance("visits", rows=60, sums=30)  # log-ins, log-outs and confirmations
STRANGERS = Allowance("strangers", rows=60, sums=60, per_person=False)


class BudgetSpentError(Exception):
    """A person reached a budget; nothing was done."""

    def __init__(self, staff_id: int, action: str, budget: Budget, next_at: datetime) -> None:
        super().__init__(f"{action}: {budget.most} within an hour")
        self.staff_id = staff_id
        self.action = action
        self.budget = budget
        self.next_at = next_at


@dataclass(frozen=True)
class BudgetReached:
    """What admins see: who reached a limit within the last hour, and how much is being summed."""

    people: tuple[Spent, ...]
    summed: int


class Budgets:
    """Records that a budget is spent, and tells admins."""

    def __init__(self, database: Database, chain: Chain, clock: Clock) -> None:
        self._database = database
        self._chain = chain
        self._clock = clock

    def spent(self, error: BudgetSpentError, *, request_id: str) -> int:
        """Record and log it, once an hour; return after how many seconds it is free again.

        Raises:
            StoreError: it cannot be recorded; nothing was done either.

        """
        now = self._clock()
        entry = NewEntry(
            at=now,
            action=error.action,
            outcome=Outcome.REJECTED,
            staff_id=error.staff_id,
            details={"cause": CAUSE, "budget": error.budget.kind, "most": error.budget.most},
            request_id=request_id,
        )
        with self._database.write() as connection:
            key = f"spent/{error.staff_id}/{error.action}"
            if limits.count_in(connection, key, now, HOUR) == 1:
                audit.append(connection, self._chain, entry)
                log.warning(
                    "budget_spent",
                    staff_id=error.staff_id,
                    budget=error.budget.kind.value,
                    request_id=request_id,
                )
        return max(1, round((error.next_at - now).total_seconds()))

    def reached(self) -> BudgetReached:
        """Return what admins see."""
        now = self._clock()
        with self._database.read() as connection:
            people = budgets.spent_within(connection, (now - HOUR, now + HOUR))
            return BudgetReached(tuple(people), audit_sums.total(connection))
