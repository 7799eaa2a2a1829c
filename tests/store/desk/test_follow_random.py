"""Following of random crowds: the schedule, the order and the budget, beside a plain model."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import delete

from dashboard.config.settings import load_config
from dashboard.services.desk.settings import DEFAULT_SCHEDULE, parse_schedule
from dashboard.store.db.database import Database
from dashboard.store.schema import (
    background_budget,
    background_calls,
    directory,
    follow_holds,
    inquiries,
    sightings,
    sync_lease,
)
from dashboard.worker import MaintenanceWorker
from tests.support.clock import TestClock
from tests.support.following import Followers, followers_of
from tests.support.sampling import few_of
from tests.support.servers.simulator_process import RunningSimulator

SCHEDULE = parse_schedule(DEFAULT_SCHEDULE)
TABLES = (
    background_budget,
    background_calls,
    directory,
    follow_holds,
    inquiries,
    sightings,
    sync_lease,
)
SOON = timedelta(seconds=13)  # until the worker knows that someone is due
A_SECOND, A_MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LIMITED = {"status": 429, "times": 1}
ages = st.sampled_from([timedelta(minutes=n) for n in (0, 30, 58, 180, 1200, 2880, 14400, 57600)])
crowds = st.lists(st.tuples(ages, st.floats(0, 6)), min_size=1, max_size=10)


@dataclass
class Model:
    """Since when each user is known, and which calls the budget holds: in the plainest way."""

    per_min: float
    at: datetime
    started: dict[UUID, datetime]
    seen: dict[UUID, datetime]
    held: dict[UUID, datetime] = field(default_factory=dict)
    limited_at: datetime | None = None
    tokens: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.per_min

    def rate(self, at: datetime) -> float:
        """Return the calls per minute: half after a 429, and restored within an hour."""
        if self.limited_at is None:
            return self.per_min
        restored = (at - self.limited_at) / timedelta(hours=1) * self.per_min
        return min(self.per_min, max(self.per_min / 2, 1.0) + restored)

    def go_on(self, at: datetime) -> None:
        """Let time pass until then, which is never long."""
        rate = self.rate(at)
        self.tokens = min(self.tokens + rate * ((at - self.at) / A_MINUTE), rate)
        self.at = at

    def take(self, user_id: UUID, status: int | None) -> None:
        """A call was made just now."""
        in_a_second = self.rate(self.at) * (A_SECOND / A_MINUTE)
        assert self.tokens + in_a_second >= 1, "a call beyond the budget"
        assert self.urgency(user_id, self.at + A_SECOND) >= 1, "asked too early"
        self.tokens -= 1
        if status == 429:
            self.limited_at, self.tokens = self.at, 0.0
            self.held[user_id] = self.at + A_MINUTE
        else:
            self.seen[user_id] = self.at

    def urgency(self, user_id: UUID, at: datetime) -> float:
        every = SCHEDULE.interval(at - self.started[user_id])
        return (at - self.seen[user_id]) / every if every else 0.0

    def most_urgent(self) -> float:
        """Return how urgent the most urgent check is that the worker must know of by now."""
        known_at = self.at - SOON
        free = [each for each in self.seen if self.held.get(each, known_at) <= known_at]
        return max((self.urgency(each, known_at) for each in free), default=0.0)

    def must_call(self) -> bool:
        """Return whether someone is due, there is a call for them, and no 429 to rest after."""
        has_rested = self.limited_at is None or self.at - self.limited_at > 15 * A_SECOND
        spare = self.rate(self.at) * (5 * A_SECOND / A_MINUTE)
        return has_rested and self.most_urgent() >= 1 and self.tokens >= 1 + spare


def start_afresh(database: Database, simulator: RunningSimulator) -> None:
    with database.write() as connection:
        for table in TABLES:
            connection.execute(delete(table))
    simulator.set_faults([])
    simulator.clear_requests()


def wait_all(followers: Followers, crowd: list[tuple[timedelta, float]], per_min: int) -> Model:
    """Let everyone wait; `crowd` has how long, and how many intervals ago they were seen."""
    now = followers.clock()
    model = Model(per_min, now, {}, {})
    for user_id, (age, intervals) in zip(followers.pending(), crowd, strict=False):
        every = SCHEDULE.interval(age)
        assert every
        followers.wait(user_id, age, seen=every * intervals)
        model.started[user_id] = now - age
        model.seen[user_id] = now - every * intervals
    return model


@pytest.mark.long
@given(
    crowd=crowds,
    per_min=st.sampled_from([2, 6, 60]),
    limits=st.lists(st.integers(0, 480), max_size=2, unique=True).map(sorted),
)
@examples(
    max_examples=few_of(8),
    derandomize=True,
    database=None,
    phases=[Phase.generate],
)
def test_each_is_asked_about_when_due_the_most_urgent_first_and_no_call_is_beyond_the_budget(
    settings: dict[str, str],
    database: Database,
    clock: TestClock,
    simulator: RunningSimulator,
    crowd: list[tuple[timedelta, float]],
    per_min: int,
    limits: list[int],
) -> None:
    start_afresh(database, simulator)
    config = load_config(None, **settings, UPSTREAM_BUDGET_PER_MIN=str(per_min), SYNC_SWEEP_H="0")
    followers = followers_of(config, database, clock, simulator)
    model = wait_all(followers, crowd, per_min)
    worker = MaintenanceWorker(followers.services, clock)
    began_at = clock()
    faults = [began_at + timedelta(seconds=after) for after in limits]
    while (now := clock()) - began_at < timedelta(minutes=10):
        if faults and now >= faults[0]:
            faults.pop(0)
            simulator.set_faults([LIMITED])
        model.go_on(now)
        most_urgent, must_call = model.most_urgent(), model.must_call()
        wait = worker.sync_once()
        calls = simulator.requests()
        simulator.clear_requests()
        assert calls or not must_call
        for call in calls:
            user_id = UUID(call.path.rpartition("/")[2])
            assert model.urgency(user_id, clock()) >= most_urgent
            model.take(user_id, call.status)
        clock.advance(seconds=max(wait.total_seconds(), 0.1))
