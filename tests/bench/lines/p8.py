"""P8: a flood of log-ins, 32 in parallel: the list stays quick, and memory does not grow.

People try again when they are told to. A machine does not wait: the shipped proxy, which is then in
front of the server, slows it down. The list is loaded from the server itself, by another client.
"""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

import requests

from dashboard.services.auth import passwords
from tests.bench.bench import Bench
from tests.bench.course import LIST
from tests.bench.figures import Figure
from tests.bench.stage import Served, run_stage
from tests.support.http_visitor import CSRF, TIMEOUT_S
from tests.support.servers.nginx_server import nginx_server

AT_ONCE, SECONDS, PAGES = 32, 12, 150
PATIENCE_MS = 2000  # what `Retry-After` says
P95_MS, MB = 15, 64
FLOOD = Path(__file__).parents[1] / "flood.lua"
OWASP = (2, 19 * 1024, 1)  # Argon2id: passes, KiB, lanes


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure: people, then a machine."""
    for who, patience_ms, proxied in (("people", PATIENCE_MS, False), ("machine", 0, True)):
        folder = bench.folder / who
        with (
            run_stage(folder, threads=16, settings={"PROXIES": "1"}) as stage,
            _entrance(folder, stage.dashboard.url, proxied=proxied) as url,
        ):
            form = _form(url, folder / "certificate.pem")
            yield from _flooded(stage.dashboard, url, form, who, patience_ms)
    hasher = passwords._hasher  # noqa: SLF001  what it is set to is the figure
    cost = (hasher.time_cost, hasher.memory_cost, hasher.parallelism)
    yield Figure(
        "P8",
        "Argon2id: passes, KiB, lanes",
        ", ".join(map(str, cost)),
        goal="OWASP's minimum",
        holds=cost[0] >= OWASP[0] and cost[1] >= OWASP[1],
    )


@contextlib.contextmanager
def _entrance(folder: Path, url: str, *, proxied: bool) -> Iterator[str]:
    """Give the address at which the flood comes in: the server's, or that of nginx before it."""
    if not proxied:
        yield url
        return
    with nginx_server(folder, urlsplit(url.replace("localhost", "127.0.0.1")).netloc) as port:
        yield f"https://localhost:{port}"


def _flooded(
    served: Served, url: str, form: tuple[str, str], who: str, patience_ms: int
) -> Iterator[Figure]:
    calm, before = _p95(served), served.usage.pss_mb()
    command = ["wrk", "-t1", f"-c{AT_ONCE}", f"-d{SECONDS}", "-s", str(FLOOD), url]
    command += ["--", *form, str(patience_ms)]
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
        goal=f"≤ {P95_MS} ms",
        holds=busy <= P95_MS,
    )
    what = f"memory meanwhile ({who})"
    yield Figure("P8", what, f"{grown:+.0f} MB", goal=f"≤ {MB} MB", holds=grown <= MB)


def _form(url: str, certificate: Path) -> tuple[str, str]:
    """Return the token of a log-in's form, and its cookie; with TLS, by nginx's certificate."""
    page = requests.get(f"{url}/login", timeout=TIMEOUT_S, verify=str(certificate))
    token = CSRF.search(page.text)
    assert token is not None
    (cookie,) = page.cookies.items()
    return token[1], "=".join(cookie)


def _p95(served: Served) -> float:
    client = served.client()
    answers = [client.get(LIST, {"X-Forwarded-For": "10.0.0.1"}) for _ in range(PAGES)]
    client.close()
    assert {each.status for each in answers} == {200}
    return quantiles([each.took_ms for each in answers], n=20)[-1]
