"""An email that is already known here: the form says so before anything is sent."""

import re
from uuid import uuid4

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import HTMX, Page, Visitor
from tests.support.pages.forms import intent_of, registration, send, trail
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

CHOICE = re.compile(r'<input type="checkbox" name="anyway" value="([^"]*)"[^>]*?( checked)?>')


@pytest.fixture
def onboarding(log_in: LogIn) -> Visitor:
    return log_in(Role.ONBOARDING)


@pytest.fixture
def seen(onboarding: Visitor, simulator: RunningSimulator) -> dict[str, str]:
    """A user that a page has shown; the calls so far are forgotten."""
    onboarding.get("/users")
    return next(iter(simulator.users()))


def posts(simulator: RunningSimulator) -> int:
    return sum(call.method == "POST" for call in simulator.requests())


def offered(page: Page) -> tuple[str, bool] | None:
    """Return the email that may be sent anyway, and whether that is chosen."""
    found = CHOICE.search(page.text)
    return (found[1], bool(found[2])) if found else None


def test_a_user_seen_here_is_named_before_anything_is_sent(
    onboarding: Visitor, simulator: RunningSimulator, database: Database, seen: dict[str, str]
) -> None:
    assert offered(onboarding.get("/users/new")) is None
    fields = registration(email=seen["email"].upper(), country_code="MX", phone="+573001234567")
    page = send(onboarding, "/users", fields, status=422)
    assert "A user with this email already exists. Nothing was sent." in page.words
    assert f'href="/users/{seen["id"]}"' in page.text
    assert f'value="{fields["email"]}"' in page.text
    assert 'value="+573001234567"' in page.text
    assert '<option value="MX" selected>' in page.text
    assert offered(page) == (fields["email"], False)
    assert posts(simulator) == 0
    assert trail(database, "users:register") == []


def test_who_sends_it_on_purpose_gets_the_answer_of_the_api(
    onboarding: Visitor, simulator: RunningSimulator, seen: dict[str, str]
) -> None:
    fields = registration(email=seen["email"])
    page = send(onboarding, "/users", fields, status=422)
    again = {**fields, "intent": intent_of(page), "anyway": seen["email"]}
    answer = onboarding.post("/users", again, status=422)
    assert "already registered with Qash" in answer.words
    assert posts(simulator) == 1


def test_the_choice_is_for_one_email(
    onboarding: Visitor, simulator: RunningSimulator, seen: dict[str, str]
) -> None:
    other = simulator.users()[1]["email"]
    page = send(onboarding, "/users", registration(email=other, anyway=seen["email"]), status=422)
    assert offered(page) == (other, False)
    wrong = registration(email=seen["email"], anyway=seen["email"], country_code="")
    assert offered(send(onboarding, "/users", wrong, status=422)) == (seen["email"], True)
    assert posts(simulator) == 0


def test_who_registered_it_here_is_named_and_a_second_click_is_none(
    onboarding: Visitor, simulator: RunningSimulator
) -> None:
    fields = {**registration(), "intent": intent_of(onboarding.get("/users/new"))}
    first = onboarding.post("/users", fields).headers["Location"]
    assert onboarding.post("/users", fields).headers["Location"] == first
    page = send(onboarding, "/users", {**fields, "email": fields["email"].upper()}, status=422)
    assert "Ana Martins registered this email here" in page.words
    assert f'href="{first}"' in page.text
    assert posts(simulator) == 1


def test_an_attempt_without_a_response_is_named(
    onboarding: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_rivals(list_order="oldest")  # so that opening the form settles nothing
    simulator.set_faults([{"method": "POST", "reset": "before", "times": 1}])
    fields = registration()
    send(onboarding, "/users", fields, status=502)
    page = send(onboarding, "/users", fields, status=422)
    assert "got no response, so it may be registered. Nothing was sent." in page.words


def test_without_a_page_of_its_own_the_form_says_the_same(
    onboarding: Visitor, simulator: RunningSimulator, seen: dict[str, str]
) -> None:
    fields = registration(email=seen["email"], intent=intent_of(onboarding.get("/users/new")))
    headers = {**HTMX, "HX-Target": "form"}
    data = {**fields, "csrf_token": onboarding.csrf_token()}
    part = onboarding.http.post("/users", data=data, headers=headers)
    assert part.status_code == 422
    assert 'name="anyway"' in part.text
    assert posts(simulator) == 0


@pytest.mark.parametrize("more", [False, True])
def test_several_users_with_one_email_are_all_led_to(
    onboarding: Visitor, simulator: RunningSimulator, *, more: bool
) -> None:
    first = simulator.users()[0]
    ids = [simulator.add_user({**first, "id": str(uuid4())}) for _ in range(9 if more else 1)]
    onboarding.get("/users?limit=100")
    page = send(onboarding, "/users", registration(email=first["email"]), status=422)
    assert posts(simulator) == 0
    assert "Several users with this email already exist. Nothing was sent." in page.words
    links = set(re.findall(r'href="/users/([0-9a-f-]{36})"', page.text))
    assert len(links) == 2
    assert links <= {first["id"], *ids}
    assert (">View all<" in page.markup) == more
    found = onboarding.get(f"/users?q={first['email']}")
    assert "Several users matched this exactly at our last check." in found.words
    for user_id in links:
        assert f">View user {user_id[:8]}" in found.text
    assert ("More users" in found.words) == more
    simulator.set_faults([{"status": 503}])
    down = onboarding.get(f"/users?q={first['email']}", status=503)
    assert "Several users matched this exactly at our last check." in down.words
