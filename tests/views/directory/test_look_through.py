"""Looking through the API's list for someone who is not in our copy."""

from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.schema import directory, look_throughs
from dashboard.worker import MaintenanceWorker
from tests.support.browsing import Page, Visitor
from tests.support.clock import TestClock
from tests.support.directory import fill
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.directory.test_sweep import services as services  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.on_postgres

PATH = "/users/look-through"
FOUND = "1 user found"


@pytest.fixture
def copy(database: Database, clock: TestClock) -> Database:
    """Return a database whose copy of the list counts as complete, and has no one."""
    fill(database, [], clock())
    return database


@pytest.fixture
def last(copy: Database, simulator: RunningSimulator) -> dict[str, Any]:
    """Return the last user of 250, who are three pages."""
    assert copy
    first, *_, oldest = simulator.users()
    for number in range(130):
        added = {"id": str(uuid4()), "email": f"added{number}@example.net"}
        simulator.add_user({**first, **added})
    simulator.clear_requests()
    return oldest


def start(visitor: Visitor, text: str) -> str:
    """Begin to look for a text; return the address."""
    return str(visitor.post(PATH, {"q": text}).headers["Location"])


def work(services: Services, clock: TestClock, pages: int) -> None:
    services.operations.heartbeat.note()
    for _ in range(pages):
        clock.advance(seconds=services.directory.look_reader.work().total_seconds())


def hits(page: Page) -> str:
    return page.text.partition('id="hits-title"')[2]


def test_someone_on_the_third_page_is_found_there_and_by_a_later_search(
    support: Visitor,
    services: Services,
    database: Database,
    clock: TestClock,
    last: dict[str, Any],
    simulator: RunningSimulator,
) -> None:
    search = f"/users?q={quote(last['email'].partition('@')[0])}"
    assert "Look through the list" in support.get(search).words
    address = start(support, last["email"].partition("@")[0])
    work(services, clock, 2)
    page = support.get(address)
    assert "2 pages read" in page.words
    assert "of 250 users" in page.words
    assert "No one found yet" in page.words
    work(services, clock, 1)
    page = support.get(address)
    assert FOUND in page.words
    assert f"/users/{last['id']}" in hits(page)
    assert len(simulator.requests()) == 3
    work(services, clock, 2)
    page = support.get(address)
    assert "Whole list read" in page.words
    assert "250 of 250 users" in page.words
    assert f"/users/{last['id']}" in support.get(search).text
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(directory)).scalar() == 250


def test_a_running_look_follows_itself_and_then_stops(
    support: Visitor, services: Services, clock: TestClock, last: dict[str, Any]
) -> None:
    address = start(support, last["email"])
    work(services, clock, 1)
    assert 'id="follow"' in support.get(address).text
    polled = support.fragment(address, "follow")
    assert polled.headers["HX-Retarget"] == "#looking"
    assert "1 page read" in polled.words
    work(services, clock, 5)
    assert 'id="follow"' not in support.fragment(address, "follow").text


def test_stopped_it_reads_nothing_more_and_keeps_what_it_found(
    support: Visitor,
    services: Services,
    clock: TestClock,
    copy: Database,
    simulator: RunningSimulator,
) -> None:
    assert copy
    newest = simulator.users()[0]
    address = start(support, newest["email"])
    work(services, clock, 1)
    support.post(f"{address}/stop", {})
    simulator.clear_requests()
    work(services, clock, 3)
    assert simulator.requests() == []
    page = support.get(address)
    assert "Stopped" in page.words
    assert FOUND in page.words
    support.post(f"{address}/next", {})
    assert simulator.requests() == []


def test_without_a_worker_a_person_takes_page_by_page(
    support: Visitor,
    services: Services,
    last: dict[str, Any],
    simulator: RunningSimulator,
) -> None:
    address = start(support, last["email"])
    page = support.get(address)
    assert "The worker isn’t running" in page.words
    assert 'id="follow"' not in page.text
    simulator.set_faults([{"status": 500}])
    support.post(f"{address}/next", {}, status=503)
    simulator.set_faults([])
    for _ in range(3):
        simulator.clear_requests()
        support.post(f"{address}/next", {})
        assert len(simulator.requests()) == 1
    assert FOUND in support.get(address).words
    services.operations.heartbeat.note()
    simulator.clear_requests()
    support.post(f"{address}/next", {})
    assert simulator.requests() == []


def test_beyond_the_budget_a_person_waits(
    settings: dict[str, str], request: pytest.FixtureRequest, simulator: RunningSimulator
) -> None:
    settings["UPSTREAM_BUDGET_PER_MIN"] = "1"
    support: Visitor = request.getfixturevalue("support")
    address = start(support, "nobody")
    support.post(f"{address}/next", {})
    support.post(f"{address}/next", {})
    assert "The background requests of this minute are used up." in support.get(address).words
    assert len(simulator.requests()) == 1


def test_while_calls_are_paused_nothing_is_read_and_the_page_says_so(
    log_in: LogIn,
    services: Services,
    clock: TestClock,
    last: dict[str, Any],
    simulator: RunningSimulator,
) -> None:
    admin = log_in(Role.ADMIN)
    address = start(admin, last["email"])
    admin.post("/settings/credentials/freeze", {"reason": "Incident 7"})
    worker = MaintenanceWorker(services, clock)
    worker.run_once()
    worker.sync_once()
    assert simulator.requests() == []
    assert "API calls are paused." in admin.get(address).words
    admin.post("/settings/credentials/thaw", {"thaw": "1"})
    work(services, clock, 3)
    assert FOUND in admin.get(address).words


def test_after_a_429_it_goes_on_where_it_was(
    support: Visitor,
    services: Services,
    clock: TestClock,
    last: dict[str, Any],
    simulator: RunningSimulator,
) -> None:
    address = start(support, last["email"])
    work(services, clock, 1)
    simulator.set_faults([{"status": 429, "retry_after_s": 30}])
    worker = MaintenanceWorker(services, clock)
    for _ in range(5):
        worker.sync_once()
        clock.advance(seconds=0.9)
    assert [call.status for call in simulator.requests()].count(429) == 1
    simulator.set_faults([])
    clock.advance(minutes=2)
    work(services, clock, 3)
    page = support.get(address)
    assert FOUND in page.words
    assert "3 pages read" in page.words


@pytest.mark.parametrize(
    "rivals",
    [
        {"list_order": "oldest"},
        {"list_paging": "cursor"},
        {"list_counters": "none"},
        {"list_params": "short"},
        {"list_items": "body"},
    ],
)
def test_it_reads_the_whole_list_in_every_shape(
    support: Visitor,
    services: Services,
    database: Database,
    clock: TestClock,
    copy: Database,
    simulator: RunningSimulator,
    rivals: dict[str, object],
) -> None:
    assert copy
    simulator.set_rivals(**rivals)
    address = start(support, "nobody.of.them")
    work(services, clock, 10)
    page = support.get(address)
    assert "Whole list read" in page.words
    assert "No one found" in page.words
    with database.read() as connection:
        read = set(connection.execute(select(directory.c.user_id)).scalars())
    assert read == {UUID(user["id"]) for user in simulator.users()}


def test_after_a_day_the_worker_deletes_it(
    support: Visitor, services: Services, database: Database, clock: TestClock, copy: Database
) -> None:
    assert copy
    address = start(support, "nobody")
    services.directory.looks.remove_old()
    support.get(address)
    clock.advance(hours=25)
    services.directory.looks.remove_old()
    with database.read() as connection:
        assert connection.execute(select(look_throughs)).all() == []
