"""The time, as a test has it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

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


@dataclass(frozen=True)
class FileClock:
    """The time that several processes share: a file says by how many seconds it is moved."""

    file: Path

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.moved

    @property
    def moved(self) -> timedelta:
        return timedelta(seconds=float(self.file.read_text()))

    def move(self, by: timedelta) -> None:
        """Move it for all of them; none reads half a number."""
        moved = self.moved + by
        beside = self.file.with_suffix(".new")
        beside.write_text(str(moved.total_seconds()))
        beside.replace(self.file)

    def reset(self) -> None:
        self.file.write_text("0")
