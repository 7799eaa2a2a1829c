"""The client's journal: every request and how it was answered, and every form that acts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

GOOD = {200, 303}


@dataclass(frozen=True)
class Line:
    """One request; `at` is when it was sent, by the monotonic clock."""

    kind: str
    at: float
    took_ms: float
    status: int
    retry_after: bool

    @property
    def is_good(self) -> bool:
        """Whether the person got what they asked for."""
        return self.status in GOOD

    @property
    def ended_at(self) -> float:
        """When the answer was there."""
        return self.at + self.took_ms / 1000


@dataclass
class Act:
    """A form that was sent, perhaps again: what it is about, and every answer to it.

    `about` is an email, a user or the words of a note, as the records have them.
    """

    action: str
    about: str
    answers: list[int] = field(default_factory=list)
    is_done: bool = False  # as the person was told


@dataclass
class Journal:
    """Everything that the staff did, in the order in which it was answered."""

    lines: list[Line] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)

    def failed(self) -> list[Line]:
        """Return what was asked for and not got."""
        return [line for line in self.lines if not line.is_good]

    def kinds(self) -> list[str]:
        """Return the kinds of requests, the most frequent first."""
        counted = [line.kind for line in self.lines]
        return sorted(set(counted), key=lambda kind: -counted.count(kind))

    def took(self, kinds: Collection[str] = ()) -> "Times":
        """Return the times of every request, or of those of some kinds."""
        return Times(line.took_ms for line in self.lines if not kinds or line.kind in kinds)


class Times:
    """How long answers took."""

    def __init__(self, took_ms: Iterable[float]) -> None:
        self.count, self._p = _percentiles(sorted(took_ms))

    @property
    def p99(self) -> float:
        """What 99 of 100 stay below, in milliseconds."""
        return self._p[98]

    def __str__(self) -> str:
        return f"{self._p[49]:.0f} · {self._p[94]:.0f} · {self._p[98]:.0f} ms"


def _percentiles(took_ms: Sequence[float]) -> tuple[int, list[float]]:
    if len(took_ms) < 2:
        return len(took_ms), [*took_ms, 0.0][:1] * 99
    return len(took_ms), quantiles(took_ms, n=100, method="inclusive")
