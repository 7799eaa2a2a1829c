"""The states that a test user can be brought into, and the steps that lead there."""

from collections.abc import Mapping
from enum import StrEnum

from dashboard.store.lab.steps import LabStep, StepKind, StepOutcome


class Goal(StrEnum):
    """The state to reach."""

    REGISTERED = "registered"
    KYC_STARTED = "kyc_started"
    ACTIVE = "active"
    TOKEN = "token"  # noqa: S105  active, with a token that is shown once
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    ELSEWHERE = "elsewhere"


ONLY_SIMULATED = frozenset({Goal.SUSPENDED, Goal.EXPIRED, Goal.ELSEWHERE})
_STARTED = (StepKind.REGISTER, StepKind.START_KYC)
_SUSPENDED = (StepKind.SUSPEND, StepKind.CHECK_SUSPENDED)
_AFTER_START: Mapping[Goal, tuple[StepKind, ...]] = {
    Goal.KYC_STARTED: (),
    Goal.EXPIRED: (StepKind.AGE_LINK, StepKind.CHECK_EXPIRED),
}


def goal_of(word: str | None) -> Goal:
    """Return a goal by its word; the first goal for a word of another version."""
    return next((goal for goal in Goal if goal.value == word), Goal.REGISTERED)


def plan(goal: Goal, *, is_simulated: bool) -> tuple[StepKind, ...]:
    """Return the steps of a goal. Without a simulator, a person passes KYC."""
    if goal is Goal.REGISTERED:
        return (StepKind.REGISTER,)
    if goal is Goal.ELSEWHERE:
        return (StepKind.REGISTER, StepKind.START_ELSEWHERE, StepKind.CHECK_ELSEWHERE)
    if goal in _AFTER_START:
        return _STARTED + _AFTER_START[goal]
    verified = StepKind.APPROVE if is_simulated else StepKind.WAIT
    active = (*_STARTED, verified, StepKind.CHECK_ACTIVE)
    if goal is Goal.SUSPENDED:
        return active + _SUSPENDED
    return (*active, StepKind.TOKEN) if goal is Goal.TOKEN else active


def goals(*, is_simulated: bool) -> tuple[Goal, ...]:
    """Return the goals that can be reached here."""
    return tuple(goal for goal in Goal if is_simulated or goal not in ONLY_SIMULATED)


def next_step(planned: tuple[StepKind, ...], taken: Mapping[StepKind, LabStep]) -> StepKind | None:
    """Return the step that the worker takes next; a token is for the person who asks for it."""
    passed = {kind for kind, step in taken.items() if step.outcome is StepOutcome.PASSED}
    left = (kind for kind in planned if kind not in passed and kind is not StepKind.TOKEN)
    return next(left, None)
