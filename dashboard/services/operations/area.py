"""Running the dashboard: whether it is ready, and whether its worker runs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from dashboard.services.foundation import Foundation
from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.services.operations.readiness import Readiness
from dashboard.store.maintenance import free_pages

SHRINKING_S = 1.0  # of a round


@dataclass(frozen=True)
class OperationsServices:
    """Readiness, the worker's heartbeat, and `free_pages`, which lets the file shrink."""

    readiness: Readiness
    heartbeat: WorkerHeartbeat
    free_pages: Callable[[], int]


def build_operations(base: Foundation) -> OperationsServices:
    """Build the services of the area."""
    return OperationsServices(
        Readiness(base.database),
        WorkerHeartbeat(base.database, base.clock),
        partial(free_pages.free, base.database, SHRINKING_S),
    )
