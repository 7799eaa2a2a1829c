"""Leaks: 50,000 pages of every kind against one worker: memory, descriptors and connections."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from tests.bench.bench import Bench
from tests.bench.course import LIST
from tests.bench.figures import Figure
from tests.bench.load import Client
from tests.bench.stage import FRAGMENT, Stage, run_stage
from tests.bench.upstream import user_id

PAGES, WARM_UP, EVERY = 50_000, 10_000, 5_000
NEW_CONNECTION = 50  # pages
MB = 5
NOBODY = "/users/00000000-0000-4000-8000-000000000000/nothing"


@dataclass(frozen=True)
class Sample:
    """The server's resources after so many pages."""

    pages: int
    pss_mb: float
    descriptors: int
    upstream: int  # open connections


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure, and tell on the way."""
    with run_stage(bench.folder, workers=1, threads=8) as stage:
        samples = list(_samples(stage))
    warm = [sample for sample in samples if sample.pages >= WARM_UP]
    drift = warm[-1].pss_mb - warm[0].pss_mb
    yield Figure(
        "leaks",
        f"memory from page {WARM_UP:,} to {PAGES:,}",
        f"{drift:+.1f} MB ({warm[0].pss_mb:.0f} to {warm[-1].pss_mb:.0f})",
        goal=f"≤ {MB} MB",
        holds=drift <= MB,
    )
    for what, values in (
        ("file descriptors", [sample.descriptors for sample in warm]),
        ("upstream connections", [sample.upstream for sample in warm]),
    ):
        yield Figure(
            "leaks",
            f"{what}: first, most, last",
            f"{values[0]}, {max(values)}, {values[-1]}",
            goal="flat",
            holds=values[-1] <= values[0] + 2,
        )


def _samples(stage: Stage) -> Iterator[Sample]:
    usage = stage.dashboard.usage
    client = stage.dashboard.client()
    for number in range(1, PAGES + 1):
        path, headers = _page(number)
        answer = client.get(path, headers)
        assert answer.status == (404 if path == NOBODY else 200), (path, answer.status)
        if number % NEW_CONNECTION == 0:
            client.close()
            stranger = Client(stage.dashboard.url)
            assert stranger.get("/login").status == 200
            stranger.close()
        if number % EVERY == 0:
            upstream = stage.upstream.counts()["open"] - 1  # ours, which asks
            sample = Sample(number, usage.pss_mb(), usage.descriptors(), upstream)
            print(f"leaks: {sample}", file=sys.stderr, flush=True)  # noqa: T201
            yield sample


def _page(number: int) -> tuple[str, dict[str, str]]:
    """Return a page of the mix; users and searches differ, as they do."""
    match number % 8:
        case 0 | 1:
            return f"{LIST}&page={number % 4000 + 1}", {}
        case 2:
            return f"{LIST}&page={number % 4000 + 1}", FRAGMENT
        case 3 | 4:
            return f"/users/{user_id(number % 100_000)}", {}
        case 5:
            return f"/users?q=user.{number}", FRAGMENT
        case 6:
            return "/audit", {}
        case _:
            return NOBODY, {}
