"""Two workers and an upstream that is down or hangs: few calls, and the other pages stay quick."""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from dashboard.partner.call import READ_ATTEMPTS
from dashboard.services.permissions import Role
from tests.faults.support.people import Served, serve_people
from tests.faults.support.report import Figure
from tests.support.clock import wait_until
from tests.support.http_visitor import HttpVisitor
from tests.support.sampling import one_in
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.settings import safe_settings

pytestmark = pytest.mark.long
VIEWS, PEOPLE = 1_000, 8
PAUSE_S = 2  # the breaker's first one, after which one call finds out
HANGING, THREADS = 20, 8  # more calls than both workers have threads
REFUSED = "1"  # the seconds after which a refused page may be tried again


@pytest.fixture
def running(simulator: RunningSimulator, migrated: Path, tmp_path: Path) -> Iterator[Served]:
    settings = safe_settings(tmp_path, simulator)
    with serve_people(tmp_path, migrated, settings, WEB_THREADS=str(THREADS)) as served:
        yield served


@pytest.mark.parametrize("fault", one_in(2, [{"status": 503}, {"reset": "before"}]))
def test_a_thousand_page_views_of_two_workers_are_few_calls_while_the_api_is_down(
    running: Served, simulator: RunningSimulator, figure: Figure, fault: dict[str, object]
) -> None:
    visitors = [running.log_in(Role.SUPPORT) for _ in range(PEOPLE)]
    simulator.set_faults([fault])
    simulator.clear_requests()
    began = time.monotonic()

    def look(visitor: HttpVisitor) -> list[int]:
        return [visitor.get("/users").status_code for _ in range(VIEWS // len(visitors))]

    with ThreadPoolExecutor(len(visitors)) as pool:
        statuses = [status for seen in pool.map(look, visitors) for status in seen]
    assert statuses == [503] * VIEWS
    calls = len(simulator.requests())
    figure("upstream calls during an outage", calls)
    assert 0 < calls <= PEOPLE * READ_ATTEMPTS + (time.monotonic() - began) / PAUSE_S


def test_pages_that_ask_nobody_stay_quick_while_twenty_calls_hang(
    running: Served, simulator: RunningSimulator, figure: Figure
) -> None:
    visitors = [running.log_in(Role.SUPPORT) for _ in range(HANGING)]
    other = running.log_in(Role.SUPPORT)
    _looks(running, other)  # the first look at a page compiles it
    simulator.clear_requests()
    simulator.set_faults([{"latency_ms": 20_000}])
    with ThreadPoolExecutor(HANGING) as pool:
        hanging = [pool.submit(visitor.get, "/users") for visitor in visitors]
        wait_until(lambda: any(each.done() for each in hanging))  # refused: the others hang
        took_s = _looks(running, other)
        done = [each.result() for each in hanging if each.done()]
        took_s += [took for _ in range(7) for took in _looks(running, other)]
        answers = [each.result() for each in hanging]
    assert {each.status_code for each in answers} == {503}
    refused = [each for each in answers if each.headers["Retry-After"] == REFUSED]
    # Without the bulkhead these looks wait for the first of the hanging calls to end.
    assert 0 < len(done) < HANGING
    assert {each.headers["Retry-After"] for each in done} == {REFUSED}
    assert {each.headers["Connection"] for each in refused} == {"close"}  # to find another worker
    figure("p95 of unaffected pages, ms", round(statistics.quantiles(took_s, n=20)[-1] * 1000))


def _looks(running: Served, visitor: HttpVisitor) -> list[float]:
    """Return the seconds of a page without a call, a log-in's page and health, each again."""
    took_s = []
    for path in ("/account", "/login", "/healthz", "/readyz"):
        started = time.monotonic()
        if path == "/account":
            assert visitor.get(path).status_code == 200
        else:
            assert requests.get(running.base_url + path, timeout=20).status_code == 200
        took_s.append(time.monotonic() - started)
    return took_s
