"""P8: a flood of log-ins, 32 in parallel: the list stays quick, and memory does not grow."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

from dashboard.services.auth import passwords
from tests.bench.bench import Bench
from tests.bench.course import LIST
from tests.bench.figures import Figure
from tests.bench.load import Client
from tests.bench.stage import Served, run_stage

AT_ONCE, SECONDS, PAGES = 32, 12, 150
PATIENCE_MS = 2000  # what `Retry-After` says
LIST_MS, MB = 15, 64  # a machine that does not wait is the proxy's to slow down
FLOOD = Path(__file__).parents[1] / "flood.lua"
CSRF = re.compile(rb'name="csrf_token" value="([^"]+)"')
COOKIE = re.compile(rb"[Ss]et-[Cc]ookie: ([^;]+)")
OWASP = (2, 19 * 1024, 1)  # Argon2id: passes, KiB, lanes


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure: people who try again when they are told to, then a machine that does not wait."""
    for who, patience_ms in (("people", PATIENCE_MS), ("machine", 0)):
        with run_stage(bench.folder / who, threads=16, settings={"PROXIES": "1"}) as stage:
            yield from _flooded(stage.dashboard, who, patience_ms)
    hasher = passwords._hasher  # noqa: SLF001  what it is set to is the figure
    cost = (hasher.time_cost, hasher.memory_cost, hasher.parallelism)
    yield Figure(
        "P8",
        "Argon2id: passes, KiB, lanes",
        ", ".join(map(str, cost)),
        goal="OWASP's minimum",
        holds=cost[0] >= OWASP[0] and cost[1] >= OWASP[1],
    )


def _flooded(served: Served, who: str, patience_ms: int) -> Iterator[Figure]:
    calm, before = _p95(served), served.usage.pss_mb()
    command = ["wrk", "-t1", f"-c{AT_ONCE}", f"-d{SECONDS}", "-s", str(FLOOD), served.url]
    command += ["--", *_form(served.url), str(patience_ms)]
    flood = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603  ours
    busy = _p95(served)
    grown = served.usage.pss_mb() - before
    told, _ = flood.communicate(timeout=60)
    tried = int(told.split(" requests in")[0].split()[-1]) / SECONDS
    compared = int(told.splitlines()[-1].removeprefix("compared "))
    yield Figure(
        "P8",
        f"list p95, {AT_ONCE} log in together ({who}, {tried:.0f} tries/s, {compared} hashed)",
        f"{busy:.1f} ms, {busy / calm:.1f}× {calm:.1f} ms",
        goal=f"≤ {LIST_MS} ms" if patience_ms else "–",
        holds=busy <= LIST_MS if patience_ms else None,
    )
    what = f"memory meanwhile ({who})"
    yield Figure("P8", what, f"{grown:+.0f} MB", goal=f"≤ {MB} MB", holds=grown <= MB)


def _form(url: str) -> tuple[str, str]:
    """Return the token of a log-in's form, and its cookie."""
    page = Client(url).get("/login")
    token, cookie = CSRF.search(page.body), COOKIE.search(page.head)
    assert token is not None
    assert cookie is not None
    return token[1].decode(), cookie[1].decode()


def _p95(served: Served) -> float:
    client = served.client()
    answers = [client.get(LIST, {"X-Forwarded-For": "10.0.0.1"}) for _ in range(PAGES)]
    client.close()
    assert {each.status for each in answers} == {200}
    return quantiles([each.took_ms for each in answers], n=20)[-1]
