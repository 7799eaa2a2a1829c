"""The secret goes to one host and into no text (T-A16, T-A18, T-A19)."""

import logging
import secrets
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.partner.client import PartnerClient
from dashboard.partner.credentials import Credentials
from dashboard.partner.errors import Malformed, PartnerError
from dashboard.partner.gate import OpenGate, Ticket
from tests.faults.support import fault_scripts
from tests.faults.support.calls import (
    CALLS,
    CANARIES,
    CREDENTIALS,
    EMAIL,
    GOOD,
    PRIVY_TOKEN,
    READS,
    TOKEN,
    USER,
    USER_ID,
    WRITES,
    make_client,
)
from tests.faults.support.fault_scripts import answer
from tests.faults.support.fault_server import Conversation, FaultServer, Script
from tests.faults.upstream.test_deadlines import DEADLINE_S, failure_of


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(
    server: FaultServer, evil: FaultServer, status: int, name: str
) -> None:
    error = failure_of(CALLS[name], server.on(fault_scripts.redirect(status, evil.origin)))
    assert isinstance(error, Malformed)
    assert str(error.found[0]).startswith(f"status {status}")
    assert error.outcome_unknown is (name in WRITES)
    assert (len(server.requests), evil.connections) == (1, 0)


ALL = 64  # MB, never read


def test_the_body_of_a_redirect_is_not_swallowed(server: FaultServer, evil: FaultServer) -> None:
    # requests reads it whole to prepare the next request, even when told not to follow.
    def endless(talk: Conversation) -> None:
        talk.say(f"HTTP/1.1 302 Found\r\nLocation: {evil.origin}\r\n\r\n".encode())
        sent = 0
        while not talk.stopping.is_set() and sent < ALL:
            talk.say(b" " * 1_000_000)
            sent += 1
        swallowed.append(sent)

    swallowed: list[int] = []
    error = failure_of(READS["get_user"], server.on(endless))
    assert isinstance(error, Malformed)
    server.__exit__()
    assert ALL not in swallowed  # the connection broke long before all was sent


def test_a_proxy_and_a_netrc_of_the_environment_are_ignored(
    server: FaultServer, evil: FaultServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, evil.origin)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ana password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    make_client(server.on(answer(GOOD["get_user"]))).get_user(USER_ID)
    assert evil.connections == 0
    (request,) = server.requests
    assert request.headers["x-api-key"] == CREDENTIALS.api_key
    assert request.headers["x-api-secret"] == CREDENTIALS.api_secret
    assert "authorization" not in request.headers


def test_a_cookie_of_the_upstream_is_not_kept(server: FaultServer) -> None:
    script = answer(GOOD["get_user"], headers={"Set-Cookie": "follow=me; Path=/"})
    client = make_client(server.on(script))
    client.get_user(USER_ID)
    client.get_user(USER_ID)
    assert all("cookie" not in request.headers for request in server.requests)


