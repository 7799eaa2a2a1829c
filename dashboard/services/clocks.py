"""Which times still count where clocks disagree.

Machines that share a database differ by seconds. A clock that was put back leaves times to come
behind, and what they date must not last for ever.
"""

from datetime import datetime, timedelta

APART = timedelta(seconds=10)  # the clocks of two machines


def is_fresh(since: datetime, now: datetime, lasts: timedelta) -> bool:
    """Return whether what was so at a time is so still; a time to come is none."""
    return -APART <= now - since < lasts


def is_open(ends_at: datetime, now: datetime, lasts: timedelta) -> bool:
    """Return whether what ends at a time may be used; `lasts` is how long any lasts at most."""
    return now < ends_at <= latest_end(now, lasts)


def latest_end(now: datetime, lasts: timedelta) -> datetime:
    """Return when the last of them ends; what ends later is of a clock that was put back."""
    return now + 2 * lasts
