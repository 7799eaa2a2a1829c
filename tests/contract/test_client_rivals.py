"""Cases only the simulator can show: combinations of rivals, faults, hostile rows."""

import itertools
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from dashboard.partner.client import PartnerClient
from dashboard.partner.errors import (
    CredentialsRefused,
    Malformed,
    NotFound,
    PartnerError,
    RateLimited,
    Unavailable,
)
from dashboard.partner.list_filters import UserQuery
from dashboard.partner.payloads import KycApplicant, NewUser, PrivyLogin
from dashboard.partner.responses import BadRow, User
from tests.contract.conftest import SHAPES, Controls, upstream_of
from tests.support.servers.simulator_process import RunningSimulator

ITEMS = ["data.users", "data.items", "users", "items", "data", "body"]
COUNTERS = ["beside", "top", "pagination", "meta", "none"]
NAMES = ["total", "totalItems"]
ANA = NewUser("personal", "ana.lost@example.com", "CO")


@pytest.fixture
def client(simulator: RunningSimulator, controls: Controls) -> PartnerClient:
    assert controls.base_url == simulator.base_url
    return upstream_of(simulator).client()


def test_every_combination_of_list_rivals_is_the_same_page(
    client: PartnerClient, controls: Controls
) -> None:
    expected = client.list_users(UserQuery(page=2, limit=7)).value
    assert expected.total is not None
    for items, counters, names in itertools.product(ITEMS, COUNTERS, NAMES):
        controls.put(
            "rivals", {"list_items": items, "list_counters": counters, "list_names": names}
        )
        page = client.list_users(UserQuery(page=2, limit=7)).value
        assert page.rows == expected.rows, (items, counters, names)
        counted = expected.model_dump(include={"total", "pages", "page", "limit"})
        if counters == "none" or items == "body":
            counted = dict.fromkeys(counted)
        assert page.model_dump(include=set(counted)) == counted, (items, counters, names)


def test_the_suite_knows_every_rival_the_simulator_has(controls: Controls) -> None:
    choices = {
        (name, str(value))
        for name, values in controls.get("rivals")["choices"].items()
        for value in values
    }
    tried = {(name, str(value)) for shape in SHAPES.values() for name, value in shape.items()}
    assert tried <= choices


def test_a_cursor_leads_through_the_whole_list(client: PartnerClient, controls: Controls) -> None:
    total = client.list_users(UserQuery()).value.total
    controls.put("rivals", {"list_paging": "cursor"})
    seen, cursor = [], None
    for _ in range(20):
        page = client.list_users(UserQuery(limit=50, cursor=cursor or "")).value
        seen += [user.id for user in page.users]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(set(seen)) == len(seen) == total


def test_an_unknown_list_says_what_came(client: PartnerClient, controls: Controls) -> None:
    controls.put("rivals", {"list_unknown": "yes"})
    with pytest.raises(Malformed) as caught:
        client.list_users(UserQuery())
    assert "records: list" in caught.value.found[0].detail


def test_the_filters_arrive(client: PartnerClient) -> None:
    page = client.list_users(UserQuery(status="pending", country_code="CO", limit=100)).value
    users = page.users
    assert users
    assert {(user.status_text, user.country_code) for user in users} == {("pending", "CO")}


def test_a_row_that_cannot_be_read_stands_among_the_others(
    client: PartnerClient, controls: Controls
) -> None:
    bad = {"id": 5, "email": ["x"], "status": None, "createdAt": datetime.now(UTC).isoformat()}
    controls.post("users", {"partner": 1, "user": bad, "user_type": "personal"})
    rows = client.list_users(UserQuery(limit=5)).value.rows
    assert isinstance(rows[0], BadRow)
    assert rows[0].position == 1
    assert all(isinstance(row, User) for row in rows[1:])


@pytest.mark.parametrize(
    ("fault", "expected", "asked"),
    [
        ({"status": 401}, CredentialsRefused, 1),
        ({"status": 404}, NotFound, 1),
        ({"status": 429}, RateLimited, 3),
        ({"status": 429, "retry_after_s": 60}, RateLimited, 1),
        ({"status": 500}, Unavailable, 3),
        ({"status": 503, "retry_after_s": 60}, Unavailable, 1),
        ({"reset": "before"}, Unavailable, 3),
        ({"body": "html"}, Malformed, 1),
        ({"body": "empty"}, Malformed, 1),
        ({"body": "not_json"}, Malformed, 1),
        ({"body": "huge"}, Malformed, 1),
        ({"body": "truncated"}, Unavailable, 3),
    ],
)
def test_a_fault_of_a_read_is_a_typed_error_after_so_many_requests(
    client: PartnerClient,
    controls: Controls,
    fault: dict[str, object],
    expected: type[PartnerError],
    asked: int,
) -> None:
    controls.put("faults", {"faults": [fault]})
    with pytest.raises(expected) as caught:
        client.list_users(UserQuery())
    assert not caught.value.outcome_unknown
    assert controls.logged("GET", "/users") == asked


def test_a_read_survives_two_faults(client: PartnerClient, controls: Controls) -> None:
    controls.put("faults", {"faults": [{"status": 503, "times": 1}, {"status": 429, "times": 1}]})
    assert client.list_users(UserQuery()).value.rows


@pytest.mark.parametrize(("reset", "registered"), [("before", 0), ("after", 1)])
def test_a_lost_registration_is_unknown_and_sent_once(
    client: PartnerClient, controls: Controls, reset: str, registered: int
) -> None:
    controls.put("faults", {"faults": [{"reset": reset, "method": "POST"}]})
    with pytest.raises(Unavailable) as caught:
        client.register_user(ANA)
    assert caught.value.outcome_unknown
    assert controls.logged("POST", "/users") == 1
    found = client.list_users(UserQuery(search=ANA.email)).value.rows
    assert len(found) == registered


@pytest.mark.parametrize("fault", [{"status": 503}, {"body": "html"}, {"body": "truncated"}])
def test_an_unreadable_answer_to_a_write_is_unknown_and_sent_once(
    client: PartnerClient, controls: Controls, fault: dict[str, object]
) -> None:
    pending = client.list_users(UserQuery(status="pending")).value.rows[0]
    assert isinstance(pending, User)
    controls.put("faults", {"faults": [{**fault, "method": "POST"}]})
    with pytest.raises(PartnerError) as caught:
        client.start_kyc(pending.id, KycApplicant("Ana", "Pérez", "ana@example.com"))
    assert caught.value.outcome_unknown
    assert controls.logged("POST", "/kyc") == 1


def test_a_privy_token_is_exchanged_for_its_user_known_or_new(
    client: PartnerClient, simulator: RunningSimulator
) -> None:
    user = simulator.users()[0]
    simulator.set_status(user["id"], "active")
    known = client.exchange_privy_token(PrivyLogin(f"privy-{user['id']}"))
    assert (str(known.value.user_id), known.value.email) == (user["id"], user["email"])
    assert known.value.is_new_user is False
    assert known.raw is None
    new_id = uuid4()
    new = client.exchange_privy_token(PrivyLogin(f"privy-{new_id}")).value
    assert (new.user_id, new.is_new_user) == (new_id, True)
    assert client.get_user(new_id).value.email == new.email
