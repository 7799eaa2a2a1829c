"""Recent activity of a staff member: for readers of the audit log who don't manage staff."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta

from dashboard.services.actions import Action
from dashboard.services.attempts.conflicts import RUNNING_FOR_AT_MOST
from dashboard.services.permissions import Permission
from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import BUDGETS, BudgetKind
from dashboard.services.staff.profiles import StaffProfile, StaffProfiles
from dashboard.store.audit import lines as audit_lines
from dashboard.store.audit.chain import Outcome
from dashboard.store.audit.lines import LineFilters
from dashboard.store.auth import sessions
from dashboard.store.db.database import Database

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
EXPORTS = frozenset(
    action for action, budget in BUDGETS.items() if budget.kind is BudgetKind.EXPORTS
)
DONE = frozenset({Outcome.SUCCEEDED, Outcome.UNKNOWN})


@dataclass(frozen=True)
class ActionTally:
    """The count of one action."""

    week: int
    month: int


Counts = Mapping[tuple[str, Outcome], ActionTally]


@dataclass(frozen=True)
class ActionCount:
    """An action with one outcome, and how often."""

    action: str
    outcome: Outcome
    count: ActionTally


@dataclass(frozen=True)
class ActivityReport:
    """One person's activity in the last 7 and 30 days.

    `tokens` may exist: those whose answer was lost are counted too.
    """

    colleague: StaffProfile
    open_sessions: int
    failed_log_ins: ActionTally
    tokens: ActionTally
    reveals: ActionTally
    exports: ActionTally
    deeds: tuple[ActionCount, ...]


class StaffActivity:
    """Counts what people did."""

    def __init__(
        self,
        colleagues: StaffProfiles,
        database: Database,
        clock: Clock,
        *,
        idle: timedelta,
        longest: timedelta,
    ) -> None:
        self._colleagues = colleagues
        self._database = database
        self._clock = clock
        self._idle = idle
        self._longest = longest

    def find(self, staff_id: int) -> ActivityReport | None:
        """Return this person's activity, None for an unknown id."""
        colleague = self._colleagues.find(staff_id)
        if colleague is None:
            return None
        counts = self._counts(staff_id)
        return ActivityReport(
            colleague=colleague,
            open_sessions=self._open_sessions(staff_id),
            failed_log_ins=_sum(counts, {Action.LOG_IN}, {Outcome.REJECTED}),
            tokens=_sum(counts, {Permission.TOKENS_ISSUE, Action.TOKENS_PRIVY}, DONE),
            reveals=_sum(counts, {Permission.PII_REVEAL}, DONE),
            exports=_sum(counts, EXPORTS, DONE),
            deeds=tuple(ActionCount(*done, counts[done]) for done in sorted(counts)),
        )

    def _counts(self, staff_id: int) -> Counts:
        now = self._clock()
        wanted = LineFilters(staff_id=staff_id, since_at=now - MONTH)
        with self._database.read() as connection:
            given_up_at = now - RUNNING_FOR_AT_MOST
            counted = audit_lines.counts(connection, wanted, now - WEEK, given_up_at)
        return {done: ActionTally(*numbers) for done, numbers in counted.items()}

    def _open_sessions(self, staff_id: int) -> int:
        now = self._clock()
        with self._database.read() as connection:
            return sessions.count(connection, staff_id, now - self._idle, now - self._longest)


def _sum(counts: Counts, actions: AbstractSet[str], outcomes: AbstractSet[Outcome]) -> ActionTally:
    tallies = [
        tally
        for (action, outcome), tally in counts.items()
        if action in actions and outcome in outcomes
    ]
    return ActionTally(sum(each.week for each in tallies), sum(each.month for each in tallies))
