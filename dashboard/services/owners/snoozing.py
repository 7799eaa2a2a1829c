"""Snoozing users: until a day they are kept off the desk, with a note that says why."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum, auto
from uuid import UUID
from zoneinfo import ZoneInfo

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.foundation import Foundation
from dashboard.services.readers import Reader
from dashboard.services.recorder.recorder import AuditRecorder, Details, Subject
from dashboard.store.directory import rows
from dashboard.store.directory.owning import SNOOZED_AT_MOST
from dashboard.store.notes import book
from dashboard.store.owners import snoozes

LONGEST_DAYS = SNOOZED_AT_MOST.days
WEEK = 7


class Snoozed(Enum):
    """The result of a snooze."""

    DONE = auto()
    NOT_WAITING = auto()  # not waiting, so not on the desk


@dataclass(frozen=True)
class SnoozeDays:
    """The days that a person may choose, of their zone."""

    tomorrow: date
    next_monday: date
    last: date

    def allows(self, day: date) -> bool:
        """Return whether a user may be snoozed until a day."""
        return self.tomorrow <= day <= self.last


class Snoozing:
    """Keeps users off the desk until a day begins."""

    def __init__(self, base: Foundation) -> None:
        self._database = base.database
        self._clock = base.clock
        self._recorder = AuditRecorder(base.chain, base.clock)

    def days(self, zone: ZoneInfo) -> SnoozeDays:
        """Return the days that can be chosen now."""
        today = self._clock().astimezone(zone).date()
        return SnoozeDays(
            tomorrow=today + timedelta(days=1),
            next_monday=today + timedelta(days=WEEK - today.weekday()),
            last=today + timedelta(days=LONGEST_DAYS),
        )

    def snooze(self, user_id: UUID, by: Reader, until: date, note: str, actor: Actor) -> Snoozed:
        """Keep a user who waits off the desk until a day begins where the person is."""
        until_at = datetime.combine(until, time(), by.zone).astimezone(UTC)
        now, subject = self._clock(), Subject.user(user_id)
        with self._database.write() as connection:
            user = rows.get(connection, [user_id]).get(user_id)
            if user is None or user.waits_from_at is None:
                return Snoozed.NOT_WAITING
            noted = book.add(connection, user_id, by.staff_id, note, now)
            details: Details = {"until": until_at.isoformat(), "note": noted}
            self._recorder.record(connection, Action.OWNERS_SNOOZE, actor, subject, details=details)
            snoozes.put(connection, user_id, by.staff_id, until_at, now)
        return Snoozed.DONE

    def wake(self, user_id: UUID, actor: Actor) -> None:
        """Show a user on the desk again."""
        with self._database.write() as connection:
            if snoozes.end(connection, user_id, self._clock()):
                self._recorder.record(connection, Action.OWNERS_WAKE, actor, Subject.user(user_id))
