"""The services of the overview."""

from dataclasses import dataclass
from datetime import timedelta

from dashboard.services.desk.desk import Desk
from dashboard.services.directory.listing import Directory
from dashboard.services.foundation import Foundation
from dashboard.services.overview.activity import Activity
from dashboard.services.overview.attention import AttentionReader
from dashboard.services.overview.counts import StatusCounts
from dashboard.services.overview.digest import Digests
from dashboard.services.overview.mine import MineReader
from dashboard.services.overview.progress import ProgressReader
from dashboard.services.overview.visits import Visits
from dashboard.services.ports import UserSource
from dashboard.services.upstream.monitor import UpstreamMonitor


@dataclass(frozen=True)
class OverviewServices:
    """The services of the overview; only `counts` asks the API."""

    activity: Activity
    attention: AttentionReader
    counts: StatusCounts
    digests: Digests
    mine: MineReader
    progress: ProgressReader
    visits: Visits


def build_overview(
    base: Foundation,
    source: UserSource,
    monitor: UpstreamMonitor,
    desk: Desk,
    directory: Directory,
    *,
    link_ttl: timedelta,
    owner_lapses: timedelta,
) -> OverviewServices:
    """Build the services of the area."""
    database, clock = base.database, base.clock
    return OverviewServices(
        activity=Activity(database, clock),
        attention=AttentionReader(desk, database, clock),
        counts=StatusCounts(source, monitor, database, clock),
        digests=Digests(database, directory, clock, link_ttl=link_ttl),
        mine=MineReader(desk, database, clock, owner_lapses),
        progress=ProgressReader(database, directory, clock),
        visits=Visits(database, clock),
    )
