"""Runs of the lab, as people start, see and download them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from dashboard.services.actors import Actor
from dashboard.services.attempts.intents import Intent
from dashboard.services.foundation import Foundation
from dashboard.services.jobs.jobs import JobControl
from dashboard.services.lab.people import LabOrder, order_of, people
from dashboard.services.lab.plan import Goal, goal_of, goals, plan
from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.store.db.database import Transaction
from dashboard.store.jobs import jobs
from dashboard.store.jobs.jobs import Job, JobKind
from dashboard.store.jobs.states import OPEN, RowState
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry, leading
from dashboard.store.lab import runs, steps
from dashboard.store.lab.runs import Person, RunLine
from dashboard.store.lab.steps import LabStep, StepKind, StepOutcome
from dashboard.store.tags import tags

PAGE = 10
BAD = {StepOutcome.FAILED, StepOutcome.LOST}


@dataclass(frozen=True)
class PersonOfRun:
    """Someone of a run: what was done with them, and what is left."""

    person: Person
    planned: tuple[StepKind, ...]
    taken: Mapping[StepKind, LabStep]

    @property
    def reached(self) -> bool:
        """Whether they are in the state, but for the token that is for a person to ask for."""
        return self.person.state is RowState.DONE

    @property
    def current(self) -> StepKind | None:
        """The step that is under way or waits, None where none is."""
        if self.person.state.value not in OPEN:
            return None
        return next((kind for kind in self.planned if not self._has_passed(kind)), None)

    @property
    def waits(self) -> bool:
        """Whether a person has to pass KYC."""
        return self.current is StepKind.WAIT and StepKind.WAIT in self.taken

    @property
    def needs_token(self) -> bool:
        """Whether no token was issued, and none may exist."""
        is_planned = StepKind.TOKEN in self.planned and self.reached
        step = self.taken.get(StepKind.TOKEN)
        return is_planned and (step is None or step.outcome is StepOutcome.FAILED)

    @property
    def steps(self) -> list[tuple[StepKind, LabStep | None]]:
        """The planned steps in turn, each with what came of it."""
        return [(kind, self.taken.get(kind)) for kind in self.planned]

    def _has_passed(self, kind: StepKind) -> bool:
        step = self.taken.get(kind)
        return step is not None and step.outcome is StepOutcome.PASSED


@dataclass(frozen=True)
class LabRun:
    """A run with its people."""

    job: Job
    order: LabOrder
    people: tuple[PersonOfRun, ...]
    worker_runs: bool
    is_simulated: bool

    @property
    def reached(self) -> int:
        """How many are in the state."""
        return sum(each.reached for each in self.people)

    @property
    def waits(self) -> bool:
        """Whether all that is left is that people pass KYC."""
        is_open = [each for each in self.people if each.person.state.value in OPEN]
        return bool(is_open) and all(each.waits for each in is_open)

    @property
    def needing_tokens(self) -> list[PersonOfRun]:
        """Those whose token can be shown now."""
        return [each for each in self.people if each.needs_token]

    @property
    def taken(self) -> list[tuple[PersonOfRun, LabStep]]:
        """Every step that was taken, person by person."""
        return [(each, step) for each in self.people for _, step in each.steps if step]

    @property
    def mark(self) -> str:
        """The state of the steps: how many were taken, and what went wrong."""
        bad = [step.outcome for _, step in self.taken if step.outcome in BAD]
        return "-".join([str(len(self.taken)), *bad])

    @property
    def requests(self) -> int:
        """How many calls were made."""
        return sum(step.took_ms is not None for _, step in self.taken)

    @property
    def slowest(self) -> LabStep | None:
        """The step whose call took longest."""
        called = [step for _, step in self.taken if step.took_ms is not None]
        return max(called, key=lambda step: step.took_ms or 0, default=None)


class LabRuns:
    """Starts and shows runs. Makes no API call."""

    def __init__(
        self, base: Foundation, control: JobControl, test_email: str, *, is_simulated: bool
    ) -> None:
        self._database = base.database
        self._control = control
        self._test_email = test_email
        self._heartbeat = WorkerHeartbeat(base.database, base.clock)
        self.is_simulated = is_simulated

    @property
    def goals(self) -> tuple[Goal, ...]:
        """The states that can be reached here."""
        return goals(is_simulated=self.is_simulated)

    def start(self, intent: Intent, order: LabOrder, actor: Actor) -> int:
        """Start a run with new people, once per form; return its number.

        Raises: as `JobControl.start`.
        """
        with self._database.read() as connection:
            number = jobs.of_form(connection, intent.nonce)
        if number is not None:  # the same form made other people up
            return number
        return self._control.start(intent, JobKind.LAB, people(order, self._test_email), actor)

    def newest(self, before: int | None) -> tuple[list[RunLine], int | None]:
        """Return a page of runs, and where the next page starts (None on the last)."""
        with self._database.read() as connection:
            found = runs.newest(connection, before=before, limit=PAGE + 1)
        shown = found[:PAGE]
        return shown, shown[-1].id if len(found) > PAGE else None

    def last_reason(self, staff_id: int) -> str | None:
        """Return the reason of a person's last run."""
        with self._database.read() as connection:
            return runs.last_reason(connection, staff_id)

    def count_test_users(self) -> int:
        """Return how many users have the tag *test*."""
        with self._database.read() as connection:
            counted = tags.users(connection)
            every = tags.every(connection)
        return sum(counted.get(tag.id, 0) for tag in every if tag.is_test)

    def find(self, number: int) -> LabRun | None:
        """Return a run."""
        with self._database.read() as connection:
            job = jobs.find(connection, number)
            if job is None or job.kind is not JobKind.LAB:
                return None
            found = runs.people(connection, number)
            of_run = self._with_steps(connection, found)
        return LabRun(
            job=job,
            order=order_of(found[0].content if found else {}, len(found)),
            people=of_run,
            worker_runs=self._heartbeat.is_running(),
            is_simulated=self.is_simulated,
        )

    def made(self, user_ids: Collection[UUID]) -> tuple[PersonOfRun, ...]:
        """Return the users among these that runs created."""
        with self._database.read() as connection:
            return self._with_steps(connection, runs.made(connection, user_ids))

    def inquiry(self, each: PersonOfRun) -> Inquiry | None:
        """Return the KYC start of someone, with its link."""
        if each.person.user_id is None:
            return None
        with self._database.read() as connection:
            return leading(inquiries.of_user(connection, each.person.user_id))

    def _with_steps(
        self, connection: Transaction, found: Sequence[Person]
    ) -> tuple[PersonOfRun, ...]:
        taken = steps.of_rows(connection, [each.row_id for each in found])
        return tuple(
            PersonOfRun(
                each,
                plan(goal_of(each.content.get("goal")), is_simulated=self.is_simulated),
                taken.get(each.row_id, {}),
            )
            for each in found
        )
