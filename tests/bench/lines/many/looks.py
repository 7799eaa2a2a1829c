"""A look at a user, with an upstream that takes 200 ms for each of its five calls."""

from collections.abc import Iterator
from statistics import median

from tests.bench.bench import Bench
from tests.bench.figures import Figure
from tests.bench.lines.many.simulated import DELAY_MS, Simulated, run_simulated
from tests.support.pages.looks import LOOK

TIMES, GOAL_MS = 15, 1_500


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure against the simulator, which plays the user-level API."""
    with run_simulated(bench.folder / "looks") as world:
        users = world.simulator.users()
        active = next(user["id"] for user in users if user["status"] == "active")
        took = [_look(world, f"/users/{active}/look") for _ in range(TIMES + 1)][1:]
    what = f"a look, upstream {DELAY_MS} ms: median, longest of {TIMES}"
    measured = f"{median(took):.0f} ms, {max(took):.0f} ms"
    goal = f"≤ {GOAL_MS:,} ms"
    yield Figure("MANY", what, measured, goal=goal, holds=max(took) <= GOAL_MS)


def _look(world: Simulated, path: str) -> float:
    sent = world.send(path, LOOK)
    assert sent.status == 200, sent.head
    return sent.took_ms
