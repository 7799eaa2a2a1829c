import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.contract.simulated import NEW_USER, PREFIX, Simulated, error_of, simulated
from tests.support.sampling import all_of


@pytest.fixture
def server(tmp_path: Path) -> Simulated:
    return simulated(tmp_path)


def test_the_log_has_every_call_of_the_api_in_order(server: Simulated) -> None:
    server.get("/users", page=1)
    server.post("/users", NEW_USER, by=2)
    server.app.test_client().get(f"{PREFIX}/users", headers={"X-Api-Key": "wrong"})
    first, second, third = server.logged()
    assert [one["seq"] for one in (first, second, third)] == [1, 2, 3]
    assert (first["method"], first["path"]) == ("GET", "/api/v1/partner/users")
    assert (first["query"], first["status"], first["partner"]) == ("page=1", 200, 1)
    assert first["body"] is None
    assert (second["status"], second["partner"], second["body"]) == (201, 2, NEW_USER)
    assert (third["status"], third["partner"]) == (401, None)


def test_the_log_has_names_of_headers_and_no_value(server: Simulated) -> None:
    server.get("/users")
    assert {"x-api-key", "x-api-secret"} <= set(server.logged()[0]["headers"])
    logged = server.control("GET", "requests").text
    assert server.keys[0].api_secret not in logged
    assert server.keys[0].api_key not in logged


def test_the_log_can_be_read_from_where_it_was_read_last(server: Simulated) -> None:
    for _ in range(3):
        server.get("/users")
    newer = server.control("GET", "requests?after=1").get_json()["requests"]
    assert [one["seq"] for one in newer] == [2, 3]


def test_controls_are_not_logged_and_the_log_can_be_cleared(server: Simulated) -> None:
    server.get("/users")
    server.control("GET", "faults")
    assert len(server.logged()) == 1
    server.control("DELETE", "requests")
    assert server.logged() == []
    server.get("/users")
    assert [one["seq"] for one in server.logged()] == [1]


def test_a_raw_user_comes_back_as_it_is(server: Simulated) -> None:
    raw = {
        "email": "<script>alert(1)</script>@example.com",
        "id": "11111111-2222-4333-8444-555555555555",
        "status": "frozen",
        "createdAt": "yesterday",
        "extra": [1, None, {"b": 1, "a": 2}],
        "half": "\ud800",
    }
    answer = server.control("POST", "users", {"partner": 1, "user": raw, "user_type": "business"})
    assert (answer.status_code, answer.get_json()) == (201, {"id": raw["id"]})
    assert server.get("/users").get_json()["data"]["users"][0] == raw
    detail = server.get(f"/users/{raw['id']}").get_json()["data"]["user"]
    assert detail == raw
    assert [*detail] == [*raw]
    assert server.users()[0] == {**raw, "userType": "business"}
    assert raw["id"] not in {user["id"] for user in server.users(2)}


@pytest.mark.parametrize("raw", [{}, {"id": 5, "email": None}, {"id": "\ud800", "email": "\ud800"}])
def test_an_unreadable_user_is_kept_too(server: Simulated, raw: dict[str, object]) -> None:
    answer = server.control("POST", "users", {"user": raw})
    assert (answer.status_code, answer.get_json()) == (201, {"id": raw.get("id")})
    data = server.get("/users").get_json()["data"]
    assert (data["users"][0], data["total"]) == (raw, 201)


def test_a_raw_user_takes_its_place_by_time(server: Simulated) -> None:
    older = server.users()[4]["createdAt"]
    for number, created_at in enumerate([older, "2031-01-01T00:00:00+02:00", "2030-12-31T23:00"]):
        raw = {"id": f"raw-{number}", "createdAt": created_at}
        server.control("POST", "users", {"user": raw})
    ids = [user["id"] for user in server.users()]
    assert ids[:2] == ["raw-2", "raw-1"]
    assert ids[6] == "raw-0"


def test_an_id_that_is_no_uuid_can_be_stored_and_shown(server: Simulated) -> None:
    server.control("POST", "users", {"user": {"id": "u 17", "status": "active"}})
    assert server.get("/users/u%2017").get_json()["data"]["user"]["id"] == "u 17"


def test_a_status_can_be_any_word(server: Simulated) -> None:
    user = server.one("active")["id"]
    answer = server.control("PATCH", f"users/{user}", {"status": "frozen"})
    assert answer.get_json() == {"id": user, "status": "frozen"}
    listed = server.get("/users", status="frozen").get_json()["data"]
    assert [one["id"] for one in listed["users"]] == [user]
    refused = server.post("/auth/token", {"userId": user})
    assert error_of(refused) == (403, "User account is frozen")


def test_a_status_of_nobody_is_404(server: Simulated) -> None:
    assert server.control("PATCH", "users/17", {"status": "active"}).status_code == 404


def test_a_reset_brings_everything_back(server: Simulated) -> None:
    before = server.users(), server.users(2)
    server.post("/users", NEW_USER)
    server.control("PATCH", f"users/{before[0][0]['id']}", {"status": "frozen"})
    server.control("PUT", "faults", {"faults": [{"status": 500}]})
    server.control("PUT", "keys", {"partner": 1, "accepted": False})
    server.choose(error_body="html")
    assert server.control("POST", "reset").status_code == 200
    assert (server.users(), server.users(2)) == before
    assert server.logged() == []
    assert server.get("/users").status_code == 200
    assert error_of(server.get("/users/17"))[0] == 400


@all_of(
    "method,path,body",
    [
        ("PUT", "faults", {"faults": {}}),
        ("PUT", "faults", {"faults": [5]}),
        ("PUT", "faults", {"faults": [{"status": 200}]}),
        ("PUT", "faults", {"faults": [{"statuz": 500}]}),
        ("PUT", "faults", {"faults": [{"times": 0}]}),
        ("PUT", "faults", {"faults": [{"reset": "now"}]}),
        ("PUT", "faults", {"faults": [{"body": "tiny"}]}),
        ("PUT", "faults", {"faults": [{"path": 5}]}),
        ("PUT", "faults", {"faults": [{"latency_ms": -1}]}),
        ("PUT", "rivals", []),
        ("POST", "users", {"user": []}),
        ("POST", "users", {"user": {}, "partner": 3}),
        ("POST", "users", {"user": {}, "user_type": None}),
        ("PATCH", "users/17", {"status": 5}),
        ("PUT", "keys", {"partner": 3, "accepted": True}),
        ("PUT", "keys", {"partner": 1, "accepted": "no"}),
        ("GET", "users?partner=x", None),
    ],
)
def test_a_control_turned_wrongly_is_400_and_says_why(
    server: Simulated, method: str, path: str, body: object
) -> None:
    answer = server.control(method, path, body)
    assert answer.status_code == 400
    assert answer.get_json()["error"]
    assert server.control("GET", "faults").get_json() == {"faults": []}


def test_a_call_that_waits_does_nothing_after_a_reset(server: Simulated) -> None:
    server.control("PUT", "faults", {"faults": [{"method": "POST", "latency_ms": 1500}]})
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(server.post, "/users", NEW_USER)
        while not server.logged():
            time.sleep(0.01)
        server.control("POST", "reset")
        assert waiting.result().status_code == 503
    assert str(NEW_USER["email"]) not in server.get("/users").text
