"""The digest: what changed since a person's last visit, each number with the list that it opens."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from dashboard.services.directory.filters import Counted, KycLane, ListFilters
from dashboard.services.directory.listing import Directory
from dashboard.services.ports import Clock
from dashboard.services.readers import Reader
from dashboard.store.db.database import Database
from dashboard.store.kyc.lane_times import CLOSED_FOR
from dashboard.store.overview import figures

FIRST_VISIT = timedelta(days=7)


class Change(StrEnum):
    """What changed of users who wait."""

    BECAME_ACTIVE = "became_active"
    LINK_EXPIRED = "link_expired"
    CAME = "came"  # registered, or seen to be pending; nothing was started yet
    CLOSED = "closed"  # suspended, banned or gone


@dataclass(frozen=True)
class Digest:
    """What changed since a moment.

    `is_first`: there was no visit before, and it is about the last days. `is_long`: it is longer
    ago than `CLOSED_FOR`, for which closed users stay on the desk: older ones are not counted.
    """

    since: datetime
    is_first: bool
    is_long: bool
    changes: dict[Change, Counted]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing changed."""
        return not any(each.users for each in self.changes.values())


class Digests:
    """Counts what changed. Moments are those of the address: minutes in the person's zone."""

    def __init__(
        self, database: Database, directory: Directory, clock: Clock, *, link_ttl: timedelta
    ) -> None:
        self._database = database
        self._directory = directory
        self._clock = clock
        self._link_ttl = link_ttl

    def since(self, visited_at: datetime | None, reader: Reader) -> Digest:
        """Return what changed since a visit, or within the last days where there was none."""
        now = self._clock()
        since = visited_at or _midnight(now - FIRST_VISIT, reader.zone)
        minute = _minute(since, reader.zone)
        lists = {
            Change.BECAME_ACTIVE: ListFilters(active_from=minute),
            Change.LINK_EXPIRED: ListFilters(
                kyc=KycLane.LINK_EXPIRED, waiting_from=_minute(since - self._link_ttl, reader.zone)
            ),
            Change.CAME: ListFilters(kyc=KycLane.NOT_STARTED, waiting_from=minute),
            Change.CLOSED: ListFilters(kyc=KycLane.CLOSED, closed_from=minute),
        }
        queries = [self._directory.query(each, reader) for each in lists.values()]
        with self._database.read() as connection:
            users = figures.counts(connection, queries)
        counted = map(Counted, lists.values(), users)
        return Digest(
            since=since,
            is_first=visited_at is None,
            is_long=since < now - CLOSED_FOR,
            changes=dict(zip(lists, counted, strict=True)),
        )


def _midnight(at: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(at.astimezone(zone).date(), time(), zone)


def _minute(at: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment as an address has it."""
    return at.astimezone(zone).replace(second=0, microsecond=0, tzinfo=None)
