"""The times that lanes depend on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.store.kyc.states import KycLane

CLOSED_FOR = timedelta(days=7)


@dataclass(frozen=True)
class LaneTimes:
    """The times that lanes depend on, as of now.

    Links of starts up to `expired_at` have probably expired. Users who ceased to wait after
    `closed_after` are still in a lane.
    """

    expired_at: datetime
    closed_after: datetime


@dataclass(frozen=True)
class InLane:
    """The users of a lane."""

    lane: KycLane
    times: LaneTimes


def times_at(now: datetime, link_ttl: timedelta) -> LaneTimes:
    """Return the times for now, for links that work for `link_ttl`."""
    return LaneTimes(expired_at=now - link_ttl, closed_after=now - CLOSED_FOR)
