import http.client
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.simulated import NEW_USER, PREFIX
from tests.support.servers.simulator_process import RunningSimulator, start_simulator


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with start_simulator(tmp_path_factory.mktemp("faults"), users=40) as running:
        yield running


@pytest.fixture
def server(process: RunningSimulator) -> RunningSimulator:
    process.reset()
    return process


def call(
    server: RunningSimulator, method: str = "GET", path: str = "/users", body: object = None
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(server.base_url.removeprefix("http://"), timeout=20)
    headers = {
        "X-Api-Key": server.first.api_key,
        "X-Api-Secret": server.first.api_secret,
        "Content-Type": "application/json",
    }
    try:
        sent = None if body is None else json.dumps(body)
        connection.request(method, PREFIX + path, sent, headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def register(server: RunningSimulator, email: str = "ana@example.com") -> int:
    return call(server, "POST", "/users", {**NEW_USER, "email": email})[0]


def emails(server: RunningSimulator) -> list[Any]:
    return [user["email"] for user in server.users()]


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (401, "Invalid partner credentials"),
        (429, "Too Many Requests"),
        (500, "Internal server error"),
        (503, "Authentication service unavailable"),
    ],
)
def test_a_status_is_answered_in_place_of_the_work(
    server: RunningSimulator, status: int, text: str
) -> None:
    server.set_faults([{"status": status, "retry_after_s": 7}])
    answered, headers, body = call(server, "POST", "/users", NEW_USER)
    assert (answered, json.loads(body)) == (status, {"success": False, "error": text})
    assert headers["Retry-After"] == "7"
    assert "ana@example.com" not in emails(server)
    assert [one.status for one in server.requests()] == [status]


def test_a_fault_of_wrong_keys_takes_any_error_shape(server: RunningSimulator) -> None:
    server.set_rivals(error_body="message")
    server.set_faults([{"status": 503}])
    assert json.loads(call(server)[2]) == {"message": "Authentication service unavailable"}


def test_a_fault_lasts_as_often_as_it_says(server: RunningSimulator) -> None:
    server.set_faults([{"status": 503, "times": 2}, {"status": 500, "times": 1}])
    assert [call(server)[0] for _ in range(4)] == [503, 503, 500, 200]


def test_a_fault_without_a_count_stays(server: RunningSimulator) -> None:
    server.set_faults([{"status": 503}])
    assert [call(server)[0] for _ in range(3)] == [503] * 3
    server.set_faults([])
    assert call(server)[0] == 200


def test_a_fault_hits_its_method_and_path_only(server: RunningSimulator) -> None:
    server.set_faults([{"status": 500, "method": "POST", "path": "/users"}])
    assert call(server)[0] == 200
    assert call(server, "POST", "/auth/token", {})[0] == 400
    assert register(server) == 500
    server.set_faults([{"status": 503, "path": "/auth"}])
    assert register(server) == 201
    assert call(server, "POST", "/auth/token", {})[0] == 503


