"""Running the dashboard: whether it is ready, and whether its worker runs."""

from dataclasses import dataclass

from dashboard.services.foundation import Foundation
from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.services.operations.readiness import Readiness


@dataclass(frozen=True)
class OperationsServices:
    """Readiness and the worker's heartbeat."""

    readiness: Readiness
    heartbeat: WorkerHeartbeat


def build_operations(base: Foundation) -> OperationsServices:
    """Build the services of the area."""
    return OperationsServices(Readiness(base.database), WorkerHeartbeat(base.database, base.clock))
