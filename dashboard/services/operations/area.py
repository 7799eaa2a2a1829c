"""Running the dashboard: whether it is ready, and what its worker does for the database."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from dashboard.services.foundation import Foundation
from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.services.operations.readiness import Readiness
from dashboard.services.operations.statistics import Statistics
from dashboard.store.maintenance import free_pages

SHRINKING_S = 1.0  # of a round


@dataclass(frozen=True)
class OperationsServices:
    """Readiness, the worker's heartbeat, and the file's upkeep: `free_pages` lets it shrink."""

    readiness: Readiness
    heartbeat: WorkerHeartbeat
    statistics: Statistics
    free_pages: Callable[[], int]


def build_operations(base: Foundation) -> OperationsServices:
    """Build the services of the area."""
    return OperationsServices(
        Readiness(base.database),
        WorkerHeartbeat(base.database, base.clock),
        Statistics(base.database, base.clock),
        partial(free_pages.free, base.database, SHRINKING_S),
    )
