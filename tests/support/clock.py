"""The time, as a test has it, and the time that something takes."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unicodedata import normalize

from tests.support import counters

PATIENCE_S = 60.0  # a busy machine is slow: nothing that is waited for is a measure of time
LOOK_S = 0.05


def wait_until(is_so: Callable[[], object], within_s: float = PATIENCE_S) -> None:
    """Wait until it is so, and fail the test where that takes longer than this."""
    until = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < until, "not in time"
        time.sleep(LOOK_S)


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


@dataclass
class StillClock(TestClock):
    """The time, which only a test moves."""

    __test__ = False
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.began_at + self.offset


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


QUIET_S = 0.009  # what `_reference_s` takes on a quiet machine


def cpu_s(act: Callable[[], object], enough_s: float) -> float:
    """Return the seconds of processor time that something takes, as a quiet machine counts them.

    A busy machine slows all work alike, so a run of more than `enough_s` seconds is repeated and
    compared with work of a known length. The shortest of five runs counts.
    """
    shortest = _processor_s(act)
    for _ in range(4):
        if shortest < enough_s:
            break
        before, took, after = _reference_s(), _processor_s(act), _reference_s()
        shortest = min(shortest, took / max(1.0, min(before, after) / QUIET_S))
    return shortest


def _reference_s() -> float:
    text = "ab @ \u0301\ufdfa" * 5_000  # as much memory as a long text needs
    return _processor_s(lambda: "".join([c for c in normalize("NFKC", text) if c.isalnum()]))


def _processor_s(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began
