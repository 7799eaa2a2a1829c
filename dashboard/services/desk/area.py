"""The desk: its list, and what keeps it right."""

from dataclasses import dataclass

from dashboard.services.credentials.active import ActiveCredentials
from dashboard.services.desk.desk import Desk
from dashboard.services.desk.follow import Follower
from dashboard.services.desk.following import FollowStatusReader
from dashboard.services.desk.settings import DeskSettings
from dashboard.services.directory.area import DirectoryServices
from dashboard.services.foundation import Foundation
from dashboard.services.kyc.reconcile import KycReconciler
from dashboard.services.ports import UserSource
from dashboard.services.upstream.breaker import Breaker


@dataclass(frozen=True)
class DeskServices:
    """The list of the desk, and what follows those who wait."""

    list: Desk
    follow: Follower
    following: FollowStatusReader


def build_desk(
    base: Foundation,
    settings: DeskSettings,
    directory: DirectoryServices,
    source: UserSource,
    reconciler: KycReconciler,
    credentials: ActiveCredentials,
    breaker: Breaker,
) -> DeskServices:
    """Build the services of the area."""
    database, clock = base.database, base.clock
    schedule, budget = settings.schedule, directory.budget
    status = FollowStatusReader(database, clock, budget, credentials, breaker, schedule)
    return DeskServices(
        list=Desk(database, clock, settings, directory.places, directory.box),
        follow=Follower(source, base, budget, directory.sync.lease, reconciler, status, schedule),
        following=status,
    )
