"""The time, as a test has it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.support import counters


@dataclass
class TestClock:
    """The time, which a test may move."""

    __test__ = False
    offset: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def advance(self, **how_far: float) -> None:
        self.offset += timedelta(**how_far)
        counters.age(timedelta(**how_far).total_seconds())
