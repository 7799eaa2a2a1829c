"""How the steps of a run end, and what that means for the person."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from dashboard.partner.capture import Exchange
from dashboard.partner.errors import (
    HELD_BACK,
    CredentialsRefused,
    PartnerError,
    RateLimited,
    Unavailable,
)
from dashboard.services.actors import Actor
from dashboard.services.attempts.conflicts import BusyElsewhere, InProgress
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.withdrawing import StillWanted
from dashboard.services.jobs.kinds import Later, RowEnd, RowResult, UnderWay
from dashboard.services.jobs.refusals import NOW, SHORTLY
from dashboard.store.jobs.leases import DueRow
from dashboard.store.jobs.states import RowState
from dashboard.store.lab.steps import LabStep, StepKind, StepOutcome


@dataclass(frozen=True)
class StepEnd:
    """How a step ended: None if it is to be taken again.

    `ends`: the person's run ends with it, or waits. `aged_by`: their link, so our record follows.
    """

    outcome: StepOutcome | None
    ends: RowResult | None = None
    user_id: UUID | None = None
    aged_by: timedelta | None = None


class TakesSteps(Protocol):
    """What takes a step of a person."""

    def take(
        self,
        kind: StepKind,
        row: DueRow,
        intent: Intent,
        actor: Actor,
        is_still_wanted: StillWanted,
    ) -> StepEnd:
        """Take a step. Raises StoreError, and BudgetSpentError."""


PASSED = StepEnd(StepOutcome.PASSED)
AGAIN = StepEnd(None, Later(NOW))


def failed(detail: str, said: str = "") -> StepEnd:
    """Return the end of a step that did not do what it should."""
    return StepEnd(StepOutcome.FAILED, RowEnd(RowState.REFUSED, detail, said=said))


def lost() -> StepEnd:
    """Return the end of a step without an answer."""
    return StepEnd(StepOutcome.LOST, RowEnd(RowState.UNCONFIRMED, "lost"))


def waits(result: object) -> StepEnd:
    """Return what follows where the same was sent before, or another call about the user runs."""
    match result:
        case InProgress():
            return StepEnd(None, UnderWay())
        case BusyElsewhere():
            return StepEnd(None, Later(SHORTLY))
        case _:
            return failed("refused")


def refused(error: PartnerError, *, is_used: bool) -> StepEnd:
    """Return what follows from a call that did nothing. `is_used`: an attempt was recorded."""
    match error:
        case RateLimited():
            return StepEnd(None, Later(SHORTLY, is_used=is_used))
        case Unavailable(kind=kind) if kind in HELD_BACK:
            return StepEnd(None, Later(SHORTLY, is_used=is_used))
        case Unavailable() | CredentialsRefused():
            return StepEnd(None, Later(SHORTLY, is_used=is_used, is_try=True))
        case _:
            return failed("refused", error.reason)


def step_of(kind: StepKind, outcome: StepOutcome, exchange: Exchange) -> LabStep:
    """Return a step with its call; one without a verb made none."""
    return LabStep(
        kind=kind,
        outcome=outcome,
        began_at=exchange.at,
        took_ms=exchange.took_ms if exchange.verb else None,
        verb=exchange.verb,
        path=exchange.path,
        status=exchange.status,
        body=exchange.body,
        answer=exchange.answer,
        request_id=exchange.request_id,
    )
