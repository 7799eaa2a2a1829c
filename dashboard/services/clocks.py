"""Which times still count where clocks disagree.

Machines that share a database differ by seconds. A clock that was put back leaves future times
behind, and the things they date must not last for ever.
"""

from datetime import datetime, timedelta

from dashboard.store.late import LATE_AT_MOST

APART = timedelta(seconds=10)  # the clocks of two machines


def is_fresh(since: datetime, now: datetime, lasts: timedelta) -> bool:
    """Return whether a time is recent; one that is more than `APART` ahead is not."""
    return -APART <= now - since < lasts


def is_ahead(at: datetime, now: datetime) -> bool:
    """Return whether a time of something that happened is from before a clock was put back."""
    return at > latest_seen(now)


def latest_seen(now: datetime) -> datetime:
    """Return the latest time at which something can have happened, as any machine has it."""
    return now + LATE_AT_MOST


def is_open(ends_at: datetime, now: datetime, lasts: timedelta) -> bool:
    """Return whether something with this end may still be used; `lasts` is its longest lifetime."""
    return now < ends_at <= latest_end(now, lasts)


def latest_end(now: datetime, lasts: timedelta) -> datetime:
    """Return the latest possible end; a later one is from before a clock was put back."""
    return now + 2 * lasts
