"""Jobs as people see and control them: start, pause, resume, stop, retry, and the result."""

from collections import Counter
from collections.abc import Collection, Sequence
from functools import partial

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.attempts.conflicts import AnotherBodyError, recording
from dashboard.services.attempts.intents import Intent, new_nonce
from dashboard.services.directory.budget import BackgroundBudget
from dashboard.services.files import tables
from dashboard.services.files.order import Export, Size
from dashboard.services.files.tables import Format
from dashboard.services.foundation import Foundation
from dashboard.services.jobs import result
from dashboard.services.jobs.kinds import Kinds
from dashboard.services.jobs.local import LOCAL_ROWS
from dashboard.services.jobs.models import CountedJob, JobPage
from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.services.recorder.recorder import NO_DETAILS, AuditRecorder, Details, Subject
from dashboard.store.audit import chain as audit
from dashboard.store.db.database import Transaction
from dashboard.store.jobs import jobs, leases, rows
from dashboard.store.jobs.jobs import Job, JobKind, NewJob
from dashboard.store.jobs.rows import JobRow, NewRow
from dashboard.store.jobs.states import GOING_ON, JobState
from dashboard.store.story import exported

PAGE = 20
PACES = (60, 120, 300)  # calls per minute that a person may choose


class JobControl:
    """Starts, shows and controls jobs."""

    def __init__(
        self, base: Foundation, budget: BackgroundBudget, kinds: Kinds, *, rows_most: int
    ) -> None:
        self.rows_most = rows_most
        self._database = base.database
        self._clock = base.clock
        self._recorder = AuditRecorder(base.chain, base.clock)
        self._budget = budget
        self._kinds = kinds
        self._heartbeat = WorkerHeartbeat(base.database, base.clock)

    def start(self, intent: Intent, kind: JobKind, given: Sequence[NewRow], by: Actor) -> int:
        """Freeze the rows of a job, once per form; return its number.

        Raises:
            AnotherBodyError: the form started a job before, with other rows.
            BudgetSpentError: the person has started as many as they may in an hour.
            NotRecordedError: it could not be recorded; there is no job.
            ValueError: there are no rows, or more than such a job may have.

        """
        most = self.rows_most if self._kinds[kind].calls_api else LOCAL_ROWS
        if not 0 < len(given) <= most:
            raise ValueError(f"such a job has 1 to {most} rows")
        with recording(self._database) as connection:
            if (number := jobs.of_form(connection, intent.nonce)) is not None:
                if not _are_those(rows.of_job(connection, number), given):
                    raise AnotherBodyError
                return number
            job = NewJob(kind, intent.staff_id, intent.nonce, self._clock())
            number = jobs.add(connection, job)
            details: Details = {"kind": kind.value, "rows": len(given)}
            why = given[0].content.get("reason")  # of a run of the lab
            self._record(connection, Action.JOBS_START, by, number, details, why)
            with_intents = [(row, new_nonce()) for row in given]
            rows.add(connection, number, with_intents, audit.head(connection).seq)
        return number

    def newest(
        self, staff_id: int, kinds: Collection[JobKind] | None, *, before: int | None
    ) -> tuple[list[CountedJob], int | None]:
        """Return a page of a person's jobs and those of some kinds, and where the next starts.

        `kinds` is as in `open_to`. The last page has none after it.
        """
        with self._database.read() as connection:
            found = jobs.newest(
                connection, limit=PAGE + 1, before=before, staff_id=staff_id, kinds=kinds
            )
            counts = jobs.count_rows(connection, [job.id for job in found])
        shown = [CountedJob(job, counts[job.id]) for job in found[:PAGE]]
        return shown, shown[-1].job.id if len(found) > PAGE else None

    def find(self, number: int) -> Job | None:
        """Return a job."""
        with self._database.read() as connection:
            return jobs.find(connection, number)

    def page(self, job: Job) -> JobPage:
        """Return a job as its page shows it."""
        use = self._budget.read()
        with self._database.read() as connection:
            found = rows.of_job(connection, job.id)
            paced = leases.count_paced(connection, self._clock()) if job.per_min else 0
        kind, sharing = self._kinds.get(job.kind), max(1, paced)
        chosen = job.per_min * use.per_min / use.setting / sharing if job.per_min else use.per_min
        return JobPage(
            counted=CountedJob(job, Counter(sorted(row.state for row in found))),
            rows=tuple(found),
            per_min=chosen if kind and kind.calls_api else None,
            budget_per_min=use.setting,
            sharing=sharing,
            worker_runs=self._heartbeat.is_running(),
            is_on=kind is not None and kind.is_on,
        )

    def note_opened(self, job: Job, staff_id: int) -> None:
        """Note that the person who started a job has seen how it ended."""
        if job.staff_id == staff_id and job.is_over and job.opened_at is None:
            with self._database.write() as connection:
                jobs.note_opened(connection, job.id, self._clock())

    def pause(self, number: int, by: Actor) -> None:
        """Send no more rows until the job is resumed."""
        self._change(number, by, Action.JOBS_PAUSE, JobState.RUNNING, JobState.PAUSED)

    def resume(self, number: int, by: Actor) -> None:
        """Resume a paused job."""
        self._change(number, by, Action.JOBS_RESUME, JobState.PAUSED, JobState.RUNNING)

    def stop(self, number: int, by: Actor) -> None:
        """End a job: no more rows are sent."""
        with recording(self._database) as connection:
            job = jobs.find(connection, number)
            if job is None or job.state not in GOING_ON:
                return
            self._record(connection, Action.JOBS_STOP, by, number)
            jobs.put_state(connection, number, JobState.STOPPED, by.staff_id)
            rows.leave_out(connection, number, self._clock())
            jobs.finish(connection, self._clock())

    def retry(self, number: int, by: Actor) -> None:
        """Run the refused rows of a job again, for the person who started it."""
        with recording(self._database) as connection:
            job, refused = jobs.find(connection, number), rows.refused(connection, number)
            if job is None or not job.is_over or job.staff_id != by.staff_id or not refused:
                return
            self._record(connection, Action.JOBS_RETRY, by, number, {"rows": len(refused)})
            seq = audit.head(connection).seq
            for row_id in refused:
                rows.try_again(connection, row_id, new_nonce(), seq)
            jobs.reopen(connection, number, job.staff_id, self._clock())

    def set_pace(self, number: int, per_min: int | None, by: Actor) -> None:
        """Run the rows at a chosen pace; None is the budget's."""
        with recording(self._database) as connection:
            job = jobs.find(connection, number)
            if job and not job.is_over and job.per_min != per_min:
                self._record(connection, Action.JOBS_PACE, by, number, {"per_min": per_min})
                jobs.put_pace(connection, number, per_min)

    def export(self, page: JobPage, by: Actor, reason: str) -> Export:
        """Return the result as a file, recorded before it leaves. Raises BudgetSpentError."""
        held, job = {row.user_id for row in page.rows if row.user_id}, page.counted.job
        details: Details = {"rows": len(page.rows)}
        with recording(self._database) as connection:
            seq = self._record(connection, Action.JOBS_EXPORT, by, job.id, details, reason)
            exported.add(connection, held, self._clock(), seq)
        columns = result.columns(job.kind)
        batches = tables.in_batches(columns, map(partial(result.record, job.kind), page.rows))
        parts = tables.parts(Format.CSV, columns, batches)
        return Export(parts, Size(len(page.rows), 0), self._clock())

    def _change(
        self, number: int, by: Actor, action: Action, before: JobState, after: JobState
    ) -> None:
        with recording(self._database) as connection:
            job = jobs.find(connection, number)
            if job and job.state is before:
                self._record(connection, action, by, number)
                jobs.put_state(connection, number, after, by.staff_id)

    def _record(
        self,
        transaction: Transaction,
        action: Action,
        by: Actor,
        number: int,
        details: Details = NO_DETAILS,
        reason: str | None = None,
    ) -> int:
        on = Subject("job", number)
        return self._recorder.record(transaction, action, by, on, reason=reason, details=details)


def _are_those(kept: Sequence[JobRow], given: Sequence[NewRow]) -> bool:
    """Return whether these are the rows of a job."""
    sent = [(row.number, row.email, row.content) for row in given]
    if sent != [(row.number, row.email, row.content) for row in kept]:
        return False
    users = zip((row.user_id for row in given), (row.user_id for row in kept), strict=True)
    return all(user in {None, now} for user, now in users)
