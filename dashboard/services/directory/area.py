"""The directory of users, and what keeps it complete."""

from dataclasses import dataclass

from dashboard.services.directory.budget import BackgroundBudget
from dashboard.services.directory.control import SweepControl
from dashboard.services.directory.status import DirectoryStatusReader
from dashboard.services.directory.sync import DirectorySync, SyncSettings
from dashboard.services.foundation import Foundation
from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.services.ports import UserSource
from dashboard.services.recorder.recorder import AuditRecorder


@dataclass(frozen=True)
class DirectoryServices:
    """The upkeep of the directory: what it may spend, what it does, how far it is."""

    budget: BackgroundBudget
    control: SweepControl
    status: DirectoryStatusReader
    sync: DirectorySync


def build_directory(
    base: Foundation, source: UserSource, budget: BackgroundBudget, settings: SyncSettings
) -> DirectoryServices:
    """Build the services of the area."""
    heartbeat = WorkerHeartbeat(base.database, base.clock)
    return DirectoryServices(
        budget=budget,
        control=SweepControl(base.database, AuditRecorder(base.chain, base.clock), base.clock),
        status=DirectoryStatusReader(base.database, base.clock, budget, heartbeat, settings),
        sync=DirectorySync(source, base, budget, settings),
    )
