"""P9: the memory of all web processes after a load."""

from collections.abc import Iterator

from tests.bench.bench import Bench
from tests.bench.course import LIST
from tests.bench.figures import Figure
from tests.bench.load import many
from tests.bench.stage import run_stage

GOAL_MB = 200


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure, with two workers of 16 threads: the Procfile's defaults."""
    with run_stage(bench.folder, threads=16) as stage:
        usage, headers = stage.dashboard.usage, stage.dashboard.headers
        fresh = usage.pss_mb()
        for path in (LIST, stage.user_path, "/", "/audit"):
            many(stage.dashboard.url + path, 16, 4, headers)
        loaded, processes = usage.pss_mb(), len(usage.every())
    yield Figure(
        "P9",
        f"PSS of {processes} web processes after a load",
        f"{loaded:.0f} MB ({fresh:.0f} before it)",
        goal=f"≤ {GOAL_MB} MB",
        holds=loaded <= GOAL_MB,
    )