ECHO = " ".join(CANARIES)
INQUIRY = f"inq_{secrets.token_hex(15)}"
TELLTALES: dict[str, Script] = {
    **{
        f"status {status}": answer({"error": ECHO, ECHO: ECHO}, status)
        for status in (302, 400, 401, 403, 404, 409, 422, 429, 500, 503)
    },
    "not json": answer(ECHO.encode()),
    "not utf-8": answer(ECHO.encode() + b"\xff"),
    "wrong user": answer({"success": True, "data": {"user": {"id": ECHO}}, ECHO: ECHO}),
    "wrong token": answer(
        {"success": True, "accessToken": [TOKEN], "user": {"id": EMAIL, "status": TOKEN}}
    ),
    "not success": answer({"success": False, "accessToken": TOKEN, EMAIL: 1}),
    "echoed headers": answer(
        {"error": "x"}, 400, {"X-Request-Id": ECHO, "X-Other": ECHO}, content_type=ECHO
    ),
    **{
        f"head {place}": answer(
            {"error": "x"}, 418, {"X-Request-Id": each}, content_type=f"{each[:60]}/x"
        )
        for place, each in enumerate((*CANARIES, INQUIRY))
    },
    "a redirect of such a type": answer({}, 302, content_type=f"{INQUIRY}/x"),
    "names": answer({"success": False, **dict.fromkeys((*CANARIES, INQUIRY), 1)}),
    "close": fault_scripts.close,
    "hang": fault_scripts.hang,
    "not http": lambda talk: talk.say(ECHO.encode() + b"\r\n\r\n"),
    "truncated": fault_scripts.truncated,
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("telltale", TELLTALES)
def test_no_error_text_holds_a_secret_or_a_person(
    server: FaultServer, telltale: str, name: str
) -> None:
    error = failure_of(CALLS[name], server.on(TELLTALES[telltale]), DEADLINE_S)
    told = [str(error), repr(error), repr(error.args), getattr(error, "found", "")]
    told += traceback.format_exception(error)
    # A chained exception would hold the request with its headers, or the whole body.
    assert (error.__cause__, error.__context__) == (None, None)
    canaries = (*CANARIES, INQUIRY, str(USER_ID))
    assert not [canary for canary in canaries for text in told if canary in str(text)]


@pytest.mark.parametrize("name", CALLS)
def test_a_dump_of_every_frame_shows_no_secret(server: FaultServer, name: str) -> None:
    error = failure_of(CALLS[name], server.on(TELLTALES["wrong token"]))
    frames = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [frame for frame in frames.stack if "dashboard/partner" in frame.filename]
    assert ours
    dump = " ".join(text for frame in ours for text in (frame.locals or {}).values())
    assert not [canary for canary in CANARIES if canary in dump]


def test_what_the_upstream_echoes_of_the_secret_is_taken_out(server: FaultServer) -> None:
    echoing = answer({"error": f"wrong secret {CREDENTIALS.api_secret}"}, 401)
    error = failure_of(READS["get_user"], server.on(echoing))
    assert error.reason == "wrong secret [hidden]"
    privy = answer({"error": f"{'x' * 400} no such token: {PRIVY_TOKEN}"}, 400)
    error = failure_of(WRITES["exchange_privy_token"], server.on(privy))
    assert error.reason == f"{'x' * 400} no such token: [hidden]"
    good = {
        "success": True,
        "data": {"user": USER},
        "youSent": [CREDENTIALS.api_key, CREDENTIALS.api_secret],
    }
    raw = make_client(server.on(answer(good))).get_user(USER_ID).raw
    assert raw is not None
    assert raw.count("[hidden]") == 2
    assert CREDENTIALS.api_secret not in raw


@pytest.mark.parametrize("name", ["exchange_token", "exchange_privy_token"])
def test_a_token_answer_keeps_neither_raw_text_nor_refresh_token(
    server: FaultServer, name: str
) -> None:
    issued = WRITES[name](make_client(server.on(answer(GOOD[name]))))
    assert issued.raw is None
    assert issued.value.access_token.get_secret_value() == TOKEN
    assert TOKEN not in repr(issued)
    assert f"refresh-{TOKEN}" not in repr(vars(issued.value)) + issued.value.model_dump_json()


def test_nothing_is_logged_of_a_search(
    server: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    def odd_header(talk: Conversation) -> None:
        talk.say(b"HTTP/1.1 404 Not Found\r\nno colon here\r\n\r\n")

    with caplog.at_level(logging.INFO):
        failure_of(READS["list_users"], server.on(odd_header))
    assert "canary" not in caplog.text


@pytest.mark.parametrize(
    "value",
    ["canary\r\nX-Evil: 1", "canary\n", "canary\x00", "canary€", " canary", "canary ", ""],
)
def test_credentials_no_header_can_carry_are_refused_without_being_repeated(value: str) -> None:
    for pair in ((value, "secret"), ("key", value)):
        with pytest.raises(ValueError, match="no HTTP header can carry") as caught:
            Credentials(*pair)
        assert "canary" not in str(caught.value)


class Changing(OpenGate):
    """A gate of which every call gets other credentials."""

    def __init__(self, pairs: Iterator[Credentials]) -> None:
        self._pairs = pairs

    def enter(self, *, is_write: bool) -> Ticket:  # noqa: ARG002  the protocol's
        return Ticket(next(self._pairs))


def test_credentials_are_asked_for_on_every_call(server: FaultServer) -> None:
    pairs = iter([Credentials("first", "one"), Credentials("second", "two")])
    client = PartnerClient(
        server.on(answer(GOOD["get_user"])),
        Changing(pairs),
        clock=lambda: datetime.now(UTC),
    )
    client.get_user(USER_ID)
    client.get_user(USER_ID)
    assert [request.headers["x-api-secret"] for request in server.requests] == ["one", "two"]
    assert "first" not in repr(Credentials("first", "one"))


def test_an_id_that_is_no_uuid_is_never_sent(server: FaultServer) -> None:
    client = make_client(server.on(answer(GOOD["get_user"])))
    for hostile in ("../auth/token", str(USER_ID), f"{USER_ID}?x=1", "%2e%2e%2fauth%2ftoken"):
        with pytest.raises(TypeError):
            client.get_user(hostile)  # type: ignore[arg-type]  # the point
        with pytest.raises(TypeError):
            client.exchange_token(hostile)  # type: ignore[arg-type]  # the point
    assert server.requests == []


def test_every_error_is_a_partner_error_with_a_template_for_a_path(server: FaultServer) -> None:
    error = failure_of(READS["get_user"], server.on(answer({}, 418)))
    assert isinstance(error, PartnerError)
    assert (error.verb, error.path, error.status) == ("GET", "/users/{userId}", 418)
