"""50 identical POSTs in parallel over two workers: one call, and 50 answers that agree."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import requests

from dashboard.services.permissions import Role
from tests.faults.support import ledger
from tests.faults.support.people import Served, serve_people
from tests.faults.support.report import Figure
from tests.support.http_visitor import HttpVisitor
from tests.support.pages.forms import KYC, TOKEN, registration
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.settings import safe_settings

SENT = 50
SLOW = {"method": "POST", "latency_ms": 300}
Sending = tuple[HttpVisitor, str, dict[str, str]]


@pytest.fixture(scope="module")
def served(
    simulator_process: RunningSimulator, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("parallel")
    with serve_people(folder, migrated, safe_settings(folder, simulator_process)) as running:
        yield running


@pytest.fixture(scope="module")
def simulator(simulator_process: RunningSimulator) -> RunningSimulator:
    """As new for the first test; its log goes on, as the database does."""
    simulator_process.reset()
    return simulator_process


@pytest.fixture
def admin(served: Served, simulator: RunningSimulator) -> HttpVisitor:
    """A logged-in admin who may do everything."""
    simulator.set_faults([])
    return served.log_in(Role.ADMIN)


def at_once(sendings: list[Sending]) -> list[requests.Response]:
    """Send all of it in one moment."""
    start = Barrier(len(sendings))

    def send(sending: Sending) -> requests.Response:
        visitor, path, fields = sending
        start.wait()
        return visitor.post(path, fields)

    with ThreadPoolExecutor(len(sendings)) as pool:
        return list(pool.map(send, sendings))


def fresh_user(simulator: RunningSimulator, status: str) -> str:
    """Return a user that no test has used."""
    known = {(call.body or {}).get("userId") for call in ledger.writes(simulator.requests())}
    users = [str(one["id"]) for one in simulator.users() if one["status"] == status]
    return next(one for one in users if one not in known)


def place(action: str, simulator: RunningSimulator) -> tuple[str, str, dict[str, str]]:
    """Return the form's page, where it is sent, and what is filled in."""
    if action == "users:register":
        return "/users/new", "/users", registration()
    if action == "kyc:start":
        path = f"/users/{fresh_user(simulator, 'pending')}/kyc"
        return path, path, KYC
    path = f"/users/{fresh_user(simulator, 'active')}/tokens"
    return path, path, TOKEN


@pytest.mark.long
@pytest.mark.parametrize("action", ledger.MADE)
def test_50_posts_of_one_form_make_one_call_and_agree(
    served: Served, admin: HttpVisitor, simulator: RunningSimulator, action: str, figure: Figure
) -> None:
    page, path, fields = place(action, simulator)
    form = {**admin.form(page), **fields}
    simulator.set_faults([SLOW])
    before = len(ledger.writes(simulator.requests()))
    answers = at_once([(served.tab(admin), path, form) for _ in range(SENT)])
    calls = len(ledger.writes(simulator.requests())) - before
    figure("calls doubled", calls - 1)
    assert calls == 1
    assert served.problems(simulator) == []
    done = 200 if action == "tokens:issue" else 303
    assert {answer.status_code for answer in answers} <= {done, 409}
    assert len({answer.headers.get("Location") for answer in answers if answer.ok}) == 1
    waiting = [answer.text for answer in answers if answer.status_code == 409]
    assert all("Still processing" in text or "shown once" in text for text in waiting)
    with_token = sum(ledger.JWT in answer.content for answer in answers)
    assert with_token == (action == "tokens:issue")
    again = admin.post(path, form)
    assert again.status_code == (409 if action == "tokens:issue" else 303)
    assert len(ledger.writes(simulator.requests())) == before + 1


@pytest.mark.long
def test_two_people_who_start_kyc_of_one_user_at_once_make_one_start(
    served: Served, admin: HttpVisitor, simulator: RunningSimulator
) -> None:
    page, path, fields = place("kyc:start", simulator)
    people = (admin, served.log_in(Role.SUPPORT))
    sendings = [(one, path, {**one.form(page), **fields}) for one in people]
    simulator.set_faults([SLOW])
    answers = at_once(sendings)
    key = ("kyc:start", path.split("/")[2])
    calls = [call for call in ledger.writes(simulator.requests()) if ledger.key_of(call) == key]
    assert [call.made.keys() for call in calls if call.made] == [{"inquiry"}]
    assert Counter(answer.status_code for answer in answers)[303] >= 1
    assert {answer.status_code for answer in answers} <= {303, 409}
    assert served.problems(simulator) == []
