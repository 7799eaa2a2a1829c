"""How much one person can cause within an hour: the table of budgets, and what happens beyond.

What a person does counts against a budget and is refused beyond it, and the page names it. What
is only recorded (refusals, log-ins) is never refused for that: beyond its allowance it is
counted apart from the audit log and appended as sums (`services/recorder/recorder.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.permissions import Permission

HOUR = timedelta(hours=1)


class BudgetKind(StrEnum):
    """Kinds of budgets; pages have words for each."""

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
_ROWS = Budget(BudgetKind.CHANGES, 5_000)  # of a job over a selection
BUDGETS: Mapping[str, Budget] = {
    Permission.USERS_REGISTER: _CALLS,
    Permission.KYC_START: _CALLS,
    Permission.TOKENS_ISSUE: _CALLS,
    Action.TOKENS_LOOK: _CALLS,
    Action.KYC_IMPORT: _CALLS,
    Action.AUDIT_EXPORT: _EXPORTS,
    Action.KYC_EXPORT: _EXPORTS,
    Action.KYC_EXPORT_LINKS: _EXPORTS,
    Action.JOBS_EXPORT: _EXPORTS,
    Action.LAB_EXPORT: _EXPORTS,
    Action.STORY_EXPORT: _EXPORTS,
    Permission.USERS_EXPORT: _EXPORTS,
    Action.OWNERS_ASSIGN: _ROWS,
    Action.OWNERS_RELEASE: _ROWS,
    Action.TAGS_SET: _ROWS,
    Action.TAGS_UNSET: _ROWS,
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

    def __init__(self, actor: Actor, action: str, budget: Budget, next_at: datetime) -> None:
        super().__init__(f"{action}: {budget.most} within an hour")
        self.actor = actor
        self.action = action
        self.budget = budget
        self.next_at = next_at
