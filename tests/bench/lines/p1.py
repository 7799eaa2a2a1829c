"""P1: the users list, its fragment and a user's page, one client, against the floor."""

from collections.abc import Iterator
from statistics import median

from tests.bench.bench import Bench
from tests.bench.course import LIST, Course
from tests.bench.figures import Figure
from tests.bench.stage import FRAGMENT, run_stage


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure."""
    with run_stage(bench.folder) as stage:
        floor = Course("floor", stage.floor, "/users", {})
        ours = [
            Course("users list, full", stage.dashboard, LIST, {}, 1.3),
            Course("users list, fragment", stage.dashboard, LIST, FRAGMENT, 1.2),
            Course("user page", stage.dashboard, stage.user_path, {}, 1.3),
        ]
        bench.rounds_of([floor, *ours])
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
