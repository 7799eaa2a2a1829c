"""Growth: the same pages with more users, more clients, a longer history and a longer audit.

`make bench ONLY=growth` writes `docs/performance/growth.md` and the plots beside it.
`GROWTH_MOST=100000` leaves out what is larger. Pages are compared by the processor's time.
"""

import json
import os
import subprocess
import textwrap
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from dashboard.store.audit.chain import verify
from tests.bench import audit_fill, desk_fill, directory_fill, history_fill
from tests.bench.bench import Bench
from tests.bench.course import LIST
from tests.bench.figures import ROOT, Figure, circumstances, table
from tests.bench.load import many
from tests.bench.peers.run import python
from tests.bench.stage import Stage, run_stage

MOST = int(os.environ.get("GROWTH_MOST", "1000000"))
SIZES = tuple(size for size in (1_000, 100_000, 1_000_000) if size <= MOST)
CLIENTS = (1, 16, 256)
WAITING = 1_000
SECONDS, TRIES = 4, 60
LARGER = 1.3
FOLDER = ROOT / "docs" / "performance"
PLOTS = ROOT / "tests" / "bench" / "plots.py"


@dataclass(frozen=True)
class Point:
    """One figure of a plot: `at` users, clients or rows. `grows`: it is compared with the first."""

    plot: str
    line: str
    at: int
    value: float
    grows: bool = False


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure all three, then write the plots and the table."""
    measured_on = circumstances()
    points = [*_users(bench), *_history(bench), *_audit(bench)]
    figures = [*_figures(points)]
    FOLDER.mkdir(exist_ok=True)
    measured = bench.folder / "points.json"
    measured.write_text(json.dumps([asdict(point) for point in points]))
    subprocess.run([python(), PLOTS, measured, FOLDER], check=True)  # noqa: S603  ours
    text = f"# Growth, as measured\n\n{textwrap.fill(measured_on, 100)}\n\n{table(figures)}\n"
    (FOLDER / "growth.md").write_text(text)
    yield from figures


def _figures(points: list[Point]) -> Iterator[Figure]:
    """Give each point; one that grows is compared with the smallest of its line."""
    for point in points:
        what, measured = f"{point.line}, {point.at:,}", f"{point.value:,.1f}"
        of_line = (each for each in points if (each.plot, each.line) == (point.plot, point.line))
        smallest = next(of_line)
        if not point.grows or point is smallest:
            yield Figure(point.plot, what, measured)
            continue
        times = point.value / smallest.value
        measured = f"{measured}, {times:.2f}×"
        yield Figure(point.plot, what, measured, goal=f"≤ {LARGER}×", holds=times <= LARGER)


def _users(bench: Bench) -> Iterator[Point]:
    """The list and a user's page: so many users at the API, so many clients here."""
    for users in SIZES:
        with run_stage(bench.folder / f"{users}", users=users, threads=16) as stage:
            pages = {"users list": LIST, "user page": stage.user_path}
            yield from _pages("processor by users, ms", users, stage, pages)
            if users == SIZES[1]:
                for clients in CLIENTS:
                    load = many(
                        stage.dashboard.url + LIST, clients, SECONDS, stage.dashboard.headers
                    )
                    refused = 100 * load.errors / load.pages
                    yield Point("users list by clients", "p50, ms", clients, load.p50_ms)
                    yield Point("users list by clients", "p95, ms", clients, load.p95_ms)
                    yield Point("users list by clients", "refused (503), %", clients, refused)


def _history(bench: Bench) -> Iterator[Point]:
    """Finished cases grow in number: users who became active, with all that was done for them."""
    with run_stage(bench.folder / "history", threads=16) as stage:
        desk_fill.fill(stage.database, WAITING, datetime.now(UTC))
        there = 0
        for users in SIZES:
            history_fill.fill(stage.database, there, users - there)
            there = users
            pages = {
                "our users list": "/users",
                "user page": stage.user_path,
                "overview": "/",
                "KYC desk": "/kyc",
                "KYC desk, became active": "/kyc?lane=became_active",
                "KYC desk, closed": "/kyc?lane=closed",
                "jobs": "/jobs",
                "tokens": "/tokens",
            }
            yield from _pages("processor by users who were active, ms", users, stage, pages)


def _audit(bench: Bench) -> Iterator[Point]:
    """Pages that read the audit, and its verification, as it grows."""
    for rows in SIZES:
        with run_stage(bench.folder / f"audit-{rows}", threads=16) as stage:
            audit_fill.fill(stage.database, stage.chain, rows)
            directory_fill.analyze(stage.database)
            pages = {
                "users list": LIST,
                "user page": stage.user_path,
                "overview": "/",
                "audit page": "/audit",
                "audit of a subject": f"/audit?subject={stage.user_path.split('/')[-1]}",
                "audit of a person": "/audit?person=p3@example.com",
                "what a person did": "/audit/people/3",
                "audit, a reason of many": "/audit?q=case+1",
            }
            yield from _pages("processor by rows of the audit, ms", rows, stage, pages)
            began = time.monotonic()
            with stage.database.read() as connection:
                assert verify(connection, stage.chain.keys) is None
            took_s = time.monotonic() - began
            yield Point("audit verify by rows, s", "the whole chain", rows, took_s)


def _pages(plot: str, at: int, stage: Stage, pages: dict[str, str]) -> Iterator[Point]:
    for name, path in pages.items():
        yield Point(plot, name, at, _busy_ms(stage, path), grows=True)


def _busy_ms(stage: Stage, path: str) -> float:
    """Return how much of the processor a page takes."""
    client = stage.dashboard.client()
    for _ in range(TRIES // 10):
        client.get(path)
    before = stage.dashboard.usage.cpu_s()
    answers = [client.get(path) for _ in range(TRIES)]
    took_s = stage.dashboard.usage.cpu_s() - before
    client.close()
    assert {answer.status for answer in answers} == {200}, path
    return took_s * 1000 / TRIES
