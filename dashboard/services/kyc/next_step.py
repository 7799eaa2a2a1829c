"""The next step for a user, from their status and what we know of their KYC.

One variant per situation. The words for each are in `templates/users/_next.html`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from dashboard.partner.responses import UserStatus
from dashboard.services.attempts.conflicts import is_running
from dashboard.services.kyc.inquiries import lost_before
from dashboard.store.kyc.inquiries import Inquiry, leading
from dashboard.store.kyc.states import InquiryState
from dashboard.store.users.sightings import Sighting


@dataclass(frozen=True)
class NotStarted:
    """Pending, and no start is known here."""

    kind: ClassVar[str] = "not_started"


@dataclass(frozen=True)
class Starting:
    """Pending, and a start was sent just now: the API has not answered yet."""

    kind: ClassVar[str] = "starting"
    inquiry: Inquiry


@dataclass(frozen=True)
class LinkFresh:
    """Pending, started a short while ago."""

    kind: ClassVar[str] = "link_fresh"
    inquiry: Inquiry
    until_at: datetime


@dataclass(frozen=True)
class LinkExpired:
    """Pending, started so long ago that the link has likely expired."""

    kind: ClassVar[str] = "link_expired"
    inquiry: Inquiry
    expired_at: datetime


@dataclass(frozen=True)
class StartedElsewhere:
    """Pending, and the API said that KYC is in progress, but the link is not ours."""

    kind: ClassVar[str] = "started_elsewhere"
    inquiry: Inquiry


@dataclass(frozen=True)
class StartedLinkLost:
    """Pending, and the API said "in progress" after the answer to a start of ours was lost.

    Most likely that start went through; it can't be known for certain.
    """

    kind: ClassVar[str] = "started_link_lost"
    inquiry: Inquiry
    lost: Inquiry


@dataclass(frozen=True)
class StartUnknown:
    """Pending, and the answer to a start was lost."""

    kind: ClassVar[str] = "start_unknown"
    inquiry: Inquiry


@dataclass(frozen=True)
class CanOperate:
    """Active. The change was seen between `not_yet_at` and `since_at`, where it was seen."""

    kind: ClassVar[str] = "can_operate"
    since_at: datetime | None
    not_yet_at: datetime | None
    before: str | None


@dataclass(frozen=True)
class Suspended:
    """Suspended; only Qash can lift it."""

    kind: ClassVar[str] = "suspended"


@dataclass(frozen=True)
class Banned:
    """Banned permanently by Qash."""

    kind: ClassVar[str] = "banned"


@dataclass(frozen=True)
class OtherStatus:
    """A status that the contract does not name."""

    kind: ClassVar[str] = "other"
    status: str


NextStep = (
    NotStarted
    | Starting
    | LinkFresh
    | LinkExpired
    | StartedElsewhere
    | StartedLinkLost
    | StartUnknown
    | CanOperate
    | Suspended
    | Banned
    | OtherStatus
)


def next_step(
    status: str,
    inquiries: Sequence[Inquiry],
    history: Sequence[Sighting],
    *,
    now: datetime,
    link_ttl: timedelta,
) -> NextStep:
    """Decide. `inquiries` and `history` are newest first; `status` is the word as it came."""
    match status:
        case UserStatus.PENDING:
            return _pending(inquiries, now, link_ttl)
        case UserStatus.ACTIVE:
            current = history[0] if history and history[0].status == status else None
            before = history[1] if current and len(history) > 1 else None
            return CanOperate(
                since_at=current.first_seen_at if current else None,
                not_yet_at=before.last_seen_at if before else None,
                before=before.status if before else None,
            )
        case UserStatus.SUSPENDED:
            return Suspended()
        case UserStatus.BANNED:
            return Banned()
        case _:
            return OtherStatus(status)


def _pending(inquiries: Sequence[Inquiry], now: datetime, link_ttl: timedelta) -> NextStep:
    inquiry = leading(inquiries)
    if inquiry is None:
        return NotStarted()
    match inquiry.state:
        case InquiryState.HELD:
            ends = inquiry.started_at + link_ttl
            return LinkFresh(inquiry, ends) if now < ends else LinkExpired(inquiry, ends)
        case InquiryState.ELSEWHERE:
            lost = lost_before(inquiry, inquiries)
            return StartedLinkLost(inquiry, lost) if lost else StartedElsewhere(inquiry)
        case InquiryState.UNKNOWN:
            running = inquiry.is_open and is_running(inquiry.started_at, now)
            return Starting(inquiry) if running else StartUnknown(inquiry)
