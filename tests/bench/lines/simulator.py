"""The simulator with 100,000 users: how long it takes to seed, and what a deep page costs."""

import time
from collections.abc import Iterator
from statistics import median

from tests.bench.bench import Bench
from tests.bench.figures import Figure
from tests.bench.load import Client
from tests.support.servers.simulator_process import start_simulator

USERS, DEEP, PAGES = 100_000, 4_000, 40
SEED_S, TIMES = 20, 2


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure."""
    bench.folder.mkdir(parents=True)
    began = time.monotonic()
    with start_simulator(bench.folder, users=USERS) as simulator:
        took_s = time.monotonic() - began
        keys = {"X-Api-Key": simulator.first.api_key, "X-Api-Secret": simulator.first.api_secret}
        client = Client(simulator.base_url, keys)
        first: list[float] = []
        deep: list[float] = []
        middle: list[float] = []
        for _ in range(PAGES):
            for page, times in ((1, first), (DEEP, deep), (DEEP // 2, middle)):
                path = f"/api/v1/partner/users?page={page}&limit=25"
                times.append(client.get(path).took_ms)
    yield Figure(
        "sim",
        f"{USERS:,} users seeded and serving",
        f"{took_s:.1f} s",
        goal=f"< {SEED_S} s",
        holds=took_s < SEED_S,
    )
    for page, times in ((DEEP, deep), (DEEP // 2, middle)):
        ratio = median(times) / median(first)
        yield Figure(
            "sim",
            f"page {page:,} beside page 1",
            f"{median(times):.1f} ms, {ratio:.2f}× {median(first):.1f} ms",
            goal=f"≤ {TIMES}×",
            holds=ratio <= TIMES,
        )
