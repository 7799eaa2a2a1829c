import secrets
from itertools import product
from pathlib import Path

import pytest

from tests.contract.simulated import (
    APPLICANT,
    NEW_USER,
    PREFIX,
    UNKNOWN_ID,
    Simulated,
    error_of,
    simulated,
)
from tests.support.sampling import all_of

CALLS = [
    ("POST", "/users", NEW_USER),
    ("GET", "/users", None),
    ("GET", f"/users/{UNKNOWN_ID}", None),
    ("POST", "/kyc", {**APPLICANT, "userId": UNKNOWN_ID}),
    ("POST", "/auth/token", {"userId": UNKNOWN_ID}),
    ("GET", "/elsewhere", None),
]
REFUSED = (401, "Invalid partner credentials")


@pytest.fixture
def server(tmp_path: Path) -> Simulated:
    return simulated(tmp_path)


@all_of(
    "call,broken,how",
    product(
        CALLS,
        ["X-Api-Key", "X-Api-Secret"],
        ["missing", "wrong", "empty", "the other partner's", "not ascii"],
    ),
)
def test_each_header_is_needed_on_every_call(
    server: Simulated, call: tuple[str, str, object], broken: str, how: str
) -> None:
    method, path, body = call
    headers = server.credentials(1)
    right = headers.pop(broken)
    wrong = {
        "wrong": right[:-1] + ("a" if right[-1] != "a" else "b"),
        "empty": "",
        "the other partner's": server.credentials(2)[broken],
        "not ascii": "ñ",
    }
    if how != "missing":
        headers[broken] = wrong[how]
    answer = server.app.test_client().open(PREFIX + path, method=method, json=body, headers=headers)
    assert error_of(answer) == REFUSED
    assert len(server.users()) == 200


def test_both_partners_get_in(server: Simulated) -> None:
    assert server.get("/users").status_code == 200
    assert server.get("/users", by=2).status_code == 200


def test_another_partners_user_is_unknown_everywhere(server: Simulated) -> None:
    theirs = {status: server.one(status, partner=2)["id"] for status in ("active", "pending")}
    kyc = {**APPLICANT, "userId": theirs["pending"]}
    for answer in (
        server.get(f"/users/{theirs['active']}"),
        server.post("/kyc", kyc),
        server.post("/auth/token", {"userId": theirs["active"]}),
    ):
        assert error_of(answer) == (404, "User not found")
    assert server.get(f"/users/{theirs['active']}", by=2).status_code == 200
    assert server.post("/kyc", kyc, by=2).status_code == 200


def test_a_partner_lists_its_own_users_only(server: Simulated) -> None:
    listed = server.get("/users", by=2, limit=100).get_json()["data"]
    assert listed["total"] == 25
    assert {user["id"] for user in listed["users"]} == {user["id"] for user in server.users(2)}


def test_an_unknown_path_is_404_and_a_wrong_method_405(server: Simulated) -> None:
    assert error_of(server.get("/elsewhere"))[0] == 404
    assert error_of(server.post(f"/users/{UNKNOWN_ID}", {}))[0] == 405


def test_keys_can_be_refused_and_accepted_again(server: Simulated) -> None:
    server.control("PUT", "keys", {"partner": 1, "accepted": False})
    assert error_of(server.get("/users")) == REFUSED
    assert server.get("/users", by=2).status_code == 200
    listed = server.control("GET", "keys").get_json()["keys"]
    assert [key["accepted"] for key in listed] == [False, True]
    server.control("PUT", "keys", {"partner": 1, "accepted": True})
    assert server.get("/users").status_code == 200


def test_no_secret_is_ever_shown(server: Simulated) -> None:
    server.get("/users")
    shown = server.control("GET", "keys").text + server.control("GET", "requests").text
    shown += repr(server.keys)
    assert server.keys[0].api_key in shown
    assert not any(pair.api_secret in shown for pair in server.keys)


def test_each_answer_has_a_request_id_of_its_own(server: Simulated) -> None:
    ids = {server.get("/users").headers["X-Request-Id"] for _ in range(2)}
    assert {len(one) for one in ids} == {32}
    assert len(ids) == 2


def test_made_up_keys_look_like_the_vendors_and_say_what_they_are(server: Simulated) -> None:
    for pair in server.keys:
        assert pair.api_key.startswith("qash_key_live_simulator")
        assert len(pair.api_key) == len("qash_key_live_") + 40
        assert pair.api_secret.startswith("qash_secret_live_simulator")
        assert len(pair.api_secret) == len("qash_secret_live_") + 128
    assert server.keys[0].api_secret != server.keys[1].api_secret


def test_a_key_is_bound_to_its_own_secret(server: Simulated) -> None:
    headers = {**server.credentials(1), "X-Api-Secret": secrets.token_hex(64)}
    answer = server.app.test_client().get(f"{PREFIX}/users", headers=headers)
    assert error_of(answer) == REFUSED
