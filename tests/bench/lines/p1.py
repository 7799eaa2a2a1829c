"""P1: the users list, its fragment and a user's page, one client, against the floor."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median

from tests.bench.bench import Bench
from tests.bench.figures import Figure
from tests.bench.stage import FRAGMENT, Served, Stage, run_stage

PAGES = 300  # a round
LIST = "/users?limit=25"


@dataclass
class Course:
    """One page, asked for again and again: its times and its CPU, a figure a round."""

    name: str
    served: Served
    path: str
    headers: Mapping[str, str]
    goal: float = 0.0
    p50_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)

    def run(self) -> None:
        """Ask for the page, once a round of the bench."""
        client = self.served.client()
        before = self.served.usage.cpu_s()
        answers = [client.get(self.path, self.headers) for _ in range(PAGES)]
        self.cpu_ms.append((self.served.usage.cpu_s() - before) * 1000 / PAGES)
        client.close()
        assert {answer.status for answer in answers} == {200}
        self.p50_ms.append(median(answer.took_ms for answer in answers))


def courses(stage: Stage) -> list[Course]:
    """Return what is measured in turns, the floor first."""
    ours = stage.dashboard
    return [
        Course("floor", stage.floor, "/users", {}),
        Course("users list, full", ours, LIST, {}, 1.3),
        Course("users list, fragment", ours, LIST, FRAGMENT, 1.2),
        Course("user page", ours, stage.user_path, {}, 1.3),
    ]


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure."""
    with run_stage(bench.folder) as stage:
        floor, *ours = courses(stage)
        for course in (floor, *ours):
            course.run()
            course.p50_ms.clear()
            course.cpu_ms.clear()
        for _ in range(bench.rounds):
            for course in (floor, *ours):
                course.run()
    for course in ours:
        for what, taken, least in (
            ("p50, c=1", course.p50_ms, floor.p50_ms),
            ("CPU a page", course.cpu_ms, floor.cpu_ms),
        ):
            ratio = median(one / other for one, other in zip(taken, least, strict=True))
            yield Figure(
                "P1",
                f"{course.name}: {what}",
                f"{median(taken):.2f} ms, {ratio:.2f}×",
                f"{median(least):.2f} ms",
                f"≤ {course.goal}×",
                ratio <= course.goal,
            )
