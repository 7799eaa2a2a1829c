"""P8: a flood of log-ins, 32 at once: the list stays quick, and memory does not grow."""

import subprocess
import sys
from collections.abc import Iterator
from statistics import quantiles

from dashboard.services import passwords
from tests.bench.bench import Bench
from tests.bench.course import LIST
from tests.bench.figures import ROOT, Figure
from tests.bench.stage import Served, run_stage

AT_ONCE, SECONDS, PAGES = 32, 12, 150
TIMES, MB = 3, 64
OWASP = (2, 19 * 1024, 1)  # Argon2id: passes, KiB, lanes


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure."""
    with run_stage(bench.folder, threads=16, settings={"PROXIES": "1"}) as stage:
        calm = _p95(stage.dashboard)
        before = stage.dashboard.usage.pss_mb()
        command = [sys.executable, "-m", "tests.bench.flood", stage.dashboard.url]
        command += ["--at-once", str(AT_ONCE), "--seconds", str(SECONDS)]
        flood = subprocess.Popen(command, cwd=ROOT)  # noqa: S603  ours
        busy = _p95(stage.dashboard)
        grown = stage.dashboard.usage.pss_mb() - before
        flood.wait(60)
    yield Figure(
        "P8",
        f"users list p95 while {AT_ONCE} log in at once",
        f"{busy:.1f} ms, {busy / calm:.1f}× {calm:.1f} ms",
        goal=f"≤ {TIMES}×",
        holds=busy <= TIMES * calm,
    )
    yield Figure("P8", "memory meanwhile", f"{grown:+.0f} MB", goal=f"≤ {MB} MB", holds=grown <= MB)
    hasher = passwords._hasher  # noqa: SLF001  what it is set to is the figure
    cost = (hasher.time_cost, hasher.memory_cost, hasher.parallelism)
    yield Figure(
        "P8",
        "Argon2id: passes, KiB, lanes",
        ", ".join(map(str, cost)),
        goal="OWASP's minimum",
        holds=cost[0] >= OWASP[0] and cost[1] >= OWASP[1],
    )


def _p95(served: Served) -> float:
    client = served.client()
    took = [client.get(LIST, {"X-Forwarded-For": "10.0.0.1"}).took_ms for _ in range(PAGES)]
    client.close()
    return quantiles(took, n=20)[-1]
