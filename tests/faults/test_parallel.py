"""50 identical POSTs at once over two workers: one call, and 50 answers that agree."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import requests

from dashboard.services.roles import Role
from tests.conftest import safe_settings
from tests.dashboard_process import Server, start_dashboard
from tests.faults import ledger
from tests.faults.campaign import PATHS
from tests.faults.people import Browser, chain_of, form_at, log_in
from tests.faults.report import Figure
from tests.simulator_process import RunningSimulator
from tests.views.forms import KYC, TOKEN, registration

SENT = 50


@pytest.fixture(scope="module")
def served(
    simulator_process: RunningSimulator, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("parallel")
    settings = safe_settings(folder, simulator_process)
    with start_dashboard(folder, settings, migrated, threads=16) as running:
        yield running


@pytest.fixture(scope="module")
def simulator(simulator_process: RunningSimulator) -> RunningSimulator:
    """As new for the first test; its log goes on, as the database does."""
    simulator_process.reset()
    return simulator_process


@pytest.fixture
def browser(served: Server, simulator: RunningSimulator) -> Browser:
    """Somebody who may do everything, logged in."""
    simulator.set_faults([])
    return log_in(served, Role.ADMIN)


def at_once(sends: list[tuple[Browser, str, dict[str, str]]]) -> list[requests.Response]:
    """Send all of it in one moment."""
    start = Barrier(len(sends))

    def send(one: tuple[Browser, str, dict[str, str]]) -> requests.Response:
        browser, path, fields = one
        start.wait()
        return browser.post(path, fields)

    with ThreadPoolExecutor(len(sends)) as pool:
        return list(pool.map(send, sends))


def page_of(action: str, simulator: RunningSimulator) -> tuple[str, str, dict[str, str]]:
    """Return the form's page, where it is sent, and what is filled in."""
    if action == "users:register":
        return "/users/new", "/users", registration()
    status, part = {"kyc:start": ("pending", "kyc"), "tokens:issue": ("active", "tokens")}[action]
    known = {(call.body or {}).get("userId") for call in ledger.writes(simulator.requests())}
    found = [one["id"] for one in simulator.users() if one["status"] == status]
    user = next(one for one in found if one not in known)
    path = f"/users/{user}/{part}"
    return path, path, KYC if part == "kyc" else TOKEN


@pytest.mark.long
@pytest.mark.parametrize("action", PATHS)
def test_50_posts_of_one_form_make_one_call_and_agree(
    served: Server, browser: Browser, simulator: RunningSimulator, action: str, figure: Figure
) -> None:
    page, path, fields = page_of(action, simulator)
    form = form_at(browser, page, fields)
    simulator.set_faults([{"method": "POST", "latency_ms": 300}])
    before = len(ledger.writes(simulator.requests()))
    answers = at_once([(browser, path, form)] * SENT)
    log = simulator.requests()
    calls = len(ledger.writes(log)) - before
    assert calls == 1
    said = Counter(answer.status_code for answer in answers)
    with_token = [one for one in answers if ledger.JWT in one.content]
    if action == "tokens:issue":
        assert len(with_token) == said[200] == 1
        assert said == {200: 1, 409: SENT - 1}
    else:
        assert not with_token
        assert set(said) <= {303, 409}
        assert len({one.headers["Location"] for one in answers if one.status_code == 303}) == 1
    waiting = [one.text for one in answers if one.status_code == 409]
    assert all("is being worked on" in text or "shown once" in text for text in waiting)
    assert ledger.problems(log, served.database, chain_of(served).keys) == []
    figure("calls doubled", calls - 1)


@pytest.mark.long
def test_two_people_who_start_kyc_of_one_user_at_once_make_one_start(
    served: Server, browser: Browser, simulator: RunningSimulator
) -> None:
    other = log_in(served, Role.SUPPORT)
    page, path, fields = page_of("kyc:start", simulator)
    forms = [(one, path, form_at(one, page, fields)) for one in (browser, other)]
    simulator.set_faults([{"method": "POST", "latency_ms": 300}])
    answers = at_once(forms)
    calls = [
        call for call in ledger.writes(simulator.requests()) if str(call.body.get("userId")) in path
    ]
    assert sum("inquiry" in call.made for call in calls) == 1
    assert {one.status_code for one in answers} <= {303, 409}
    assert ledger.problems(simulator.requests(), served.database, chain_of(served).keys) == []
