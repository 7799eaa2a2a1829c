"""The directory of users: finding them in our own copy, and what keeps it complete."""

from dataclasses import dataclass
from datetime import timedelta

from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.directory.box import Box
from dashboard.services.directory.budget import BackgroundBudget
from dashboard.services.directory.control import SweepControl
from dashboard.services.directory.listing import Directory
from dashboard.services.directory.look_throughs import LookThroughs
from dashboard.services.directory.looking import LookReader
from dashboard.services.directory.places import SealedPlaces
from dashboard.services.directory.settings import SyncSettings
from dashboard.services.directory.status import DirectoryStatusReader
from dashboard.services.directory.sync import DirectorySync
from dashboard.services.foundation import Foundation
from dashboard.services.kyc_links import KycLinks
from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.services.ports import UserSource
from dashboard.services.recorder.recorder import AuditRecorder


@dataclass(frozen=True)
class DirectoryServices:
    """The box that finds users, their lists, and the upkeep: what it may spend, does, and has."""

    box: Box
    budget: BackgroundBudget
    control: SweepControl
    listing: Directory
    look_reader: LookReader
    looks: LookThroughs
    places: SealedPlaces
    status: DirectoryStatusReader
    sync: DirectorySync


def build_directory(
    base: Foundation,
    source: UserSource,
    budget: BackgroundBudget,
    settings: SyncSettings,
    links: KycLinks,
    *,
    link_ttl: timedelta,
    owner_lapses: timedelta,
) -> DirectoryServices:
    """Build the services of the area."""
    database, clock = base.database, base.clock
    places = SealedPlaces(base.encryptor(KeyPurpose.PLACE))
    heartbeat = WorkerHeartbeat(database, clock)
    box, sync = Box(database, links), DirectorySync(source, base, budget, settings)
    looks = LookThroughs(base, box, base.encryptor(KeyPurpose.LOOK), is_on=settings.is_on)
    status = DirectoryStatusReader(database, clock, budget, heartbeat, settings)
    return DirectoryServices(
        box=box,
        budget=budget,
        control=SweepControl(database, AuditRecorder(base.chain, clock), clock),
        listing=Directory(
            database, clock, places, status, link_ttl=link_ttl, owner_lapses=owner_lapses
        ),
        look_reader=LookReader(source, base, budget, sync.lease, looks),
        looks=looks,
        places=places,
        status=status,
        sync=sync,
    )
