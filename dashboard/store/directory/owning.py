"""Whose a user is, and who is kept off the desk: one function of a row and the time, twice.

In Python and in SQL. A user whose owner has done nothing for them for long has no owner.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, literal, or_

from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.late import LATE_AT_MOST
from dashboard.store.schema import directory

NO_OWNER = -1
SNOOZED_AT_MOST = timedelta(days=60)
NO_ONE = frozenset({NO_OWNER})
SNOOZED = "yes"


@dataclass(frozen=True)
class FollowUpTimes:
    """The times that they depend on. Owners who were active after `owned_after` own still.

    Later times than `latest` and `snoozed_at_most` are of a clock that was put back: they count as
    long ago.
    """

    now: datetime
    owned_after: datetime
    latest: datetime
    snoozed_at_most: datetime

    def owns(self, active_at: datetime) -> bool:
        """Return whether an owner who was last active then owns still."""
        return self.owned_after < active_at <= self.latest

    def snoozes(self, until_at: datetime) -> bool:
        """Return whether a snooze until then runs."""
        return self.now < until_at <= self.snoozed_at_most


@dataclass(frozen=True)
class OwnedBy:
    """The users of these owners, those of no one for `NO_ONE`."""

    staff_ids: frozenset[int]
    times: FollowUpTimes

    def condition(self) -> ColumnElement[bool]:
        """Return the condition on a row."""
        return is_owned_by(self.staff_ids, self.times)


def follow_up_times(now: datetime, owner_lapses: timedelta) -> FollowUpTimes:
    """Return the times for now, for owners who lapse after so long."""
    return FollowUpTimes(
        now=now,
        owned_after=now - owner_lapses,
        latest=now + LATE_AT_MOST,
        snoozed_at_most=now + 2 * SNOOZED_AT_MOST,
    )


def owner_of(user: DirectoryUser, times: FollowUpTimes) -> int:
    """Return the number of the owner, `NO_OWNER` for none."""
    active_at = user.owner_active_at
    is_owned = active_at is not None and times.owns(active_at)
    return user.owner_id if is_owned and user.owner_id is not None else NO_OWNER


def snoozed_until(user: DirectoryUser, times: FollowUpTimes) -> datetime | None:
    """Return until when a user is kept off the desk, None for one who is not."""
    until = user.snoozed_until_at
    return until if until is not None and times.snoozes(until) else None


def owner_column(times: FollowUpTimes) -> ColumnElement[int]:
    """Return the owner as a column."""
    return case((is_owned(times), directory.c.owner_id), else_=literal(NO_OWNER))


def snoozed_column(times: FollowUpTimes) -> ColumnElement[str]:
    """Return whether a user is kept off the desk: `SNOOZED`, or "" for one who is not."""
    return case((is_snoozed(times), literal(SNOOZED)), else_=literal(""))


def is_owned(times: FollowUpTimes) -> ColumnElement[bool]:
    """Return the condition that a user has an owner."""
    active_at = directory.c.owner_active_at
    return and_(active_at > times.owned_after, active_at <= times.latest)


def is_owned_by(staff_ids: AbstractSet[int], times: FollowUpTimes) -> ColumnElement[bool]:
    """Return the condition that one of these owns a user, or that no one does for `NO_ONE`."""
    columns = directory.c
    if staff_ids == NO_ONE:
        active_at = columns.owner_active_at
        has_lapsed = or_(active_at <= times.owned_after, active_at > times.latest)
        return or_(columns.owner_id.is_(None), has_lapsed)
    return and_(columns.owner_id.in_(staff_ids), is_owned(times))


def is_snoozed(times: FollowUpTimes) -> ColumnElement[bool]:
    """Return the condition that a user is kept off the desk."""
    until = directory.c.snoozed_until_at
    return and_(until > times.now, until <= times.snoozed_at_most)


def is_awake(times: FollowUpTimes) -> ColumnElement[bool]:
    """Return the condition that a user is not kept off the desk."""
    until = directory.c.snoozed_until_at
    return or_(until.is_(None), until <= times.now, until > times.snoozed_at_most)
