"""Whether users are followed, what holds that back, and how often the budget lets us ask."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from dashboard.services.clocks import APART
from dashboard.services.credentials.active import ActiveCredentials
from dashboard.services.desk import schedule as times
from dashboard.services.desk.settings import FollowSchedule
from dashboard.services.directory.budget import BackgroundBudget, CallKind
from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.services.ports import Clock
from dashboard.services.upstream.breaker import Breaker
from dashboard.store.db.database import Database, Transaction
from dashboard.store.desk import due
from dashboard.store.desk.due import Held
from dashboard.store.directory import look_throughs, sweeps
from dashboard.store.upstream import observations as upstream
from dashboard.store.upstream.observations import Seen

_NAME = "follow.asked"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HELD_FOR = timedelta(minutes=1)  # a call takes a few seconds
UNITS = ((MINUTE, 2 * HOUR), (HOUR, 3 * DAY))


@dataclass(frozen=True)
class FollowStep:
    """A step of the schedule: up to this age of a wait an answer is believed for so long.

    `users` is how many are in it now, `kept` the interval that the budget allows, rounded up.
    """

    age: timedelta
    every: timedelta
    users: int
    kept: timedelta


@dataclass(frozen=True)
class FollowStatus:
    """How users are followed.

    `limited_at` is the last 429, `retry_at` when calls that are held back now go out again.
    `per_min` is how many calls the background has, `share_per_min` how many following has of them.
    """

    is_worker_on: bool
    paused: bool
    limited_at: datetime | None
    retry_at: datetime | None
    asked_at: datetime | None
    per_min: float
    share_per_min: float
    needed_per_min: float
    steps: tuple[FollowStep, ...]

    @property
    def is_on(self) -> bool:
        """Whether anyone is asked about, as far as it depends on us."""
        return self.is_worker_on and not self.paused

    @property
    def open_count(self) -> int:
        """Return how many users are followed."""
        return sum(step.users for step in self.steps)

    @property
    def keeps_up(self) -> bool:
        """Whether the budget is enough for the schedule."""
        return self.needed_per_min <= self.share_per_min


class FollowStatusReader:
    """Reads the status, and what holds calls back. Makes no API call."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        budget: BackgroundBudget,
        credentials: ActiveCredentials,
        breaker: Breaker,
        schedule: FollowSchedule,
    ) -> None:
        self._database = database
        self._clock = clock
        self._budget = budget
        self._credentials = credentials
        self._breaker = breaker
        self._schedule = schedule
        self._heartbeat = WorkerHeartbeat(database, clock)

    def note_asked(self, transaction: Transaction, at: datetime) -> None:
        """Note that someone is asked about."""
        upstream.put(transaction, _NAME, Seen("", at))

    def is_held_back(self) -> bool:
        """Return whether no call of the background may go out now."""
        is_paused, retry_at = self._held_back()
        return is_paused or retry_at is not None

    def read(self) -> FollowStatus:
        """Return the status.

        Raises:
            StoreError: the database cannot be read.

        """
        waits = times.waits_at(self._clock(), self._schedule)
        with self._database.read() as connection:
            counted = [due.count(connection, each) for each in waits]
            asked = upstream.everything_seen(connection).get(_NAME)
            rivals = _rivals(connection)
        use = self._budget.read()
        has_jobs = CallKind.JOB in use.calls
        share = use.per_min / (1 + rivals + has_jobs)
        steps = list(zip(self._schedule.steps, counted, strict=True))
        needed = sum(users * (MINUTE / every) for (_, every), users in steps)
        slower = max(needed / share, 1.0)
        is_paused, retry_at = self._held_back()
        return FollowStatus(
            is_worker_on=self._heartbeat.is_running(),
            paused=is_paused,
            limited_at=use.limited_at,
            retry_at=retry_at,
            asked_at=asked.at if asked else None,
            per_min=use.per_min,
            share_per_min=share,
            needed_per_min=needed,
            steps=tuple(
                FollowStep(age, every, users, _rounded_up(every * slower))
                for (age, every), users in steps
            ),
        )

    def next_check(self, user_id: UUID) -> datetime | None:
        """Return when the API is to be asked about a user, None if not or if it is asked now.

        Raises:
            StoreError: the database cannot be read.

        """
        now = self._clock()
        with self._database.read() as connection:
            users = due.find_open(connection, [user_id], self.held(now))
        return times.due_at(users[0], now, self._schedule) if users else None

    def held(self, now: datetime) -> Held:
        """Return the holds of this moment."""
        every = self._schedule.steps[-1][1]
        return Held(now, now + max(every, HELD_FOR) + APART)

    def count_late(self) -> int:
        """Return how many users have a check that is very late.

        Raises:
            StoreError: the database cannot be read.

        """
        with self._database.read() as connection:
            waits = times.waits_at(self._clock(), self._schedule)
            return sum(due.count_late(connection, each) for each in waits)

    def _held_back(self) -> tuple[bool, datetime | None]:
        """Return whether calls are paused, and when those that fail are tried again."""
        _, status = self._credentials.look()
        outage = self._breaker.outage(status.breaker)
        is_waiting = outage is not None and outage.program_retry_at > self._clock()
        return status.freeze is not None, outage.program_retry_at if outage and is_waiting else None


def _rounded_up(span: timedelta) -> timedelta:
    """Return the next whole minute, hour or day, as people are told such times."""
    unit = next((each for each, most in UNITS if span < most), DAY)
    return unit * ceil(span / unit)


def _rivals(connection: Transaction) -> int:
    """Return how many of a sweep and a look take calls of the budget in turn with following."""
    sweep = sweeps.find_last(connection)
    is_sweeping = sweep is not None and sweep.is_running and sweep.paused_at is None
    return is_sweeping + (look_throughs.find_next(connection) is not None)
