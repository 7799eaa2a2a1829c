"""What the database holds, read when it is asked for: by the worker, for all machines."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dashboard.services.directory.budget import CallKind
from dashboard.services.directory.status import DirectoryStatus
from dashboard.services.registry import Services
from dashboard.store.db.database import StoreError
from dashboard.store.jobs.jobs import JobKind
from dashboard.store.jobs.states import OPEN


class StateCollector(Collector):
    """Reads the state with a fixed number of statements."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def describe(self) -> Iterable[Metric]:
        """Return nothing, so that registering costs no statement."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Return the state, or only that it can't be read."""
        try:
            found = [*self._read()]
        except StoreError:
            found = []
        readable = gauge(
            "dashboard_state_readable", "Whether the database can be read.", bool(found)
        )
        return [readable, *found]

    def _read(self) -> Iterator[Metric]:
        yield from self._upstream()
        yield from _directory(self._services.directory.status.read())
        yield from self._work()

    def _upstream(self) -> Iterator[Metric]:
        _, status = self._services.credentials.active.look()
        outage = self._services.upstream.breaker.outage(status.breaker)
        yield gauge("dashboard_breaker_open", "Whether failures hold calls back.", bool(outage))
        yield gauge(
            "dashboard_api_calls_paused", "Whether staff paused calls.", bool(status.freeze)
        )

    def _work(self) -> Iterator[Metric]:
        rows = GaugeMetricFamily(
            "dashboard_job_rows", "Rows of jobs that wait or run.", labels=("kind", "state")
        )
        backlog = self._services.jobs.runner.backlog()
        for kind in JobKind:
            for state in OPEN:
                rows.add_metric((kind.value, state), backlog.get((kind, state), 0))
        yield rows
        follow = self._services.desk.follow
        lag_s = follow.lag().total_seconds()
        yield gauge("dashboard_follow_lag_seconds", "How late the longest due check is.", lag_s)
        last = self._services.operations.heartbeat.find_last()
        yield at("dashboard_worker_round_timestamp_seconds", "The worker's last round.", last)


def _directory(status: DirectoryStatus) -> Iterator[Metric]:
    budget, running = status.budget, status.running
    yield gauge("dashboard_budget_calls_per_minute", "Budget now.", budget.per_min)
    yield gauge("dashboard_budget_setting_calls_per_minute", "Budget as set.", budget.setting)
    yield gauge("dashboard_budget_calls_left", "Calls that may be made now.", budget.left)
    used = GaugeMetricFamily(
        "dashboard_budget_calls", "Calls of the last 60 seconds.", labels=("kind",)
    )
    for kind in CallKind:
        used.add_metric((kind.value,), budget.calls.get(kind, 0))
    yield used
    yield gauge("dashboard_directory_users", "Users in the directory.", status.users)
    swept = "dashboard_sweep_completed_timestamp_seconds"
    yield at(swept, "When a sweep last read the whole list.", status.swept_at)
    yield gauge("dashboard_sweep_running", "Whether a sweep is under way.", bool(running))
    seen = running.sweep.seen if running else 0
    yield gauge("dashboard_sweep_users", "Users that the sweep under way has read.", seen)
    yield gauge("dashboard_api_users", "Users as the API told last.", status.total or 0)


def gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    """Return a number; 1 means yes."""
    return GaugeMetricFamily(name, text, value=float(value))


def at(name: str, text: str, when: datetime | None) -> GaugeMetricFamily:
    """Return a time in seconds since 1970, 0 for never."""
    return GaugeMetricFamily(name, text, value=when.timestamp() if when else 0.0)
