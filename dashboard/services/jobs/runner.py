"""Running the rows of jobs: taken by lease, one at a time, each sent once.

The call happens outside of any transaction. A worker that dies leaves its row with a lease that
ends; the next one performs the same intent, which gives its outcome and sends nothing twice. The
transaction that records an attempt decides whether the row should still be sent.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from dashboard.partner.asker import Caller, caller
from dashboard.services.actions import Action
from dashboard.services.actors import WORKER, Actor, Via
from dashboard.services.attempts.conflicts import RUNNING_FOR_AT_MOST
from dashboard.services.attempts.intents import Intent, new_nonce
from dashboard.services.clocks import latest_end
from dashboard.services.directory.budget import BackgroundBudget, CallKind
from dashboard.services.foundation import Foundation
from dashboard.services.jobs.kinds import JobWaits, Kinds, Later, RowEnd, RowResult, UnderWay
from dashboard.services.permissions import permissions
from dashboard.services.recorder.budgets import HOUR, BudgetSpentError
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.audit import chain as audit
from dashboard.store.db.database import Transaction
from dashboard.store.jobs import jobs, leases, rows
from dashboard.store.jobs.leases import DueRow, Waiting
from dashboard.store.jobs.states import ENDED_EARLY, JobState, RowState
from dashboard.store.staff import members

NOTHING_TO_DO = timedelta(seconds=1)
NOW = timedelta()
LEASE = RUNNING_FOR_AT_MOST
MINUTE = timedelta(minutes=1)
CATCH_UP = timedelta(seconds=5)  # how far behind a chosen pace it may catch up
TRIES = 5
KEPT_FOR = timedelta(days=90)
REMOVED_TOGETHER = 50
log = structlog.get_logger()


class JobRunner:
    """Runs rows; several of them share one queue."""

    def __init__(
        self,
        base: Foundation,
        budget: BackgroundBudget,
        kinds: Kinds,
        is_held_back: Callable[[], bool],
    ) -> None:
        self._database = base.database
        self._clock = base.clock
        self._environment = base.chain.environment
        self._recorder = AuditRecorder(base.chain, base.clock)
        self._budget = budget
        self._kinds = kinds
        self._local = [name for name, kind in kinds.items() if not kind.calls_api]
        self._is_held_back = is_held_back

    def work(self) -> timedelta:
        """Run the next row; return how long to wait before the one after it.

        Raises:
            StoreError: the database cannot be used; the row is looked at again after its lease.

        """
        now = self._clock()
        with self._database.read() as connection:
            has_finished = jobs.has_finished(connection)
            due = self._find_due(connection, now)
        if has_finished:
            with self._database.write() as connection:
                jobs.finish(connection, now)
        if due is None:
            return NOTHING_TO_DO
        is_held_back = self._needs_calls(due) and self._is_held_back()
        taken = self._take(Waiting(self._local, or_paced=False) if is_held_back else None)
        if isinstance(taken, timedelta):
            return taken
        self._run(taken)
        return NOW

    def backlog(self) -> dict[tuple[str, str], int]:
        """Return how many rows wait and run, by the kind of their job and their own state.

        Raises:
            StoreError: the database cannot be read.

        """
        with self._database.read() as connection:
            return leases.count_open(connection)

    def remove_old(self) -> None:
        """Delete jobs that ended long ago.

        Raises:
            StoreError: the database cannot be used.

        """
        with self._database.read() as connection:
            old = jobs.old(connection, self._clock() - KEPT_FOR, REMOVED_TOGETHER)
        if old:
            with self._database.write() as connection:
                jobs.remove(connection, old)

    def _find_due(
        self, connection: Transaction, now: datetime, only: Waiting | None = None
    ) -> DueRow | None:
        lease, pause = (now, latest_end(now, LEASE)), (now, latest_end(now, HOUR))
        return leases.find_due(connection, lease, pause, only)

    def _needs_calls(self, due: DueRow) -> bool:
        return due.job_state is JobState.RUNNING and due.kind not in self._local

    def _take(self, only: Waiting | None = None) -> DueRow | timedelta:
        """Take a row; if none may be taken, return how long to wait."""
        now = self._clock()
        with self._database.write() as connection:
            due = self._choose(connection, now, only)
            if isinstance(due, DueRow):
                leases.take(connection, due.id, now, now + LEASE)
        return due

    def _choose(
        self, connection: Transaction, now: datetime, only: Waiting | None
    ) -> DueRow | timedelta:
        due = self._find_due(connection, now, only)
        if due is None:
            return NOTHING_TO_DO
        if due.job_state is not JobState.RUNNING:
            return due
        if not self._may(connection, due):
            self._halt(connection, due, now)
            return NOW
        wait = self._wait(connection, due, now)
        if wait is None:
            return due
        # Some jobs needn't wait for the budget.
        rest = self._choose(connection, now, Waiting(self._local, or_paced=True))
        return min(wait, rest) if isinstance(rest, timedelta) else rest

    def _wait(self, transaction: Transaction, due: DueRow, now: datetime) -> timedelta | None:
        """Draw a call of the budget, or of the pace that a person chose, shared by such jobs."""
        if due.kind in self._local:
            jobs.put_next(transaction, due.job_id, now)
            return None
        if due.per_min is None:
            wait = self._budget.take(transaction, CallKind.JOB)
            if wait is None:
                jobs.put_next(transaction, due.job_id, now)
            return wait
        sharing = max(1, leases.count_paced(transaction, now))
        every = sharing * MINUTE / max(due.per_min * self._budget.share(transaction), 1.0)
        since = min(max(due.next_at, now - CATCH_UP), now)  # it may be of a clock that was ahead
        jobs.put_next(transaction, due.job_id, since + every)
        return None

    def _may(self, transaction: Transaction, due: DueRow) -> bool:
        """Return whether the person who started the job may still do what it does."""
        member, kind = members.find_by_id(transaction, due.staff_id), self._kinds.get(due.kind)
        if member is None or kind is None or not (member.active and kind.is_on):
            return False
        return kind.permission in permissions(member.roles, self._environment)

    def _halt(self, transaction: Transaction, due: DueRow, now: datetime) -> None:
        jobs.put_state(transaction, due.job_id, JobState.HALTED, None)
        rows.leave_out(transaction, due.job_id, now)
        self._recorder.record(transaction, Action.JOBS_HALT, WORKER, Subject("job", due.job_id))
        log.info("job_halted", job=due.job_id)

    def _run(self, due: DueRow) -> None:
        try:
            result = self._perform(due)
        except BudgetSpentError as spent:
            result = JobWaits(spent.next_at)
        if isinstance(result, JobWaits):
            with self._database.write() as connection:
                jobs.put_next(connection, due.job_id, result.until)
            result = result.row
        now = self._clock()
        match result:
            case RowEnd():
                self._end(due, result, now)
            case Later(is_try=True) if due.tries + 1 >= TRIES:
                self._end(due, RowEnd(RowState.REFUSED, result.gives_up), now)
            case Later():
                self._put_back(due, result, now)
            case UnderWay():
                pass  # until its lease ends

    def _perform(self, due: DueRow) -> RowResult:
        kind = self._kinds.get(due.kind)
        if kind is None:
            return RowEnd(RowState.NOT_RUN, "unknown_kind")
        intent = Intent(
            due.staff_id, kind.action, due.user_id, due.nonce, due.email, due.opened_seq
        )
        token = caller.set(Caller(due.staff_id))
        try:
            by = Actor(due.staff_id, via=Via.WORKER)
            return kind.work.run(due, intent, by, partial(self._is_wanted, due))
        finally:
            caller.reset(token)

    def _is_wanted(self, due: DueRow, transaction: Transaction) -> bool:
        """Return whether to send a row, asked in the transaction that records its attempt."""
        return leases.is_held(transaction, due.id, due.nonce) and self._may(transaction, due)

    def _end(self, due: DueRow, end: RowEnd, now: datetime) -> None:
        with self._database.write() as connection:
            leases.end(
                connection,
                due.id,
                due.nonce,
                state=end.state,
                at=now,
                user_id=end.user_id,
                detail=end.detail,
                said=end.said,
            )

    def _put_back(self, due: DueRow, later: Later, now: datetime) -> None:
        with self._database.write() as connection:
            seq = audit.head(connection).seq if later.is_used else due.opened_seq
            leases.put_back(
                connection,
                due.id,
                due.nonce,
                renewed=new_nonce() if later.is_used else None,
                opened_seq=seq,
                until=now + later.wait if later.wait else None,
                tries=due.tries + later.is_try,
            )
            job = jobs.find(connection, due.job_id)
            if job and job.state in ENDED_EARLY:
                rows.leave_out(connection, due.job_id, now)
