"""The metrics of a dashboard of two workers and of its worker, as Prometheus reads them."""

import contextlib
import os
import signal
import socket
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
import requests

from dashboard.metrics.shared import MEMORY
from dashboard.services.permissions import Role
from tests.faults.support.people import Served, serve_people
from tests.support.clock import wait_until
from tests.support.pages.forms import registration
from tests.support.servers import warm
from tests.support.servers.dashboard_process import STOP_S, free_port
from tests.support.servers.scraping import Scrape, scrape
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.long
PAGE, CALL = "dashboard_page_seconds_count", "dashboard_api_call_seconds_count"


@pytest.fixture
def port() -> int:
    while True:  # and the one after it
        port = free_port()
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port + 1))
            return port


@pytest.fixture
def served(tmp_path: Path, settings: dict[str, str], migrated: Path, port: int) -> Iterator[Served]:
    with serve_people(tmp_path, migrated, settings, METRICS_PORT=str(port)) as running:
        yield running


@contextlib.contextmanager
def working(settings: Mapping[str, str], port: int, folder: Path, name: str) -> Iterator[Path]:
    log = folder / f"{name}.log"
    with log.open("wb") as out:
        environ = {**os.environ, **settings, "METRICS_PORT": str(port)}
        process = warm.start(["dashboard", "worker"], environ, out.fileno(), out.fileno())
    try:
        yield log
    finally:
        process.terminate()
        process.wait(STOP_S)


def children(served: Served) -> dict[int, str]:
    """Return the processes of the dashboard's first one, with their commands."""
    listed = Path(f"/proc/{served.pid}/task/{served.pid}/children").read_text().split()
    return {int(pid): Path(f"/proc/{pid}/cmdline").read_text() for pid in listed}


def workers(served: Served) -> list[int]:
    return [pid for pid, command in children(served).items() if "exporter" not in command]


def exporter(served: Served) -> int:
    (found,) = (pid for pid, command in children(served).items() if "exporter" in command)
    return found


def wait_for(port: int, name: str, wanted: float, **labels: str) -> Scrape:
    wait_until(lambda: scrape(port).total(name, **labels) == wanted)
    return scrape(port)


def test_counts_add_up_over_the_web_processes(served: Served, port: int) -> None:
    people = [served.log_in(Role.ONBOARDING, Role.ISSUER) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda person: [person.get("/users") for _ in range(10)], people))
    fields = people[0].form("/users/new")
    assert people[0].post("/users", {**registration(), **fields}).status_code == 303
    requests.get(f"{served.base_url}/no/such/page", timeout=10)
    found = scrape(port)
    assert found.total(PAGE, endpoint="users.index", status="200") == 40
    assert found.total(PAGE, endpoint="none", status="404") == 1
    assert found.total(CALL, call="GET /users", status="2xx", result="ok") == 40
    assert found.total(CALL, call="POST /users", status="2xx", result="ok") == 1
    assert found.total("dashboard_actions_total", action="auth:login", outcome="succeeded") == 4
    for outcome in ("attempted", "succeeded"):
        done = {"action": "users:register", "outcome": outcome}
        assert found.total("dashboard_actions_total", **done) == 1
    assert found.total("dashboard_api_call_slots") == 2 * 14
    assert found.total("dashboard_api_calls_in_progress") == 0


def test_kill_9_of_a_web_process_keeps_what_it_counted(
    served: Served, port: int, simulator: RunningSimulator
) -> None:
    person = served.log_in(Role.ONBOARDING)
    for _ in range(8):
        person.get("/users")
    simulator.set_faults([{"latency_ms": 20_000}])
    slow = [served.tab(person) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(tab.get, "/users") for tab in slow]
        wait_for(port, "dashboard_api_calls_in_progress", 2)
        before = workers(served)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        assert all(each.exception() for each in asked)
    simulator.set_faults([])
    found = wait_for(port, "dashboard_api_calls_in_progress", 0)
    assert found.total(PAGE, endpoint="users.index", status="200") == 8
    wait_until(lambda: len(set(workers(served)) - set(before)) >= 2)
    served.tab(person).get("/users")
    assert wait_for(port, PAGE, 9, endpoint="users.index", status="200")
    assert wait_for(port, "dashboard_api_call_slots", 2 * 14)


def test_they_are_served_while_the_web_processes_hang(served: Served, port: int) -> None:
    wait_for(port, "dashboard_api_call_slots", 2 * 14)
    stopped = workers(served)
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        assert scrape(port).total("dashboard_api_call_slots") == 2 * 14
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


def test_a_reload_serves_them_by_new_code_and_keeps_the_counts(served: Served, port: int) -> None:
    person = served.log_in(Role.ONBOARDING)
    person.get("/users")
    scrape(port)
    before, old = exporter(served), workers(served)
    os.kill(served.pid, signal.SIGHUP)
    wait_until(lambda: not {before, *old} & set(children(served)))
    found = wait_for(port, "dashboard_api_call_slots", 2 * 14)
    assert found.total(PAGE, endpoint="users.index", status="200") == 1


def test_they_are_on_loopback_only_and_not_on_the_port_of_pages(served: Served, port: int) -> None:
    scrape(port)
    listening = [each.laddr for each in psutil.net_connections("tcp") if each.status == "LISTEN"]
    assert [address for address in listening if port in address] == [("127.0.0.1", port)]
    assert requests.get(f"{served.base_url}/metrics", timeout=10).status_code == 404


def folder_of(served: Served) -> Path:
    """Return where its web processes count; other dashboards have their own beside it."""
    opened = (
        Path(file.path) for pid in workers(served) for file in psutil.Process(pid).open_files()
    )
    (folder,) = {file.parent for file in opened if file.parent.parent == MEMORY}
    return folder


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_after_the_end(
    tmp_path: Path, settings: dict[str, str], migrated: Path, port: int, how: signal.Signals
) -> None:
    with serve_people(tmp_path, migrated, settings, METRICS_PORT=str(port)) as served:
        scrape(port)
        folder = folder_of(served)
        assert folder.name.startswith("dashboard-metrics-")
        assert folder.stat().st_mode & 0o777 == 0o700
        ending = [*children(served)]
        os.kill(served.pid, how)
        gone = [folder, *(Path(f"/proc/{pid}") for pid in ending)]
        wait_until(lambda: not any(each.exists() for each in gone))
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/metrics", timeout=2)


def test_the_worker_serves_what_the_database_holds_and_a_second_one_works_without(
    served: Served, settings: dict[str, str], port: int, tmp_path: Path
) -> None:
    assert served
    with working(settings, port, tmp_path, "first"):
        wait_until(lambda: scrape(port + 1).total("dashboard_sweep_completed_timestamp_seconds"))
        found = wait_for(port + 1, "dashboard_sweep_running", 0)
        assert found.total("dashboard_state_readable") == 1
        assert found.total("dashboard_directory_users") == 120
        assert found.total(CALL, call="GET /users") > 0
        assert found.total("dashboard_worker_round_timestamp_seconds") > time.time() - 60
        with working(settings, port, tmp_path, "second") as log:
            wait_until(lambda: "worker_started" in log.read_text())
            assert "metrics_not_served" in log.read_text()
