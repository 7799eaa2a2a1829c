"""Reports that people ask for on the page, and that the worker makes: each once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from pydantic import TypeAdapter, ValidationError

from dashboard.services.actors import Actor, Via
from dashboard.services.attempts.conflicts import AnotherBodyError, recording
from dashboard.services.attempts.intents import Intent
from dashboard.services.clocks import latest_end
from dashboard.services.foundation import Foundation
from dashboard.services.lab.scenarios.points import Scenario
from dashboard.services.lab.scenarios.report import ProductionError, Report
from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.services.permissions import Permission, permissions
from dashboard.services.recorder.budgets import CHANGES, HOUR, BudgetSpentError
from dashboard.services.recorder.recorder import AuditRecorder
from dashboard.store.db.database import StoreError, Transaction
from dashboard.store.lab import reports
from dashboard.store.lab.reports import ReportState, StoredReport
from dashboard.store.limits import table as limits
from dashboard.store.staff import members

NOTHING_TO_DO, NOW = timedelta(seconds=1), timedelta()
LEASE = timedelta(minutes=20)  # longer than all scenarios take where every call takes its deadline
KEPT_FOR = timedelta(days=90)
SHOWN = 20
RunScenarios = Callable[[Sequence[Scenario], Actor], Report]
_REPORT = TypeAdapter(Report)
log = structlog.get_logger()


@dataclass(frozen=True)
class ReportPage:
    """A report as its page shows it; `report` is None until it is done."""

    stored: StoredReport
    scenarios: tuple[Scenario, ...]
    report: Report | None
    worker_runs: bool


class Reports:
    """Keeps reports; the worker makes them one after the other."""

    def __init__(self, run_scenarios: RunScenarios, base: Foundation) -> None:
        self._run_scenarios = run_scenarios
        self._database = base.database
        self._clock = base.clock
        self._environment = base.chain.environment
        self._recorder = AuditRecorder(base.chain, base.clock)
        self._heartbeat = WorkerHeartbeat(base.database, base.clock)

    def ask(self, intent: Intent, wanted: Sequence[Scenario], by: Actor) -> int:
        """Ask for a report, once per form; return its number.

        Raises:
            AnotherBodyError: the form asked for other scenarios before.
            BudgetSpentError: the person reached an hourly budget.
            NotRecordedError: it could not be kept.

        """
        names = ",".join(wanted)
        with recording(self._database) as transaction:
            if before := reports.of_form(transaction, intent.nonce):
                if before.scenarios != names:
                    raise AnotherBodyError
                return before.id
            self._recorder.require(transaction, Permission.LAB_RUN, by)
            self._count(transaction, by)
            return reports.add(
                transaction,
                staff_id=intent.staff_id,
                nonce=intent.nonce,
                scenarios=names,
                at=self._clock(),
            )

    def _count(self, transaction: Transaction, by: Actor) -> None:
        """Count what is asked for: an entry of the audit log, which is counted, comes later."""
        now, asked = self._clock(), f"reports/{by.staff_id}"
        if limits.count_in(transaction, asked, now, HOUR) > CHANGES.most:
            next_at = limits.ends_at(transaction, asked) or now + HOUR
            raise BudgetSpentError(by, Permission.LAB_RUN, CHANGES, next_at)

    def newest(self) -> list[ReportPage]:
        """Return the newest reports."""
        worker_runs = self._heartbeat.is_running()
        with self._database.read() as connection:
            found = reports.newest(connection, SHOWN)
        return [_page(each, worker_runs=worker_runs) for each in found]

    def find(self, number: int) -> ReportPage | None:
        """Return a report, None where there is none."""
        with self._database.read() as connection:
            stored = reports.find(connection, number)
        return _page(stored, worker_runs=self._heartbeat.is_running()) if stored else None

    def work(self) -> timedelta:
        """Make the report that has waited longest; return how long to wait before the next.

        Raises:
            StoreError: the database cannot be used; the report is lost once its lease ends.

        """
        with self._database.read() as connection:
            if not reports.has_work(connection):
                return NOTHING_TO_DO
        taken_at = self._clock()
        with self._database.write() as transaction:
            reports.give_up(transaction, taken_at, latest_end(taken_at, LEASE))
            stored = reports.take(transaction, taken_at + LEASE)
            if stored and not self._may(transaction, stored):
                reports.end(transaction, stored.id, ReportState.LOST, taken_at)
                return NOW
        if stored is None:
            return NOTHING_TO_DO
        self._make(stored)
        return NOW

    def remove_old(self) -> None:
        """Delete reports that ended long ago. Raises StoreError."""
        oldest = self._clock() - KEPT_FOR
        with self._database.write() as transaction:
            reports.remove_before(transaction, oldest)

    def _make(self, stored: StoredReport) -> None:
        by = Actor(stored.staff_id, via=Via.WORKER)
        document, state = "", ReportState.LOST
        try:
            report = self._run_scenarios(_scenarios_of(stored), by)
            document, state = _REPORT.dump_json(report).decode(), ReportState.DONE
        except (BudgetSpentError, ProductionError, StoreError) as error:
            log.warning("scenarios_not_run", report=stored.id, cause=type(error).__name__)
        with self._database.write() as transaction:
            reports.end(transaction, stored.id, state, self._clock(), document)

    def _may(self, transaction: Transaction, stored: StoredReport) -> bool:
        """Return whether the person who asked may still run scenarios."""
        member = members.find_by_id(transaction, stored.staff_id)
        if member is None or not member.active:
            return False
        return Permission.LAB_RUN in permissions(member.roles, self._environment)


def _page(stored: StoredReport, *, worker_runs: bool) -> ReportPage:
    report = None
    try:
        report = _REPORT.validate_json(stored.document) if stored.document else None
    except ValidationError:  # of another version
        log.warning("report_unreadable", report=stored.id)
    return ReportPage(stored, _scenarios_of(stored), report, worker_runs)


def _scenarios_of(stored: StoredReport) -> tuple[Scenario, ...]:
    known = {each.value for each in Scenario}
    return tuple(Scenario(name) for name in stored.scenarios.split(",") if name in known)