def test_latency_comes_before_an_ordinary_answer_and_holds_up_nobody_else(
    server: RunningSimulator,
) -> None:
    server.set_faults([{"latency_ms": 600, "method": "GET"}])
    took: list[float] = []

    def one() -> None:
        started = time.monotonic()
        assert call(server)[0] == 200
        took.append(time.monotonic() - started)

    threads = [threading.Thread(target=one) for _ in range(20)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(took) == 20
    assert min(took) >= 0.6
    assert time.monotonic() - started < 10  # one after the other they take 12 s


def test_a_reset_before_the_work_leaves_nothing_done(server: RunningSimulator) -> None:
    server.set_faults([{"reset": "before", "times": 1}])
    with pytest.raises(ConnectionResetError) as lost:
        register(server)
    assert lost.type is ConnectionResetError  # http.client has another for an orderly end
    assert "ana@example.com" not in emails(server)
    assert [(one.status, one.body) for one in server.requests()] == [(None, NEW_USER)]
    assert register(server) == 201


def test_a_reset_after_the_work_loses_only_the_answer(server: RunningSimulator) -> None:
    server.set_faults([{"reset": "after", "times": 1}])
    with pytest.raises(ConnectionResetError):
        register(server)
    assert "ana@example.com" in emails(server)
    assert [one.status for one in server.requests()] == [None]
    assert register(server) == 409


def test_many_resets_wear_nothing_out(server: RunningSimulator) -> None:
    server.set_faults([{"reset": "before", "times": 50}])
    for _ in range(50):
        with pytest.raises(ConnectionResetError):
            call(server)
    assert call(server)[0] == 200


def test_a_hollow_answer_counts_people_and_gives_none(server: RunningSimulator) -> None:
    server.set_faults([{"body": "hollow"}])
    data = json.loads(call(server)[2])["data"]
    assert (data["users"], data["total"]) == ([], 40)


def test_a_truncated_answer_promises_more_than_comes(server: RunningSimulator) -> None:
    server.set_faults([{"body": "truncated"}])
    with pytest.raises(http.client.IncompleteRead) as cut:
        call(server)
    assert len(cut.value.partial) > 0
    assert cut.value.expected is not None
    assert cut.value.expected > 0


def test_a_spoiled_answer_is_200_with_the_work_done(server: RunningSimulator) -> None:
    server.set_faults([{"body": "html", "times": 1}])
    status, headers, body = call(server, "POST", "/users", NEW_USER)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert body.startswith(b"<!doctype html>")
    assert "ana@example.com" in emails(server)


def test_a_spoiled_answer_may_have_a_status_and_then_nothing_is_done(
    server: RunningSimulator,
) -> None:
    server.set_faults([{"body": "html", "status": 503, "times": 1}])
    assert register(server) == 503
    assert "ana@example.com" not in emails(server)


def test_an_answer_may_be_empty_or_no_json(server: RunningSimulator) -> None:
    server.set_faults([{"body": "empty", "times": 1}, {"body": "not_json", "times": 1}])
    assert call(server)[::2] == (200, b"")
    status, headers, body = call(server)
    assert (status, headers["Content-Type"]) == (200, "application/json")
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(body)


def test_a_huge_answer_is_json_between_one_and_eight_megabytes(server: RunningSimulator) -> None:
    server.set_faults([{"body": "huge"}])
    status, headers, body = call(server)
    assert status == 200
    assert "Content-Length" not in headers
    assert 1_000_000 < len(body) <= 8_000_000
    assert json.loads(body)["success"] is True


def test_the_list_of_faults_says_what_is_left(server: RunningSimulator) -> None:
    server.set_faults([{"status": 503, "times": 2}])
    call(server)
    with_defaults = {
        "status": 503,
        "latency_ms": 0,
        "retry_after_s": None,
        "reset": None,
        "hang": None,
        "drip": None,
        "redirect": None,
        "done": False,
        "method": None,
        "path": None,
        "times": 1,
        "body": None,
        "after_s": 0,
        "for_s": None,
        "beyond_per_min": None,
    }
    connection = http.client.HTTPConnection(server.base_url.removeprefix("http://"), timeout=20)
    connection.request("GET", "/_simulator/faults")
    assert json.load(connection.getresponse()) == {"faults": [with_defaults]}
    connection.close()


def test_keys_refused_over_the_controls_are_refused(server: RunningSimulator) -> None:
    server.accept_keys(1, False)
    assert call(server)[0] == 401
    server.accept_keys(1, True)
    assert call(server)[0] == 200


def test_a_user_can_be_added_changed_and_found(server: RunningSimulator) -> None:
    raw = {"id": "u/17 é", "status": "pending", "createdAt": "2030-01-01T00:00:00Z"}
    assert server.add_user(raw, partner=2, user_type="business") == raw["id"]
    server.set_status("u/17 é", "active")
    assert server.users(2)[0] == {**raw, "status": "active", "userType": "business"}
    server.clear_requests()
    assert server.requests() == []
