"""P1: both lists of users, their fragments and a user's page, one client, against the floor."""

from collections.abc import Iterator
from statistics import median

from tests.bench.bench import Bench
from tests.bench.course import API_LIST, LIST, PAGES, Course
from tests.bench.figures import Figure
from tests.bench.stage import FRAGMENT, run_stage

ROWS = 25
WALK = API_LIST + "&page={turn}"  # users who were last seen a day ago


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure."""
    known = ROWS * PAGES * (bench.rounds + 1)  # so that *walking* sees no one twice
    with run_stage(bench.folder, known=known) as stage:
        floor = Course("floor", stage.floor, "/users", {})
        ours = [
            Course("our list", stage.dashboard, LIST, {}, 1.1),
            Course("our list, fragment", stage.dashboard, LIST, FRAGMENT, 1.0),
            Course("the API's list", stage.dashboard, API_LIST, {}, 1.6),
            Course("the API's list, fragment", stage.dashboard, API_LIST, FRAGMENT, 1.5),
            Course("the API's list, walking", stage.dashboard, WALK, {}, 1.8),
            Course("user page", stage.dashboard, stage.user_path, {}, 1.5),
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
