"""TLS is verified, and a deadline holds through it (T-F1, T-F2)."""

import gc
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.partner.errors import Unavailable, UnavailableKind
from tests.faults.support import fault_scripts
from tests.faults.support.calls import GOOD, READS, USER_ID, WRITES, make_client
from tests.faults.support.certificates import make_certificate
from tests.faults.support.fault_server import FaultServer, Script
from tests.faults.upstream.test_deadlines import DEADLINE_S, SLACK_S, SLOW, failure_of


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """A TLS server whose certificate, only for localhost, the client trusts."""
    context, certificate = make_certificate(tmp_path)
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificate))
    with FaultServer(tls=context) as running:
        yield running


def at_localhost(base_url: str) -> str:
    return base_url.replace("127.0.0.1", "localhost")


def test_a_trusted_certificate_is_accepted(secure: FaultServer) -> None:
    script = fault_scripts.answer(GOOD["get_user"])
    client = make_client(at_localhost(secure.on(script)))
    assert client.get_user(USER_ID).value.id == USER_ID
    assert client.get_user(USER_ID).value.id == USER_ID
    assert secure.connections == 1


def test_connections_share_the_context_of_the_process(secure: FaultServer) -> None:
    base_url = at_localhost(secure.on(fault_scripts.answer(GOOD["get_user"])))
    first, second = make_client(base_url), make_client(base_url)
    first.get_user(USER_ID)
    before = contexts()
    second.get_user(USER_ID)
    assert secure.connections == 2
    assert contexts() == before


def contexts() -> int:
    """Return how many TLS contexts this process has."""
    gc.collect()
    return sum(isinstance(each, ssl.SSLContext) for each in gc.get_objects())


@pytest.mark.parametrize("script", SLOW)
def test_a_slow_upstream_is_cut_off_under_tls(secure: FaultServer, script: Script) -> None:
    started = time.monotonic()
    error = failure_of(WRITES["start_kyc"], at_localhost(secure.on(script)), DEADLINE_S)
    assert time.monotonic() - started < DEADLINE_S + SLACK_S
    assert isinstance(error, Unavailable)
    assert error.kind is UnavailableKind.DEADLINE
    assert error.outcome_unknown


def test_an_untrusted_certificate_gets_no_request(tmp_path: Path) -> None:
    context, _ = make_certificate(tmp_path)
    with FaultServer(tls=context) as server:
        base_url = at_localhost(server.on(fault_scripts.answer(GOOD["register_user"])))
        error = failure_of(WRITES["register_user"], base_url)
        assert server.requests == []
    assert isinstance(error, Unavailable)
    assert error.kind is UnavailableKind.TLS
    assert not error.outcome_unknown


def test_a_certificate_of_another_host_gets_no_request(secure: FaultServer) -> None:
    error = failure_of(READS["get_user"], secure.on(fault_scripts.answer(GOOD["get_user"])))
    assert isinstance(error, Unavailable)
    assert error.kind is UnavailableKind.TLS
    assert secure.requests == []
    assert secure.connections == 1  # asking again would not make it another's


def test_a_handshake_that_hangs_is_cut_off_before_anything_is_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        base_url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        error = failure_of(WRITES["exchange_token"], base_url, DEADLINE_S)
    assert time.monotonic() - started < DEADLINE_S + SLACK_S
    assert isinstance(error, Unavailable)
    assert not error.outcome_unknown
