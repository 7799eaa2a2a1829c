"""Statuses, retries and connections (T-F1, T-F5): counted, not timed."""

import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from dashboard.partner.errors import (
    Conflict,
    CredentialsRefused,
    Forbidden,
    NotFound,
    PartnerError,
    RateLimited,
    Rejected,
    Unavailable,
    UnavailableKind,
)
from tests.faults.support import fault_scripts
from tests.faults.support.calls import CALLS, GOOD, READS, USER_ID, WRITES, make_client
from tests.faults.support.fault_scripts import answer, in_turn
from tests.faults.support.fault_server import Conversation, FaultServer
from tests.faults.upstream.test_deadlines import failure_of
from tests.support.clock import PATIENCE_S, wait_until

SOON_S = PATIENCE_S / 3  # what is waited for in vain lasts until the deadline

REFUSALS: dict[int, type[PartnerError]] = {
    400: Rejected,
    401: CredentialsRefused,
    402: Rejected,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Rejected,
    422: Rejected,
}
BODIES = {
    "success_error": {"success": False, "error": "the reason"},
    "nest": {"statusCode": 400, "message": "the reason", "error": "Bad Request"},
    "nest_list": {"statusCode": 400, "message": ["the", "reason"], "error": "Bad Request"},
    "message": {"message": "the reason"},
    "errors": {"errors": ["the reason"]},
    "error objects": {"errors": [{"field": "email", "message": "the reason"}]},
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("status", REFUSALS)
def test_a_refusal_is_definite_and_asked_once(server: FaultServer, status: int, name: str) -> None:
    error = failure_of(CALLS[name], server.on(answer(BODIES["nest"], status)))
    assert type(error) is REFUSALS[status]
    assert (error.status, error.reason, error.outcome_unknown) == (status, "the reason", False)
    assert len(server.requests) == 1


@pytest.mark.parametrize("shape", BODIES)
def test_the_reason_is_found_in_every_shape_of_an_error(server: FaultServer, shape: str) -> None:
    error = failure_of(READS["get_user"], server.on(answer(BODIES[shape], 404)))
    assert error.reason.replace(";", "") == "the reason"


@pytest.mark.parametrize("body", [b"<html>Not Found</html>", b"", b"[1]", b"\xff", b"7"])
def test_an_error_without_a_readable_body_is_decided_by_its_status(
    server: FaultServer, body: bytes
) -> None:
    error = failure_of(WRITES["start_kyc"], server.on(answer(body, 409, content_type="text/html")))
    assert isinstance(error, Conflict)
    assert error.reason == ""


def test_a_reason_is_one_short_line_without_controls(server: FaultServer) -> None:
    nasty = "a\r\nb\x1b[31m\u202ec\ud800" + "x" * 1000
    error = failure_of(READS["get_user"], server.on(answer({"error": nasty}, 400)))
    assert error.reason.startswith("a  b [31m c")
    assert len(error.reason) <= 500
    assert error.reason.isprintable()


def test_the_request_id_is_kept_when_it_is_short_and_printable(server: FaultServer) -> None:
    for sent, kept in (("abc-1", "abc-1"), ("a b", None), ("x" * 65, None), ("\x1b[1m", None)):
        script = answer({}, 404, {"X-Request-Id": sent})
        error = failure_of(READS["get_user"], server.on(script))
        assert error.request_id == kept
        good = answer(GOOD["get_user"], 200, {"X-Request-Id": sent})
        assert make_client(server.on(good)).get_user(USER_ID).request_id == kept


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_read_is_asked_at_most_three_times(server: FaultServer, status: int) -> None:
    script = answer({"error": "busy"}, status)
    error = failure_of(READS["list_users"], server.on(script))
    assert isinstance(error, RateLimited if status == 429 else Unavailable)
    assert error.reason == "busy"
    assert not error.outcome_unknown
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize("name", WRITES)
def test_a_write_is_sent_exactly_once(server: FaultServer, name: str, status: int) -> None:
    script = answer({}, status, {"Retry-After": "0"})
    error = failure_of(WRITES[name], server.on(script))
    assert error.outcome_unknown is (status != 429)
    assert len(server.requests) == 1


def test_a_failure_that_passes_is_not_seen(server: FaultServer) -> None:
    script = in_turn(fault_scripts.reset, answer({}, 503), answer(GOOD["get_user"]))
    assert make_client(server.on(script), PATIENCE_S).get_user(USER_ID).status == 200
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_waited_for(server: FaultServer, status: int) -> None:
    script = in_turn(answer({}, status, {"Retry-After": "1"}), answer(GOOD["get_user"]))
    started = time.monotonic()
    answered = make_client(server.on(script), PATIENCE_S).get_user(USER_ID)
    assert time.monotonic() - started >= 1
    assert answered.took_ms >= 1000


def test_a_retry_after_past_the_deadline_gives_up_at_once(server: FaultServer) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(minutes=4), usegmt=True)
    for header, expected_s in (("120", 120), (later, 240)):
        for status, kind in ((429, RateLimited), (503, Unavailable)):
            server.requests.clear()
            started = time.monotonic()
            script = answer({}, status, {"Retry-After": header})
            error = failure_of(READS["get_user"], server.on(script))
            assert time.monotonic() - started < SOON_S
            assert isinstance(error, kind)
            assert isinstance(error, RateLimited | Unavailable)
            assert error.retry_after_s == pytest.approx(expected_s, abs=SOON_S)
            assert len(server.requests) == 1


def test_a_refused_connection_is_told_and_nothing_was_done() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for name, call in CALLS.items():
        started = time.monotonic()
        error = failure_of(call, f"http://127.0.0.1:{port}")
        assert time.monotonic() - started < SOON_S
        assert isinstance(error, Unavailable)
        assert error.kind is UnavailableKind.REFUSED_CONNECTION, name
        assert not error.outcome_unknown


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 64 + ".invalid"])
def test_a_host_nobody_knows_is_told_and_nothing_was_done(host: str) -> None:
    started = time.monotonic()
    error = failure_of(WRITES["register_user"], f"http://{host}")
    assert time.monotonic() - started < SOON_S
    assert isinstance(error, Unavailable)
    assert not error.outcome_unknown


def test_one_connection_serves_one_call_after_another(server: FaultServer) -> None:
    script = in_turn(
        answer(GOOD["get_user"]), answer({}, 404), answer(b"oops"), answer(GOOD["get_user"])
    )
    client = make_client(server.on(script))
    client.get_user(USER_ID)
    for _ in range(2):
        with pytest.raises(PartnerError):
            client.get_user(USER_ID)
    client.get_user(USER_ID)
    assert (len(server.requests), server.connections) == (4, 1)


def test_a_connection_closed_while_idle_is_replaced_before_a_write(server: FaultServer) -> None:
    def once(talk: Conversation) -> None:
        answer(GOOD["exchange_token"])(talk)  # and closes

    client = make_client(server.on(once))
    client.exchange_token(USER_ID)
    wait_until(lambda: not server.held)
    client.exchange_token(USER_ID)
    assert (len(server.requests), server.connections) == (2, 2)


def test_a_write_on_a_reused_connection_that_dies_is_unknown(server: FaultServer) -> None:
    script = in_turn(answer(GOOD["exchange_token"]), fault_scripts.close)
    client = make_client(server.on(script))
    client.exchange_token(USER_ID)
    with pytest.raises(Unavailable) as caught:
        client.exchange_token(USER_ID)
    assert caught.value.outcome_unknown
    assert (len(server.requests), server.connections) == (2, 1)
