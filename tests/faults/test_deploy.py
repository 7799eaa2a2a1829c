"""SIGHUP and SIGTERM behind steady load: what is under way is finished, and nothing is lost."""

import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest
import requests

from dashboard.services.roles import Role
from tests.conftest import safe_settings
from tests.dashboard_process import Server, launch, start_dashboard, wait_until_ready
from tests.faults import ledger
from tests.faults.people import Browser, chain_of, form_at, log_in
from tests.simulator_process import RunningSimulator
from tests.views.forms import registration

PEOPLE = 4
PAGES = ("/users", "/account", "/users/new", "/kyc")
STEADY_S = 6.0
SLOW_MS = 1500


@dataclass
class Load:
    """People who click steadily over kept-alive connections, as a proxy in front of us has."""

    browsers: list[Browser]
    answers: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._click, args=(one,)) for one in self.browsers]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _click(self, browser: Browser) -> None:
        with requests.Session() as session:
            clicks = 0
            while not self._stopping.wait(0.03):
                path = PAGES[clicks % len(PAGES)]
                clicks += 1
                try:
                    answer = session.get(
                        browser.base_url + path, headers={"Cookie": browser.cookies}, timeout=20
                    )
                    self.answers.append(answer.status_code)
                except requests.RequestException as error:
                    self.failures.append(f"{path}: {error!r}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def settings(simulator: RunningSimulator, folder: Path) -> dict[str, str]:
    return safe_settings(folder, simulator)


@pytest.fixture
def served(folder: Path, settings: dict[str, str], migrated: Path) -> Iterator[Server]:
    with start_dashboard(folder, settings, migrated, threads=8) as running:
        yield running


def workers_of(served: Server) -> set[str]:
    children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children")
    return set(children.read_text().split())


@pytest.mark.long
def test_a_reload_under_load_fails_no_request(served: Server, simulator: RunningSimulator) -> None:
    assert simulator
    before = workers_of(served)
    with Load([log_in(served, Role.ADMIN) for _ in range(PEOPLE)]) as load:
        time.sleep(STEADY_S / 3)
        served.process.send_signal(signal.SIGHUP)
        time.sleep(STEADY_S)
    assert load.failures == []
    assert set(load.answers) == {200}
    assert len(load.answers) > 50
    assert not before & workers_of(served)


@pytest.mark.long
def test_what_is_under_way_at_sigterm_is_finished_and_recorded(
    served: Server, simulator: RunningSimulator, settings: dict[str, str], folder: Path
) -> None:
    browsers = [log_in(served, Role.ADMIN) for _ in range(PEOPLE)]
    forms = [form_at(one, "/users/new", registration()) for one in browsers]
    simulator.set_faults([{"method": "POST", "latency_ms": SLOW_MS}])
    statuses: list[int] = []

    def register(browser: Browser, form: dict[str, str]) -> None:
        statuses.append(browser.post("/users", form).status_code)

    sends = [
        threading.Thread(target=register, args=each) for each in zip(browsers, forms, strict=True)
    ]
    for send in sends:
        send.start()
    until = time.monotonic() + 5
    while len(ledger.writes(simulator.requests())) < PEOPLE and time.monotonic() < until:
        time.sleep(0.02)
    served.process.terminate()
    for send in sends:
        send.join()
    assert statuses == [303] * PEOPLE
    assert served.process.wait(20) == 0
    assert ledger.problems(simulator.requests(), served.database, chain_of(served).keys) == []
    with pytest.raises(requests.ConnectionError):
        browsers[0].get("/account")
    port = int(served.base_url.rpartition(":")[2])
    again, base_url = launch(folder, settings, port, 8)
    try:
        wait_until_ready(base_url, folder / "web.log")
        assert [one.get("/account").status_code for one in browsers] == [200] * PEOPLE
        repeated = [one.post("/users", form) for one, form in zip(browsers, forms, strict=True)]
        assert [one.status_code for one in repeated] == [303] * PEOPLE
        assert len(ledger.writes(simulator.requests())) == PEOPLE
    finally:
        again.terminate()
        again.wait(20)
