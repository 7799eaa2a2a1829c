"""A job as its page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from dashboard.store.jobs.jobs import Job
from dashboard.store.jobs.rows import JobRow
from dashboard.store.jobs.states import RowState

MINUTE = timedelta(minutes=1)
FIRST = {RowState.UNCONFIRMED: 0, RowState.REFUSED: 1, RowState.RUNNING: 2}
Counts = Mapping[RowState, int]


@dataclass(frozen=True)
class CountedJob:
    """A job, and how many of its rows are in each state."""

    job: Job
    counts: Counts

    @property
    def total(self) -> int:
        """Return how many rows there are."""
        return sum(self.counts.values())

    @property
    def left(self) -> int:
        """Return how many rows are waiting or under way."""
        return self.counts.get(RowState.WAITING, 0) + self.counts.get(RowState.RUNNING, 0)

    @property
    def ended(self) -> int:
        """Return how many rows have their outcome."""
        return self.total - self.left


@dataclass(frozen=True)
class JobPage:
    """A job with its rows, and at what pace they are run: None where they make no calls.

    `sharing`: how many jobs with a chosen pace share it, this one included. `is_on`: whether its
    kind is run here.
    """

    counted: CountedJob
    rows: tuple[JobRow, ...]
    per_min: float | None  # now
    budget_per_min: int
    sharing: int
    worker_runs: bool
    is_on: bool

    @property
    def time_left(self) -> timedelta | None:
        """Return how long the rest takes at this pace."""
        return self.counted.left * MINUTE / self.per_min if self.per_min else None

    @property
    def worst_first(self) -> list[JobRow]:
        """Return the rows: first those that need a person."""
        return sorted(self.rows, key=lambda row: FIRST.get(row.state, len(FIRST)))
