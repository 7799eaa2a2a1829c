"""The KYC desk: its lanes, its rows and its query."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dashboard.store.kyc.inquiries import Inquiry


class Lane(StrEnum):
    """Lanes by what can be done next. All but SETTLED are pending, as far as we saw.

    LINK_LOST: the API said "in progress" after the answer to a start of ours was lost.
    """

    EXPIRED = "expired"
    LINK_LOST = "link_lost"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"
    STARTING = "starting"
    FRESH = "fresh"
    SETTLED = "settled"


@dataclass(frozen=True)
class DeskRow:
    """A user's leading inquiry. Email, country and status are None for one never seen.

    `lost_at` is when our own start was sent that most likely explains it.
    """

    id: int
    lane: Lane
    inquiry: Inquiry
    email: str | None
    country_code: str | None
    status: str | None
    seen_at: datetime | None
    lost_at: datetime | None


@dataclass(frozen=True)
class DeskQuery:
    """Which rows: of a lane (None: all but SETTLED), started by a person, behind another row.

    Links of starts up to `expired_at` have likely expired; a start without an answer runs until
    `given_up_at`.
    """

    expired_at: datetime
    given_up_at: datetime
    lane: Lane | None = None
    by: str | None = None
    after: int | None = None


@dataclass(frozen=True)
class LaneStart:
    """The first rows of a lane, and how many it has."""

    rows: list[DeskRow]
    size: int
