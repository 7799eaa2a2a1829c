"""What a run does with a person: one step per turn, recorded, until the state is reached.

A run is a job, and a person is a row of it: a run is paused, stopped and halted like any job. Each
step has an intent of its own, so that it is sent once whatever dies meanwhile.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from dashboard.partner.capture import Exchange, captured
from dashboard.partner.responses import UserStatus
from dashboard.services.actors import Actor
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.withdrawing import StillWanted
from dashboard.services.directory.budget import BackgroundBudget, CallKind
from dashboard.services.foundation import Foundation
from dashboard.services.jobs.kinds import JobWaits, Later, RowEnd, RowResult
from dashboard.services.jobs.refusals import NOW, SHORTLY
from dashboard.services.lab.ends import StepEnd, TakesSteps, step_of
from dashboard.services.lab.plan import goal_of, next_step, plan
from dashboard.services.lab.tagging import tag_as_test
from dashboard.services.recorder.recorder import AuditRecorder
from dashboard.store.db.database import Transaction
from dashboard.store.jobs.leases import DueRow
from dashboard.store.jobs.states import RowState
from dashboard.store.kyc import inquiries
from dashboard.store.lab import runs, steps
from dashboard.store.lab.steps import LabStep, StepKind, StepOutcome
from dashboard.store.users import sightings

LOOKS_EVERY = timedelta(seconds=30)  # at what following saw, while a person passes KYC


class LabWork:
    """Brings the people of runs into their state. A simulated world needs no budget."""

    def __init__(
        self,
        base: Foundation,
        taker: TakesSteps,
        budget: BackgroundBudget,
        is_held_back: Callable[[], bool],
        *,
        is_simulated: bool,
    ) -> None:
        self._database = base.database
        self._clock = base.clock
        self._recorder = AuditRecorder(base.chain, base.clock)
        self._taker = taker
        self._budget = budget
        self._is_held_back = is_held_back
        self.is_simulated = is_simulated

    def run(
        self, row: DueRow, intent: Intent, actor: Actor, is_still_wanted: StillWanted
    ) -> RowResult:
        """Take the next step of a person."""
        with self._database.read() as connection:
            taken = steps.of_row(connection, row.id)
        planned = plan(goal_of(row.content.get("goal")), is_simulated=self.is_simulated)
        kind = next_step(planned, taken)
        if kind is None:
            return RowEnd(RowState.DONE, "reached", row.user_id)
        if kind is StepKind.WAIT and row.user_id:
            return self._wait(row, row.user_id, taken.get(kind))
        if self._is_held_back():
            return JobWaits(self._clock() + SHORTLY)
        if not self.is_simulated and (wait := self._budget.draw(CallKind.JOB)):
            return Later(wait)
        began_at = self._clock()
        of_step = replace(intent, nonce=f"{intent.nonce}.{kind.value}")
        with captured() as exchanges:
            end = self._taker.take(kind, row, of_step, actor, is_still_wanted)
        if end.outcome:
            exchange = exchanges[-1] if exchanges else Exchange("", "", began_at, 0)
            step = step_of(kind, end.outcome, exchange)
            if not exchanges and kind in taken:  # its answer was lost, and found out since
                step = replace(taken[kind], outcome=end.outcome)
            with self._database.write() as connection:
                steps.put(connection, row.job_id, row.id, end.user_id or row.user_id, step)
                self._keep(connection, row, end, actor)
        return end.ends or Later(NOW)

    def _keep(self, transaction: Transaction, row: DueRow, end: StepEnd, actor: Actor) -> None:
        """Keep what a step changed: whom it registered, and how old their link is."""
        if end.user_id:
            runs.name_user(transaction, row.id, end.user_id)
            tag_as_test(transaction, self._recorder, end.user_id, actor, self._clock())
        if end.aged_by and row.user_id:
            inquiries.age(transaction, row.user_id, end.aged_by)

    def _wait(self, row: DueRow, user_id: UUID, waiting: LabStep | None) -> RowResult:
        """Look at what following saw; no call is made. The person may take hours."""
        with self._database.read() as connection:
            seen = sightings.history(connection, user_id, 1)
        status = seen[0].status if seen else UserStatus.PENDING
        outcome = {
            UserStatus.PENDING.value: StepOutcome.WAITING,
            UserStatus.ACTIVE.value: StepOutcome.PASSED,
        }.get(status, StepOutcome.FAILED)
        if waiting is None or outcome is not StepOutcome.WAITING:
            began_at = waiting.began_at if waiting else self._clock()
            with self._database.write() as connection:
                step = LabStep(StepKind.WAIT, outcome, began_at)
                steps.put(connection, row.job_id, row.id, user_id, step)
        if outcome is StepOutcome.FAILED:
            return RowEnd(RowState.REFUSED, "status")
        return Later(NOW if outcome is StepOutcome.PASSED else LOOKS_EVERY)
