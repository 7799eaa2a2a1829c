"""How users get on: the time from start to active, and what happened in each week."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.services.directory.filters import Counted, ListFilters
from dashboard.services.directory.listing import Directory
from dashboard.services.ports import Clock
from dashboard.services.readers import Reader
from dashboard.store.db.database import Database
from dashboard.store.overview import figures
from dashboard.store.overview.figures import Took

DAYS, WEEKS = 30, 8
FEW = 5
"""Of fewer users than this, a median says nothing."""


@dataclass(frozen=True)
class TimeToActive:
    """Users who became active within `DAYS` and whose start is known, and how long it took."""

    counted: Counted
    took: Took | None  # None of fewer than `FEW` users


@dataclass(frozen=True)
class Week:
    """A week from Monday on: who registered, was started and became active in it."""

    begins: date
    registered: Counted
    started: Counted
    active: Counted

    @property
    def users(self) -> tuple[int, int, int]:
        """The three numbers."""
        return self.registered.users, self.started.users, self.active.users


@dataclass(frozen=True)
class Progress:
    """How users get on. The last week is not over."""

    time_to_active: TimeToActive
    weeks: tuple[Week, ...]

    @property
    def most(self) -> int:
        """The largest number of a week."""
        return max(max(week.users) for week in self.weeks)


class ProgressReader:
    """Counts users by the lists that the numbers open."""

    def __init__(self, database: Database, directory: Directory, clock: Clock) -> None:
        self._database = database
        self._directory = directory
        self._clock = clock

    def read(self, reader: Reader) -> Progress:
        """Return how users get on, in days of the reader."""
        today = self._clock().astimezone(reader.zone).date()
        recent = ListFilters(active_from=today - timedelta(days=DAYS - 1), started_to=today)
        begins = [*_mondays(today)]
        lists = [each for monday in begins for each in _lists_of(monday)]
        queries = [self._directory.query(each, reader) for each in lists]
        with self._database.read() as connection:
            users = figures.counts(connection, queries)
            listed, took = figures.took(connection, self._directory.query(recent, reader))
        counted = [*map(Counted, lists, users)]
        by_week = [counted[place : place + 3] for place in range(0, len(counted), 3)]
        return Progress(
            TimeToActive(Counted(recent, listed), took if took and took.users >= FEW else None),
            tuple(Week(begin, *each) for begin, each in zip(begins, by_week, strict=True)),
        )


def _mondays(today: date) -> Iterator[date]:
    """Give the first days of the last weeks, of this one last."""
    monday = today - timedelta(days=today.weekday())
    return (monday - timedelta(weeks=ago) for ago in reversed(range(WEEKS)))


def _lists_of(monday: date) -> tuple[ListFilters, ...]:
    sunday = monday + timedelta(days=6)
    return (
        ListFilters(created_from=monday, created_to=sunday),
        ListFilters(started_from=monday, started_to=sunday),
        ListFilters(active_from=monday, active_to=sunday),
    )
