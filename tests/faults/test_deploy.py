"""SIGHUP and SIGTERM behind steady load: what is under way is finished, and nothing is lost."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Self

import pytest
import requests

from dashboard.services.permissions import Role
from tests.faults.support import ledger
from tests.faults.support.people import Served, serve_people
from tests.soak.next_version import copy_tree
from tests.support import databases
from tests.support.clock import PATIENCE_S, wait_until
from tests.support.http_visitor import HttpVisitor
from tests.support.pages.forms import registration
from tests.support.servers.dashboard_process import serve
from tests.support.servers.simulator_process import RunningSimulator

PEOPLE = 4
PAGES = ("/users", "/account", "/users/new", "/kyc")
CLICKS = 40
SLOW_MS = 1500


@dataclass
class Load:
    """People who click steadily over kept-alive connections, as a proxy in front of us has."""

    people: list[HttpVisitor]
    answers: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._click, args=(one,)) for one in self.people]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, clicks: int) -> None:
        """Go on until so many more answers are there."""
        wanted = len(self.answers) + clicks
        wait_until(lambda: self.failures or len(self.answers) >= wanted)

    def _click(self, person: HttpVisitor) -> None:
        clicks = 0
        while not self._stopping.wait(0.03):
            path = PAGES[clicks % len(PAGES)]
            clicks += 1
            try:
                self.answers.append(person.get(path).status_code)
            except requests.RequestException as error:
                self.failures.append(f"{path}: {error!r}")


@pytest.fixture
def served(tmp_path: Path, settings: dict[str, str], migrated: Path) -> Iterator[Served]:
    with serve_people(tmp_path, migrated, settings) as running:
        yield running


def workers_of(served: Served) -> set[str]:
    return set(Path(f"/proc/{served.pid}/task/{served.pid}/children").read_text().split())


@pytest.mark.long
def test_a_reload_under_load_fails_no_request(served: Served) -> None:
    before = workers_of(served)
    with Load([served.log_in(Role.ADMIN) for _ in range(PEOPLE)]) as load:
        load.wait_for(CLICKS)
        os.kill(served.pid, signal.SIGHUP)
        wait_until(lambda: not before & workers_of(served))
        load.wait_for(CLICKS)
    assert load.failures == []
    assert set(load.answers) == {200}


@pytest.mark.long
def test_each_reload_finds_new_code(
    settings: dict[str, str], migrated: Path, tmp_path: Path
) -> None:
    root, place = tmp_path / "product", "dashboard/views/health.py"
    copy_tree(root)
    databases.fill(migrated, tmp_path)
    code = (root / place).read_text()
    with serve(tmp_path, settings, root=root) as (url, pid):
        for answer in ("first change", "second change"):
            (root / place).write_text(code.replace('"ok', f'"{answer}'))
            os.kill(pid, signal.SIGHUP)
            wait_until(partial(says, f"{url}/healthz", answer))


def says(address: str, text: str) -> bool:
    return requests.get(address, timeout=PATIENCE_S).text.strip() == text


@pytest.mark.long
def test_what_is_under_way_at_sigterm_is_finished_and_recorded(
    served: Served, simulator: RunningSimulator, settings: dict[str, str], tmp_path: Path
) -> None:
    people = [served.log_in(Role.ADMIN) for _ in range(PEOPLE)]
    forms = [{**one.form("/users/new"), **registration()} for one in people]
    simulator.set_faults([{"method": "POST", "latency_ms": SLOW_MS}])
    with ThreadPoolExecutor(PEOPLE) as pool:
        sent = [
            pool.submit(one.post, "/users", form) for one, form in zip(people, forms, strict=True)
        ]
        wait_for_calls(simulator, PEOPLE)
        os.kill(served.pid, signal.SIGTERM)
        assert [one.result().status_code for one in sent] == [303] * PEOPLE
    assert served.problems(simulator) == []
    with pytest.raises(requests.ConnectionError):
        HttpVisitor(served.base_url).get("/login")
    with serve(tmp_path, settings, int(served.base_url.rpartition(":")[2])):
        assert [one.get("/account").status_code for one in people] == [200] * PEOPLE
        again = [one.post("/users", form) for one, form in zip(people, forms, strict=True)]
        assert [one.status_code for one in again] == [303] * PEOPLE
    assert len(ledger.writes(simulator.requests())) == PEOPLE


@pytest.mark.long
def test_a_server_that_stops_refuses_new_connections_while_it_finishes_a_form(
    served: Served, simulator: RunningSimulator
) -> None:
    person = served.log_in(Role.ADMIN)
    form = {**person.form("/users/new"), **registration()}
    simulator.set_faults([{"method": "POST", "latency_ms": 4 * SLOW_MS}])
    place = ("127.0.0.1", int(served.base_url.rpartition(":")[2]))
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(person.post, "/users", form)
        wait_for_calls(simulator, 1)
        os.kill(served.pid, signal.SIGTERM)
        with pytest.raises(ConnectionRefusedError):  # noqa: PT012  the first one that is refused
            while not sent.done():
                socket.create_connection(place, timeout=PATIENCE_S).close()
                time.sleep(0.02)
        assert not sent.done()
        assert sent.result().status_code == 303


def wait_for_calls(simulator: RunningSimulator, count: int) -> None:
    wait_until(lambda: len(ledger.writes(simulator.requests())) >= count)
