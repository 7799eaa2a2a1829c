"""A call ends when its time is up, whatever the upstream does with it (T-F2)."""

import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from dashboard.partner.errors import PartnerError, Unavailable, UnavailableKind
from tests.faults.support import fault_scripts
from tests.faults.support.calls import CALLS, GOOD, READS, USER_ID, WRITES, Call, make_client
from tests.faults.support.fault_server import FaultServer, Script
from tests.support.clock import PATIENCE_S, wait_until
from tests.support.sampling import pairs

DEADLINE_S = 0.3
LONGER_S = 15 * DEADLINE_S
SLACK_S = 20  # the machine is shared; without the watchdog each of these lasts forever
SLOW = [
    fault_scripts.hang,
    fault_scripts.status_drip,
    fault_scripts.header_drip,
    fault_scripts.body_drip,
    fault_scripts.chunk_drip,
    fault_scripts.endless_continue,
]


def failure_of(call: Call, base_url: str, deadline_s: float = PATIENCE_S) -> PartnerError:
    with pytest.raises(PartnerError) as caught:
        call(make_client(base_url, deadline_s))
    return caught.value


@pytest.mark.parametrize(("script", "name"), pairs(SLOW, [*CALLS]))
def test_a_slow_upstream_is_cut_off_at_the_deadline(
    server: FaultServer, script: Script, name: str
) -> None:
    started = time.monotonic()
    error = failure_of(CALLS[name], server.on(script), DEADLINE_S)
    assert time.monotonic() - started < DEADLINE_S + SLACK_S
    assert isinstance(error, Unavailable)
    assert error.kind is UnavailableKind.DEADLINE
    assert error.outcome_unknown is (name in WRITES)
    assert server.connections == 1


def test_twenty_drips_at_once_all_end_on_time(server: FaultServer) -> None:
    base_url = server.on(fault_scripts.body_drip)
    started = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        ended = [
            pool.submit(failure_of, READS["get_user"], base_url, DEADLINE_S) for _ in range(20)
        ]
        errors = [each.result() for each in ended]
    assert time.monotonic() - started < DEADLINE_S + SLACK_S
    assert {getattr(error, "kind", None) for error in errors} == {UnavailableKind.DEADLINE}


def test_retries_share_one_deadline(server: FaultServer) -> None:
    scripts = fault_scripts.in_turn(fault_scripts.close, fault_scripts.hang)
    started = time.monotonic()
    error = failure_of(READS["get_user"], server.on(scripts), 0.8)
    assert time.monotonic() - started < 0.8 + SLACK_S
    assert isinstance(error, Unavailable)
    assert error.kind is UnavailableKind.DEADLINE


def test_the_next_call_after_a_deadline_works(server: FaultServer) -> None:
    script = fault_scripts.in_turn(fault_scripts.body_drip, fault_scripts.answer(GOOD["get_user"]))
    client = make_client(server.on(script))
    with pytest.raises(Unavailable):
        client.get_user(USER_ID)
    assert client.get_user(USER_ID).value.id == USER_ID


def test_a_long_deadline_does_not_hide_a_shorter_one(server: FaultServer) -> None:
    base_url = server.on(fault_scripts.header_drip)
    with ThreadPoolExecutor(2) as pool:
        longer = pool.submit(failure_of, READS["get_user"], base_url, LONGER_S)
        wait_until(lambda: server.requests)
        failure_of(READS["get_user"], base_url, DEADLINE_S)
        assert not longer.done()
        assert isinstance(longer.result(), Unavailable)


def test_a_forked_child_has_a_watchdog_and_a_connection_of_its_own(server: FaultServer) -> None:
    script = fault_scripts.in_turn(
        fault_scripts.answer(GOOD["get_user"]), fault_scripts.header_drip
    )
    client = make_client(server.on(script))
    client.get_user(USER_ID)
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            client.get_user(USER_ID)
        except Unavailable as error:
            os.write(writable, error.kind.encode())
        finally:
            os._exit(0)
    os.close(writable)
    started = time.monotonic()
    with open(readable, "rb") as pipe:  # noqa: PTH123 - a descriptor, not a path
        assert pipe.read() == b"deadline"
    assert time.monotonic() - started < DEADLINE_S + SLACK_S
    os.waitpid(child, 0)
    assert server.connections == 2


def test_a_name_server_that_does_not_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, over = socket.getaddrinfo, Event()

    def slow(host: str, port: int, **options: int) -> object:
        if not options.get("flags", 0) & socket.AI_NUMERICHOST:
            over.wait(2 * SLACK_S)
        return real(host, port, **options)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    started = time.monotonic()
    error = failure_of(WRITES["register_user"], "http://localhost:9", DEADLINE_S)
    assert time.monotonic() - started < DEADLINE_S + SLACK_S
    over.set()
    assert isinstance(error, Unavailable)
    assert error.kind in {UnavailableKind.DEADLINE, UnavailableKind.CONNECT_TIMEOUT}
    assert not error.outcome_unknown


def test_a_host_that_drops_packets_is_given_up_in_the_connect_phase() -> None:
    # A listener whose queue is full answers no SYN, as a firewall would not.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        error = failure_of(WRITES["start_kyc"], f"http://127.0.0.1:{address[1]}", DEADLINE_S)
        for filler in fillers:
            filler.close()
    assert isinstance(error, Unavailable)
    assert error.kind in {UnavailableKind.DEADLINE, UnavailableKind.CONNECT_TIMEOUT}
    assert not error.outcome_unknown
