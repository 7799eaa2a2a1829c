"""What the desk tells about users who wait: rows, pages, and what changed meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2s

from dashboard.services.desk.filters import WAITING, DeskFilters, KycLane
from dashboard.store.contacts.log import LastContact
from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.tags.tags import Tag


class DeskMark(StrEnum):
    """What contradicts itself about a user, as a message for Qash says."""

    AGAIN = "again"  # active, and pending again
    LINK_AND_409 = "link_and_409"  # we hold a link, and the API said later "in progress"
    GONE = "gone"  # the API no longer knows them


@dataclass(frozen=True)
class RowOwner:
    """Who owns a user of a row."""

    id: int
    name: str


@dataclass(frozen=True)
class DeskRow:
    """A user of a lane.

    `since_at`: since when there is something to do, or when it was seen that there no longer is.
    `due_at` is None in a closed lane; once it has passed the row `is_overdue`. `inquiry` is the
    leading one; `lost` is our own start whose answer was lost before it. `is_starting`: a start is
    still being sent. `is_late`: they were not asked about when it was due, so what the row says may
    be old. `owner` has not lapsed, and `snoozed_until` is not over. `contact` is the last one.
    """

    user: DirectoryUser
    lane: KycLane
    since_at: datetime
    due_at: datetime | None
    is_overdue: bool
    inquiry: Inquiry | None = None
    lost: Inquiry | None = None
    is_starting: bool = False
    is_late: bool = False
    owner: RowOwner | None = None
    snoozed_until: datetime | None = None
    contact: LastContact | None = None
    marks: frozenset[DeskMark] = frozenset()

    @property
    def state_key(self) -> str:
        """What a reader sees of the state, in 8 characters that differ when it differs."""
        link = self.inquiry.verification_url if self.inquiry else None
        is_lost = self.lost is not None
        state = (self.lane, self.user.status, self.since_at, link, is_lost, self.is_starting)
        whose = (self.owner, self.snoozed_until)
        seen = repr((*state, self.is_overdue, self.is_late, *whose, *sorted(self.marks)))
        return blake2s(seen.encode(), digest_size=4).hexdigest()

    @property
    def took(self) -> timedelta | None:
        """How long it took from the start of KYC until it was seen that a user no longer waits."""
        started_at, closed_at = self.user.kyc_started_at, self.user.closed_at
        if self.lane in WAITING or started_at is None or closed_at is None:
            return None
        return max(closed_at - started_at, timedelta())


@dataclass(frozen=True)
class DeskPage:
    """A page of the desk at one moment.

    `counts` has, by filter and value, how many users the list has with this value instead, and
    under "" without the filter. `by` are email and name of all who started someone who waits,
    `owners` of all who own someone, `tags` all tags.
    `after` and `before` are the places of the pages beside it, "" for none; `damaged` names the
    place that was asked for and can't be used. `unnamed`, on the first page without filters, are
    users whose KYC was started or imported here and who are in no answer of the API yet.
    """

    filters: DeskFilters
    at: datetime
    rows: tuple[DeskRow, ...]
    total: int
    counts: Mapping[str, Mapping[str, int]]
    by: tuple[tuple[str, str], ...] = ()
    tags: tuple[Tag, ...] = ()
    owners: tuple[tuple[str, str], ...] = ()
    after: str = ""
    before: str = ""
    damaged: str = ""
    unnamed: int = 0


@dataclass(frozen=True)
class DeskNews:
    """What changed since someone loaded a page, for the rows they see and the list they asked for.

    `changed` are rows of theirs that differ now, in whatever lane they are, `same` the others.
    `became_active` and `left` count who ceased to wait, `came` who now wait.
    """

    changed: tuple[DeskRow, ...]
    same: tuple[DeskRow, ...]
    became_active: int
    left: int
    came: int
