"""What each process counts and times as it happens.

Labels have few values, and all of them come from the code: no path, ID, address or text of anyone.
"""

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

from dashboard.partner import errors
from dashboard.partner.errors import UnavailableKind
from dashboard.partner.telemetry import CallRecord
from dashboard.services.audit.log import ACTIONS
from dashboard.services.ports import Meter

NONE, OTHER = "none", "other"
STATUS_CLASSES = range(1, 6)
PAGE_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
CALL_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

disable_created_metrics()  # type: ignore[no-untyped-call]  # one more series of each
PAGES = Histogram(
    "dashboard_page_seconds",
    "Time to answer a request, without the sending of its body.",
    ("endpoint", "status"),
    buckets=PAGE_BUCKETS,
)
CALLS = Histogram(
    "dashboard_api_call_seconds",
    "Time of a call to the Partner API, with its retries.",
    ("call", "status", "result"),
    buckets=CALL_BUCKETS,
)
HELD_BACK = Counter(
    "dashboard_api_calls_held_back", "Calls to the Partner API that were not sent.", ("reason",)
)
IN_PROGRESS = Gauge(
    "dashboard_api_calls_in_progress",
    "Calls to the Partner API under way.",
    multiprocess_mode="livesum",
)
SLOTS = Gauge(
    "dashboard_api_call_slots",
    "How many calls to the Partner API may be under way.",
    multiprocess_mode="livesum",
)
ACTIONS_DONE = Counter(
    "dashboard_actions", "Entries of the audit log, and what it only counts.", ("action", "outcome")
)


class PrometheusMeter(Meter):
    """Counts for Prometheus; `slots` is how many calls may be under way in this process."""

    def __init__(self, slots: int) -> None:
        SLOTS.set(slots)
        for kind in errors.HELD_BACK:
            HELD_BACK.labels(kind.value)

    def answered(self, endpoint: str | None, status: int, took_s: float) -> None:
        """Time an answer."""
        PAGES.labels(endpoint or NONE, str(status)).observe(took_s)

    def began(self) -> None:
        """Count a call as under way."""
        IN_PROGRESS.inc()

    def ended(self) -> None:
        """Count it as ended."""
        IN_PROGRESS.dec()

    def held_back(self, kind: UnavailableKind) -> None:
        """Count a call that was not sent."""
        HELD_BACK.labels(kind.value).inc()

    def called(self, call: CallRecord) -> None:
        """Time a call. Its status is of the API's choosing, so only the class is kept."""
        kind = (call.status or 0) // 100
        status = f"{kind}xx" if kind in STATUS_CLASSES else NONE
        name = f"{call.verb} {call.path}"
        CALLS.labels(name, status, call.result.value).observe(call.took_ms / 1000)

    def recorded(self, action: str, outcome: str) -> None:
        """Count what the audit log records; actions of other versions count under `OTHER`."""
        ACTIONS_DONE.labels(action if action in ACTIONS else OTHER, outcome).inc()
