"""P4: an upstream that takes 200 ms, and as many clients as the bulkhead has slots."""

from collections.abc import Iterator, Mapping

from tests.bench.bench import Bench
from tests.bench.course import LIST
from tests.bench.figures import Figure
from tests.bench.load import many
from tests.bench.people import Place, crowd
from tests.bench.stage import WORKERS, run_stage

DELAY_MS, SECONDS, SHARE = 200, (5.0, 8.0), 0.95
PATIENCE_S = 1.0  # what `Retry-After` says


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure with the default of threads and with twice as many."""
    for threads in (16, 32):
        yield from _measure(bench, threads)


def _measure(bench: Bench, threads: int) -> Iterator[Figure]:
    slots = (threads - 2) * WORKERS
    with run_stage(bench.folder / str(threads), threads=threads) as stage:
        url, headers = stage.dashboard.url, stage.dashboard.headers
        many(url + LIST, slots, 3, headers)
        stage.upstream.delay(DELAY_MS)
        before: list[Mapping[str, int]] = []
        place = Place(url + LIST, headers, slots, PATIENCE_S)
        load = crowd(place, *SECONDS, lambda: before.append(stage.upstream.counts()))
        after = stage.upstream.counts()
    best = slots / (DELAY_MS / 1000)
    per_s = load.pages / SECONDS[1]
    calls = after["requests"] - before[0]["requests"]
    opened = after["connections"] - before[0]["connections"] - 1  # ours, which counts
    what = f"2×{threads}, upstream {DELAY_MS} ms, {slots} clients"
    yield Figure(
        "P4",
        f"{what}: pages/s",
        f"{per_s:.0f}, {per_s / best:.0%} of {best:.0f}; {load.refused} refused "
        f"({load.refused_before} while they came)",
        goal=f"≥ {SHARE:.0%}, 0 errors",
        holds=per_s >= SHARE * best and not load.refused,
    )
    yield Figure(
        "P4",
        f"{what}: calls a page, new connections",
        f"{calls / load.pages:.2f}, {opened}",
        goal="1, 0",
        # Those under way when the counting ended were asked for and not yet answered.
        holds=calls <= load.pages + slots and opened <= 0,
    )
