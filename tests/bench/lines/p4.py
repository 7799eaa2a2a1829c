"""P4: an upstream that takes 200 ms, and as many clients as the bulkhead has slots."""

from collections.abc import Iterator

from tests.bench.bench import Bench
from tests.bench.course import LIST
from tests.bench.figures import Figure
from tests.bench.load import many
from tests.bench.stage import WORKERS, run_stage

DELAY_MS, SECONDS, SHARE, PATIENCE_MS = 200, 8, 0.95, 1000


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure with the default of threads and with twice as many."""
    for threads in (16, 32):
        yield from _measure(bench, threads)


def _measure(bench: Bench, threads: int) -> Iterator[Figure]:
    slots = (threads - 2) * WORKERS
    with run_stage(bench.folder / str(threads), threads=threads) as stage:
        url, headers = stage.dashboard.url + LIST, stage.dashboard.headers
        stage.upstream.delay(DELAY_MS)
        many(url, slots, 3, headers)
        before = stage.upstream.counts()
        load = many(url, slots, SECONDS, headers, patience_ms=PATIENCE_MS)
        after = stage.upstream.counts()
    best = slots / (DELAY_MS / 1000)
    good = load.pages - load.errors
    reached = good / SECONDS / best
    calls = after["requests"] - before["requests"]
    opened = after["connections"] - before["connections"] - 1  # ours, which counts
    what = f"2×{threads}, upstream {DELAY_MS} ms, {slots} clients"
    yield Figure(
        "P4",
        f"{what}: pages/s",
        f"{good / SECONDS:.0f}, {reached:.0%} of {best:.0f}; {load.errors} errors",
        goal=f"≥ {SHARE:.0%}, 0 errors",
        holds=reached >= SHARE and not load.errors,
    )
    yield Figure(
        "P4",
        f"{what}: calls a page, new connections",
        f"{calls / good:.2f}, {opened}",
        goal="1, 0",
        # Those under way when the counting ended were asked for and not yet answered.
        holds=calls <= good + slots and opened <= 0,
    )
