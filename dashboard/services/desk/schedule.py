"""When users with an open inquiry are to be asked about, and whose row may be out of date."""

from datetime import UTC, datetime, timedelta

from dashboard.services.clocks import is_ahead, latest_seen
from dashboard.services.desk.settings import FollowSchedule
from dashboard.store.desk.due import Followed, Waits
from dashboard.store.directory.entries import DirectoryUser

LENIENT = timedelta(minutes=5)  # a check that is later than this, and than its interval, is late
BY_SWEEPS = timedelta(days=1)  # of users who are not asked about one by one
LATEST = datetime.max.replace(tzinfo=UTC)


def is_late(user: DirectoryUser, now: datetime, schedule: FollowSchedule) -> bool:
    """Return whether the check of someone who waits is very late."""
    if user.waits_from_at is None:
        return False
    every = schedule.interval(now - user.waits_from_at) if user.kyc_state else None
    return user.last_seen_at < _late_until(now, every or BY_SWEEPS)


def urgency(user: Followed, now: datetime, schedule: FollowSchedule) -> float:
    """Return how urgent a check is: from 1 on it is due, and 2 is an interval late.

    A user who was in no answer yet is the most urgent.
    """
    every = schedule.interval(now - user.waits_from_at)
    if every is None:
        return 0.0
    checked_at = _checked_at(user, now)
    return (now - checked_at) / every if checked_at else float("inf")


def due_at(user: Followed, now: datetime, schedule: FollowSchedule) -> datetime | None:
    """Return when a check is due, None for a wait that is no longer followed."""
    every = schedule.interval(now - user.waits_from_at)
    if every is None:
        return None
    checked_at = _checked_at(user, now)
    return checked_at + every if checked_at else now


def waits_at(now: datetime, schedule: FollowSchedule) -> list[Waits]:
    """Return the users of each step of the schedule, by when their wait began."""
    waits, until = [], LATEST
    for age, every in schedule.steps:
        after = now - age - every
        late_until = _late_until(now, every)
        waits.append(Waits(after, until, now - every, late_until, latest_seen(now)))
        until = after
    return waits


def longest(schedule: FollowSchedule) -> timedelta:
    """Return the age up to which waits are followed."""
    age, every = schedule.steps[-1]
    return age + every


def _checked_at(user: Followed, now: datetime) -> datetime | None:
    """Return when a user was last checked, None where a clock that was ahead says so."""
    checked_at = user.checked_at
    return None if checked_at and is_ahead(checked_at, now) else checked_at


def _late_until(now: datetime, every: timedelta) -> datetime:
    return now - every - max(every, LENIENT)
