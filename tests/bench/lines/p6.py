"""P6: a deep page costs what the first one costs."""

from collections.abc import Iterator
from statistics import median

from tests.bench.bench import Bench
from tests.bench.course import LIST, Course
from tests.bench.figures import Figure
from tests.bench.stage import run_stage

GOAL = 1.1


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure."""
    with run_stage(bench.folder) as stage:
        first = Course("page 1", stage.dashboard, LIST, {})
        deep = Course("page 4,000", stage.dashboard, f"{LIST}&page=4000", {})
        bench.rounds_of([first, deep])
    ratio = median(a / b for a, b in zip(deep.p50_ms, first.p50_ms, strict=True))
    yield Figure(
        "P6",
        "page 4,000 beside page 1, p50",
        f"{median(deep.p50_ms):.2f} ms, {ratio:.2f}× {median(first.p50_ms):.2f} ms",
        goal=f"≤ {GOAL}×",
        holds=ratio <= GOAL,
    )
