"""Ten test users, active and with tokens, from the form to the page that shows the tokens."""

import time
from collections.abc import Iterator

from tests.bench.bench import Bench
from tests.bench.figures import Figure
from tests.bench.lines.many.simulated import DELAY_MS, Simulated, location, run_simulated
from tests.support.pages.lab import order

TEN, TIMES, GOAL_S = 10, 3, 20
LOOKS_EVERY_S = 0.2


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure with the worker as it runs in production; the form is sent when it has started."""
    with run_simulated(bench.folder / "lab", with_worker=True) as world:
        took = [_create(world) for _ in range(TIMES + 1)][1:]
    what = f"{TEN} test users, active, tokens shown, upstream {DELAY_MS} ms: longest of {TIMES}"
    goal = f"≤ {GOAL_S} s"
    yield Figure("MANY", what, f"{max(took):.1f} s", goal=goal, holds=max(took) <= GOAL_S)


def _create(world: Simulated) -> float:
    started_s = time.perf_counter()
    run = location(world.send("/lab", order("token", TEN)))
    done = f"{TEN} of {TEN} done".encode()
    while done not in world.client.get(run).body:
        assert time.perf_counter() - started_s < 10 * GOAL_S
        time.sleep(LOOKS_EVERY_S)
    shown = world.send(f"{run}/tokens", {}, form_at=run)
    assert shown.body.count(b"eyJ") >= TEN, shown.head
    return time.perf_counter() - started_s
