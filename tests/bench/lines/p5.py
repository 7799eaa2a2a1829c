"""P5: the upstream hangs and twice as many clients as threads ask for the list."""

import threading
import time
from collections.abc import Iterator, Mapping
from statistics import quantiles

from tests.bench.bench import Bench
from tests.bench.course import LIST
from tests.bench.figures import Figure
from tests.bench.load import Answer, Client, many
from tests.bench.people import Place, crowd
from tests.bench.stage import WORKERS, Stage, run_stage

THREADS = 16
CLIENTS = 2 * THREADS * WORKERS
HANG_S, TRIES, PATIENCE_S = 4.0, 60, 1.0
QUICK_MS, REFUSED_MS, BACK_S, SHARE = 20, 100, 2.0, 0.8


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure while it hangs, and when it is well again."""
    with run_stage(bench.folder, threads=THREADS) as stage:
        url, headers = stage.dashboard.url + LIST, stage.dashboard.headers
        # Started again per page: state from earlier clients would outweigh the difference.
        anew = {**headers, "Connection": "close"}
        usual = many(url, THREADS, 4, anew).pages_per_s
        static = _static_path(stage)
        stage.upstream.delay(None)
        place = Place(url, headers, CLIENTS, PATIENCE_S)
        people = threading.Thread(target=crowd, args=(place, 0, HANG_S + 3, lambda: None))
        people.start()
        time.sleep(0.5)
        for path in ("/healthz", "/login", static):
            took = _p95([_fresh(stage.dashboard.url, path) for _ in range(TRIES)])
            yield Figure(
                "P5",
                f"upstream hangs: {path.split('/')[1]}, new connections, p95",
                f"{took:.1f} ms",
                goal=f"≤ {QUICK_MS} ms",
                holds=took <= QUICK_MS,
            )
        refused = [_fresh(stage.dashboard.url, LIST, headers) for _ in range(TRIES)]
        told = all(each.status == 503 and b"Retry-After" in each.head for each in refused)
        slowest = max(each.took_ms for each in refused)
        yield Figure(
            "P5",
            "upstream hangs: the surplus",
            f"{'503 + Retry-After' if told else 'not all told'}, at most {slowest:.0f} ms",
            goal=f"503 within {REFUSED_MS} ms",
            holds=told and slowest <= REFUSED_MS,
        )
        people.join()
        stage.upstream.delay(0)
        back_s = _back(url, anew, usual)
        yield Figure(
            "P5",
            f"well again: {SHARE:.0%} of throughput",
            f"after {back_s:.1f} s",
            goal=f"≤ {BACK_S:.0f} s",
            holds=back_s <= BACK_S,
        )


def _back(url: str, headers: Mapping[str, str], usual: float) -> float:
    """Return after how many seconds the list is as quick as before, by the second."""
    started = time.monotonic()
    while time.monotonic() - started < 60:
        load = many(url, THREADS, 1, headers)
        if not load.errors and load.pages_per_s >= SHARE * usual:
            return time.monotonic() - started - 1
    return 60.0


def _fresh(url: str, path: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Load a page over a connection of its own."""
    client = Client(url, headers)
    answer = client.get(path)
    client.close()
    return answer


def _static_path(stage: Stage) -> str:
    page = stage.dashboard.client().get(LIST).body.decode()
    start = page.index("/static/")
    return page[start : page.index('"', start)]


def _p95(answers: list[Answer]) -> float:
    assert {each.status for each in answers} == {200}
    return quantiles([each.took_ms for each in answers], n=20)[-1]
