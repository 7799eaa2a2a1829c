"""Lists while the API gives none: what was seen last, marked as such, and filtered."""

from typing import Any

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import sightings
from tests.support.browsing import Page, Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import registration, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres

DOWN: list[dict[str, Any]] = [{"status": 503}]


@pytest.fixture
def remembering(support: Visitor, simulator: RunningSimulator, clock: TestClock) -> Visitor:
    """A visitor whose pages have shown a hundred users, two hours before the API went down."""
    support.get("/users?limit=100")
    clock.advance(minutes=30)
    simulator.set_faults(DOWN)
    return support


def rows(page: Page) -> int:
    return page.text.count('<tr class="go">')


def test_the_list_shows_last_known_users_with_their_time(
    remembering: Visitor, simulator: RunningSimulator
) -> None:
    page = remembering.get("/users", status=503)
    assert "The Partner API is unavailable" in page.words
    assert "Last known: 100 users matched at our last check." in page.words
    assert "30 minutes ago" in page.words
    assert rows(page) == 20
    assert simulator.users()[0]["email"] in page.words
    assert 'href="/users?page=2"' in page.text
    assert "21–40 of 100" in remembering.get("/users?page=2", status=503).words
    assert page.headers["Retry-After"]


@pytest.mark.parametrize(
    "fault",
    [{"status": 503}, {"status": 401}, {"status": 429}, {"body": "html"}, {"reset": "before"}],
    ids=str,
)
def test_however_the_api_fails(
    remembering: Visitor, simulator: RunningSimulator, fault: dict[str, Any]
) -> None:
    simulator.set_faults([fault])
    answer = remembering.http.get("/users")
    assert answer.status_code in {502, 503}
    assert "Last known" in answer.text


def test_filters_are_applied_to_what_is_remembered(
    remembering: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    with database.read() as connection:
        kept = connection.execute(sightings.select()).all()
    pending = [row for row in kept if row.status == "pending"]
    page = remembering.get("/users?status=pending&limit=100", status=503)
    assert rows(page) == len(pending)
    colombian = [row for row in pending if row.country_code == "CO"]
    page = remembering.get("/users?status=pending&country=CO&limit=100", status=503)
    assert rows(page) == len(colombian)
    one = simulator.users()[3]
    page = remembering.get(f"/users?q={one['email'][:-3].upper()}", status=503)
    assert one["email"] in page.words
    assert rows(page) < 100
    assert "store phone numbers" in page.words
    assert "0 users match" in remembering.get("/users?q=no%25body_at_all", status=503).words
    page = remembering.get("/users?user_type=business", status=503)
    assert "the list may include others: Type." in page.words


def test_the_type_is_applied_where_we_sent_it(log_in: LogIn, simulator: RunningSimulator) -> None:
    onboarding = log_in(Role.ONBOARDING)
    email = registration()["email"]
    send(onboarding, "/users", registration(email=email, user_type="business"), status=303)
    simulator.set_faults(DOWN)
    assert email in onboarding.get("/users?user_type=business", status=503).words
    assert email not in onboarding.get("/users?user_type=personal", status=503).words


def test_a_changed_status_is_remembered_once(
    remembering: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_faults([])
    user = next(user for user in simulator.users()[:90] if user["status"] == "pending")
    simulator.set_status(user["id"], "active")
    remembering.get(f"/users/{user['id']}")
    simulator.set_faults(DOWN)
    assert rows(remembering.get("/users?limit=100", status=503)) == 100
    page = remembering.get("/users?status=pending&limit=100", status=503)
    assert user["email"] not in page.words


def test_the_filters_stay_and_a_fragment_takes_the_place_of_the_list(
    remembering: Visitor,
) -> None:
    page = remembering.get("/users?status=banned", status=503)
    assert 'id="results"' in page.text
    assert 'id="filters"' in page.text
    part = remembering.fragment("/users?status=banned", "results", status=503)
    assert '<section class="card" id="results"' in part.text
    assert "Last known" in part.words


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_someone_who_sees_emails_masked_finds_only_a_whole_one(
    log_in: LogIn, remembering: Visitor, simulator: RunningSimulator, role: Role
) -> None:
    assert remembering
    reader, user = log_in(role), simulator.users()[3]
    for path in ("/users", f"/users?q={user['email'][:6]}"):
        text = reader.get(path, status=503).text
        assert not any(each["email"] in text for each in simulator.users())
    assert rows(reader.get(f"/users?q={user['email'][:6]}", status=503)) == 0
