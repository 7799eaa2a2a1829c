"""P7: an export of a long audit: its speed, its first byte, memory, and other pages meanwhile."""

import http.client
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import quantiles
from urllib.parse import urlencode

from tests.bench.audit_fill import fill
from tests.bench.bench import Bench
from tests.bench.course import LIST
from tests.bench.figures import Figure
from tests.bench.stage import Served, run_stage

ROWS, PAGES = 1_000_000, 100
ALONE_PER_S, BESIDE_PER_S, FIRST_MS, GROWN_MB, TIMES = 200_000, 100_000, 100, 16, 2
EXPORT = "/audit/export"
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Taken:
    """A file as it came: `most_mb` is the server's memory at its highest meanwhile."""

    rows: int = 0
    first_ms: float = 0.0
    took_s: float = 0.0
    most_mb: float = 0.0
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def per_s(self) -> float:
        """Rows a second."""
        return self.rows / self.took_s


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure."""
    with run_stage(bench.folder, threads=16) as stage:
        fill(stage.database, stage.chain, ROWS)
        served = stage.dashboard
        calm = _p95(served)
        before = served.usage.pss_mb()
        first, taken = Taken(), Taken()
        _export(served, first)
        for work in (_export, _watch):
            threading.Thread(target=work, args=(served, taken), daemon=True).start()
        busy = _p95(served, taken.done)
        assert taken.done.wait(300)
        assert taken.rows, "there was no file"
    grown = taken.most_mb - before
    for what, measured, goal, holds in (
        (f"rows of {ROWS:,} in the file", f"{taken.rows:,}", f"{ROWS:,}", taken.rows >= ROWS),
        ("rows/s", f"{first.per_s:,.0f}", f"≥ {ALONE_PER_S:,}", first.per_s >= ALONE_PER_S),
        (
            "rows/s beside a client of the list",
            f"{taken.per_s:,.0f}",
            f"≥ {BESIDE_PER_S:,}",
            taken.per_s >= BESIDE_PER_S,
        ),
        ("first byte", f"{taken.first_ms:.0f} ms", f"≤ {FIRST_MS} ms", taken.first_ms <= FIRST_MS),
        ("memory meanwhile", f"{grown:+.0f} MB", f"≤ {GROWN_MB} MB", grown <= GROWN_MB),
        (
            "users list p95 meanwhile",
            f"{busy:.1f} ms, {busy / calm:.1f}× {calm:.1f} ms",
            f"≤ {TIMES}×",
            busy <= TIMES * calm,
        ),
    ):
        yield Figure("P7", f"export of the audit: {what}", measured, goal=goal, holds=holds)


def _export(served: Served, taken: Taken) -> None:
    try:
        _take(served, taken)
    finally:
        taken.done.set()


def _take(served: Served, taken: Taken) -> None:
    form = served.client().get(EXPORT).body.decode()
    token = CSRF.search(form)
    assert token is not None
    body = urlencode({"csrf_token": token[1], "reason": "bench", "format": "csv"})
    head = {**served.headers, "Content-Type": "application/x-www-form-urlencoded"}
    connection = http.client.HTTPConnection(served.url.removeprefix("http://"), timeout=300)
    began = time.monotonic()
    connection.request("POST", EXPORT, body, head)
    answer = connection.getresponse()
    assert answer.status == 200, answer.status
    part = answer.read(1)
    taken.first_ms = (time.monotonic() - began) * 1000
    while part:
        taken.rows += part.count(b"\n")
        part = answer.read(65536)
    taken.rows -= 1  # the headings
    taken.took_s = time.monotonic() - began
    connection.close()


def _watch(served: Served, taken: Taken) -> None:
    while not taken.done.is_set():
        taken.most_mb = max(taken.most_mb, served.usage.pss_mb())
        taken.done.wait(0.2)


def _p95(served: Served, until: threading.Event | None = None) -> float:
    """Ask for the list so many times, or for as long as something else goes on."""
    client = served.client()
    took: list[float] = []
    while len(took) < PAGES or (until and not until.is_set()):
        took.append(client.get(LIST).took_ms)
    client.close()
    return quantiles(took, n=20)[-1]
