"""The stretches of time that the filters of age and of what is due divide each lane into."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from dashboard.services.desk.filters import AGES, WAITING, Due, KycLane
from dashboard.services.desk.settings import DeskSettings
from dashboard.store.desk.query import Stretch
from dashboard.store.directory.entries import DirectoryUser

MOMENT = timedelta(microseconds=1)


def divide(settings: DeskSettings, now: datetime, midnight: datetime) -> tuple[Stretch, ...]:
    """Return the stretches of all lanes as of now; `midnight` is when the day ends."""
    lanes = [each for each in WAITING if settings.keeps_directory or each != KycLane.NOT_STARTED]
    return tuple(each for lane in lanes for each in _of_lane(lane, settings, now, midnight))


def delay_of(lane: KycLane, settings: DeskSettings) -> timedelta:
    """Return how long after the start of an inquiry there is something to do in a lane."""
    return settings.link_ttl if lane is KycLane.LINK_EXPIRED else timedelta()


def since_at(user: DirectoryUser, lane: KycLane, settings: DeskSettings) -> datetime:
    """Return since when there is something to do for a user of a lane, or no longer is."""
    if lane not in WAITING:
        return user.closed_at or user.status_since_at
    return (user.waits_from_at or user.first_seen_at) + delay_of(lane, settings)


def is_overdue(due_at: datetime | None, now: datetime) -> bool:
    """Return whether something was to be done by now."""
    return due_at is not None and due_at <= now


def _of_lane(
    lane: KycLane, settings: DeskSettings, now: datetime, midnight: datetime
) -> Iterator[Stretch]:
    delay, due_after = delay_of(lane, settings), settings.due[lane]
    ages = [now - longer for longer, _ in AGES.values() if longer]
    dues = [now - due_after, midnight - MOMENT - due_after]
    expired_at = now - settings.link_ttl
    first = expired_at if lane is KycLane.LINK_FRESH else None
    last = expired_at if lane is KycLane.LINK_EXPIRED else None
    edges = sorted({each - delay for each in (*ages, *dues)})
    within = [each for each in edges if (not first or each > first) and (not last or each < last)]
    for after, until in pairwise((first, *within, last)):
        since = (until or (after or now) + MOMENT) + delay
        due = _due(since + due_after, now, midnight)
        yield Stretch(lane, after, until, delay, _age(now - since), due)


def _age(waited: timedelta) -> str:
    return next(name for name, (_, less) in AGES.items() if waited < less)


def _due(due_at: datetime, now: datetime, midnight: datetime) -> str:
    if is_overdue(due_at, now):
        return Due.OVERDUE
    return Due.TODAY if due_at < midnight else ""
