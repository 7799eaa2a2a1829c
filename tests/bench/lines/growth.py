"""Growth: the same pages with more users, more clients and a longer audit; plots and a table.

`make bench ONLY=growth` writes `docs/performance/growth.md` and the plots beside it.
"""

import json
import subprocess
import textwrap
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from statistics import median

from dashboard.store.audit.chain import verify
from tests.bench import kyc_fill
from tests.bench.audit_fill import fill
from tests.bench.bench import Bench
from tests.bench.course import LIST
from tests.bench.figures import ROOT, Figure, circumstances, table
from tests.bench.load import many
from tests.bench.peers.run import python
from tests.bench.stage import Stage, run_stage

USERS = (1_000, 100_000, 1_000_000)
CLIENTS = (1, 16, 256)
ROWS = (1_000, 100_000, 1_000_000)
STARTED = (1_000, 10_000, 100_000)
SECONDS, TRIES = 4, 60
FOLDER = ROOT / "docs" / "performance"
PLOTS = ROOT / "tests" / "bench" / "plots.py"


@dataclass(frozen=True)
class Point:
    """One figure of a plot: `at` users, clients or rows."""

    plot: str
    line: str
    at: int
    value: float


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure all three, then write the plots and the table."""
    measured_on = circumstances()
    points = [*_users(bench), *_kyc(bench), *_audit(bench)]
    figures = [
        Figure(point.plot, f"{point.line}, {point.at:,}", f"{point.value:,.1f}") for point in points
    ]
    FOLDER.mkdir(exist_ok=True)
    measured = bench.folder / "points.json"
    measured.write_text(json.dumps([asdict(point) for point in points]))
    subprocess.run([python(), PLOTS, measured, FOLDER], check=True)  # noqa: S603  ours
    text = f"# Growth, as measured\n\n{textwrap.fill(measured_on, 100)}\n\n{table(figures)}\n"
    (FOLDER / "growth.md").write_text(text)
    yield from figures


def _users(bench: Bench) -> Iterator[Point]:
    """The list and a user's page: so many users at the API, so many clients here."""
    for users in USERS:
        with run_stage(bench.folder / f"{users}", users=users, threads=16) as stage:
            for name, path in (("users list", LIST), ("user page", stage.user_path)):
                yield Point("p50 by users, ms", name, users, _p50(stage, path))
            if users == USERS[1]:
                for clients in CLIENTS:
                    load = many(
                        stage.dashboard.url + LIST, clients, SECONDS, stage.dashboard.headers
                    )
                    refused = 100 * load.errors / load.pages
                    yield Point("users list by clients", "p50, ms", clients, load.p50_ms)
                    yield Point("users list by clients", "p95, ms", clients, load.p95_ms)
                    yield Point("users list by clients", "refused (503), %", clients, refused)


def _kyc(bench: Bench) -> Iterator[Point]:
    """Pages that read what we remember of users, as that grows: one start a user."""
    with run_stage(bench.folder / "kyc", threads=16) as stage:
        there = 0
        for users in STARTED:
            kyc_fill.fill(stage.database, there, users - there)
            there = users
            for name, path in (
                ("users list", LIST),
                ("user page", stage.user_path),
                ("overview", "/"),
                ("KYC desk", "/kyc"),
                ("KYC desk, became active", "/kyc?lane=became_active"),
            ):
                yield Point("p50 by KYC started here, ms", name, users, _p50(stage, path))


def _audit(bench: Bench) -> Iterator[Point]:
    """Pages that read the audit, and its verification, as it grows."""
    with run_stage(bench.folder / "audit", threads=16) as stage:
        there = 0
        for rows in ROWS:
            fill(stage.database, stage.chain, rows - there, new_people=not there)
            there = rows
            for name, path in (
                ("users list", LIST),
                ("user page", stage.user_path),
                ("audit page", "/audit"),
                ("audit of a subject", f"/audit?subject={stage.user_path.split('/')[-1]}"),
                ("audit of a person", "/audit?person=p7@example.com"),
                ("what a person did", "/audit/people/7"),
            ):
                yield Point("p50 by rows of the audit, ms", name, rows, _p50(stage, path))
            began = time.monotonic()
            with stage.database.read() as connection:
                assert verify(connection, stage.chain.keys) is None
            took_s = time.monotonic() - began
            yield Point("audit verify by rows, s", "the whole chain", rows, took_s)


def _p50(stage: Stage, path: str) -> float:
    client = stage.dashboard.client()
    for _ in range(TRIES // 10):
        client.get(path)
    answers = [client.get(path) for _ in range(TRIES)]
    client.close()
    assert {answer.status for answer in answers} == {200}, path
    return median(answer.took_ms for answer in answers)
