"""One run of the bench: what every line is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.course import Course


@dataclass(frozen=True)
class Bench:
    """`folder` is the line's own, for what it starts; medians are over `rounds`."""

    folder: Path
    rounds: int
    peers: bool

    def rounds_of(self, courses: Sequence[Course]) -> None:
        """Run them in turns, so that what disturbs the machine disturbs all of them."""
        for course in courses:
            course.warm_up()
        for _ in range(self.rounds):
            for course in courses:
                course.run()
