"""The table of errors: each thing that goes wrong upstream, in its own words."""

from uuid import UUID

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.people import LogIn
from tests.support.sampling import all_of, pairs
from tests.support.servers.simulator_process import RunningSimulator


def user_id(simulator: RunningSimulator) -> str:
    return str(simulator.users()[0]["id"])


@pytest.mark.parametrize("status", [500, 503])
def test_an_api_that_is_down_is_a_503_with_the_time_of_the_next_try(
    support: Visitor, simulator: RunningSimulator, status: int
) -> None:
    simulator.set_faults([{"status": status}])
    page = support.get("/users", status=503)
    assert "The Partner API is unavailable" in page.words
    assert f"It responded with error {status}." in page.words
    assert int(page.headers["Retry-After"]) > 0
    assert "No users" not in page.words
    assert len(simulator.requests()) == 3


def test_what_was_last_seen_of_a_user_is_shown_while_the_api_is_down(
    support: Visitor, simulator: RunningSimulator
) -> None:
    user = simulator.users()[0]
    support.get("/users")
    simulator.set_faults([{"status": 503}])
    page = support.get(f"/users/{user['id']}", status=503)
    assert "Saved data" in page.words
    assert user["email"] in page.words
    other = support.get(f"/users/{UUID(int=1)}", status=503)
    assert "Saved data" not in other.words


def test_a_user_whom_the_api_no_longer_knows_is_shown_as_last_seen(
    support: Visitor, simulator: RunningSimulator
) -> None:
    user = simulator.users()[0]
    support.get("/users")
    simulator.set_faults([{"status": 404}])
    page = support.get(f"/users/{user['id']}", status=404)
    assert "The API returned this user before" in page.words
    assert user["email"] in page.words


def test_being_limited_says_so_and_passes_the_wait_on(
    support: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_faults([{"status": 429, "retry_after_s": 42}])
    page = support.get("/users", status=503)
    assert "The Partner API has rate limited us" in page.words
    assert "Try again in 42 seconds." in page.words
    assert page.headers["Retry-After"] == "42"
    assert len(simulator.requests()) == 1


@pytest.mark.parametrize(("seconds", "told"), [(59, 59), (60, 60), (61, 60), (86_400, 60)])
def test_a_person_waits_a_minute_at_most_whatever_the_api_asks_for(
    support: Visitor, simulator: RunningSimulator, seconds: int, told: int
) -> None:
    simulator.set_faults([{"status": 429, "retry_after_s": seconds}])
    page = support.get("/users", status=503)
    assert f"Try again in {told} seconds." in page.words
    assert page.headers["Retry-After"] == str(told)


def test_refused_credentials_are_not_the_member_s_own(
    support: Visitor, log_in: LogIn, simulator: RunningSimulator
) -> None:
    simulator.accept_keys(1, accepted=False)
    page = support.get("/users", status=502)
    assert "This isn’t about your log-in" in page.words
    assert "Tell an admin." in page.words
    assert "/settings/credentials" not in page.text
    assert "Add a new key pair" in log_in(Role.ADMIN).get("/users", status=502).words
    simulator.accept_keys(1, accepted=True)
    support.get("/users")


def test_a_shape_that_nobody_knows_is_an_error_that_shows_what_came(
    support: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_rivals(list_unknown="yes")
    page = support.get("/users", status=502)
    assert "The API sent a response we can’t use" in page.words
    assert "records" in page.words
    assert "No users" not in page.words


@pytest.mark.parametrize(
    ("body", "path"),
    pairs(["html", "empty", "truncated", "not_json", "huge"], ["/users", "/users/{}"]),
)
def test_an_answer_that_is_none_is_an_error_page(
    support: Visitor, simulator: RunningSimulator, body: str, path: str
) -> None:
    simulator.set_faults([{"body": body}])
    answer = support.http.get(path.format(user_id(simulator)))
    assert answer.status_code in {502, 503}
    assert "The API sent a response" in answer.text or "is unavailable" in answer.text


@all_of("status", [400, 403, 409, 418])
def test_a_refusal_of_a_question_shows_what_came(
    support: Visitor, simulator: RunningSimulator, status: int
) -> None:
    simulator.set_faults([{"status": status}])
    page = support.get("/users", status=502)
    assert f"It refused a request for data with status {status}" in page.words


@all_of("shape", ["success_error", "nest", "nest_list", "message", "errors", "html", "empty"])
def test_every_shape_of_an_error_gives_the_same_page(
    support: Visitor, simulator: RunningSimulator, shape: str
) -> None:
    simulator.set_rivals(error_body=shape)
    page = support.get(f"/users/{UUID(int=7)}", status=404)
    assert "User not found" in page.words


def test_an_error_under_htmx_takes_the_place_of_what_was_asked_for(
    support: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_faults([{"status": 503}])
    path = f"/users/{user_id(simulator)}"
    part = support.fragment(path, "record", status=503)
    assert 'id="record"' in part.text
    assert part.headers["HX-Retarget"] == "#record"
    unknown = support.fragment(path, "somewhere", status=503)
    assert unknown.headers["HX-Retarget"] == "#main"
    assert unknown.headers["HX-Reswap"] == "innerHTML"


def test_errors_name_their_request(support: Visitor) -> None:
    page = support.get("/no-such-page", status=404)
    assert f"Request ID {page.headers['X-Request-Id']}" in page.words
