"""The faults that only a deadline or a cap ends, and what the log says was done all the same."""

import gzip
import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.contract.simulated import NEW_USER, PREFIX
from tests.support.clock import PATIENCE_S, wait_until
from tests.support.servers.simulator_process import RunningSimulator, start_simulator

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with start_simulator(tmp_path_factory.mktemp("worst"), users=40) as running:
        yield running


@pytest.fixture
def server(process: RunningSimulator) -> RunningSimulator:
    process.reset()
    return process


def register(server: RunningSimulator, *, wait_s: float = PATIENCE_S / 2) -> Answer:
    host = server.base_url.removeprefix("http://")
    with closing(http.client.HTTPConnection(host, timeout=wait_s)) as connection:
        headers = {
            "X-Api-Key": server.first.api_key,
            "X-Api-Secret": server.first.api_secret,
            "Content-Type": "application/json",
        }
        connection.request("POST", f"{PREFIX}/users", json.dumps(NEW_USER), headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()


def made(server: RunningSimulator) -> list[set[str]]:
    return [set(one.made) for one in server.requests()]


@pytest.mark.parametrize(("when", "left"), [("before", set()), ("after", {"user"})])
def test_a_hang_gives_not_one_byte(server: RunningSimulator, when: str, left: set[str]) -> None:
    server.set_faults([{"hang": when, "times": 1}])
    with pytest.raises(TimeoutError):
        register(server, wait_s=0.5)
    wait_until(lambda: made(server) == [left])
    assert server.requests()[0].status is None
    assert register(server)[0] == (409 if left else 201)


def test_many_hangs_hold_up_nobody_else(server: RunningSimulator) -> None:
    server.set_faults([{"hang": "before", "method": "GET"}])
    host, _, port = server.base_url.removeprefix("http://").partition(":")
    held = [socket.create_connection((host, int(port))) for _ in range(20)]
    for one in held:
        one.sendall(f"GET {PREFIX}/users HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert register(server)[0] == 201
    for one in held:
        one.close()


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_drip_goes_on_past_every_timeout(server: RunningSimulator, part: str) -> None:
    server.set_faults([{"drip": part}])
    host, _, port = server.base_url.removeprefix("http://").partition(":")
    body = json.dumps(NEW_USER).encode()
    head = f"POST {PREFIX}/users HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    keys = f"X-Api-Key: {server.first.api_key}\r\nX-Api-Secret: {server.first.api_secret}\r\n"
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as line:
        line.sendall(f"{head}{keys}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        came = [line.recv(1000) for _ in range(9)]
    assert all(came)
    assert (b"\r\n\r\n" in b"".join(came)) is (part == "body")
    assert made(server) == [{"user"}]


def test_a_bomb_is_small_until_it_is_unpacked(server: RunningSimulator) -> None:
    server.set_faults([{"body": "bomb"}])
    _, headers, body = register(server)
    assert headers["Content-Encoding"] == "gzip"
    assert len(body) < 100_000
    assert len(gzip.decompress(body)) > 60_000_000


def test_a_deep_answer_is_nested_past_every_parser(server: RunningSimulator) -> None:
    server.set_faults([{"body": "deep"}])
    _, _, body = register(server)
    with pytest.raises(RecursionError):
        json.loads(body)


def test_a_redirect_names_another_host_and_does_nothing(server: RunningSimulator) -> None:
    server.set_faults([{"redirect": "http://127.0.0.2:9/steal"}])
    status, headers, _ = register(server)
    assert (status, headers["Location"]) == (307, "http://127.0.0.2:9/steal")
    assert made(server) == [set()]


def test_a_status_may_come_after_the_work(server: RunningSimulator) -> None:
    server.set_faults([{"status": 503, "done": True, "times": 1}])
    assert register(server)[0] == 503
    assert register(server)[0] == 409
    assert made(server) == [{"user"}, set()]


def test_the_log_names_what_was_made_and_which_fault_was_played(server: RunningSimulator) -> None:
    server.set_faults([{"reset": "after", "times": 1}])
    with pytest.raises(ConnectionResetError):
        register(server)
    (logged,) = server.requests()
    assert logged.made == {"user": server.users()[0]["id"]}
    assert logged.fault is not None
    assert logged.fault["reset"] == "after"
    register(server)
    assert server.requests()[1].fault is None


@pytest.mark.parametrize(
    "fault", [{"hang": "never"}, {"drip": "all"}, {"redirect": 5}, {"done": "yes"}]
)
def test_a_fault_that_makes_no_sense_is_refused(
    server: RunningSimulator, fault: dict[str, object]
) -> None:
    with pytest.raises(AssertionError, match="400"):
        server.set_faults([fault])
