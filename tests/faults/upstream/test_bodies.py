"""Whatever comes as an answer ends in one typed error and little memory (T-F3)."""

import random
import tracemalloc

import pytest

from dashboard.partner.errors import Malformed, NotFound, PartnerError, Unavailable
from dashboard.partner.json_shape import ProblemKind, ShapeProblem
from tests.faults.support import fault_scripts
from tests.faults.support.calls import CALLS, EMAIL, GOOD, READS, WRITES, make_client
from tests.faults.support.fault_scripts import answer
from tests.faults.support.fault_server import Conversation, FaultServer, Script
from tests.faults.upstream.test_deadlines import failure_of

MB = 1024 * 1024
UNUSABLE: dict[str, Script] = {
    "endless body": fault_scripts.endless_body,
    "endless chunks": fault_scripts.endless_chunks,
    "gzip bomb": fault_scripts.gzip_bomb(),
    "deflate bomb": fault_scripts.deflate_bomb(),
    "brotli bomb": fault_scripts.brotli_bomb(),
    "wrong gzip": fault_scripts.bad_gzip(),
    "cut gzip": fault_scripts.truncated_gzip(),
    "fifty encodings": fault_scripts.nested_encodings(),
    "deep lists": fault_scripts.deep(),
    "deep objects": fault_scripts.deep_objects(),
    "html": fault_scripts.html(),
    "empty": answer(b""),
    "spaces": answer(b"  \n"),
    "not json": answer(b"hello"),
    "half json": answer(b'{"success": true, "data": {"user'),
    "two jsons": answer(b"{} {}"),
    "latin-1": answer('{"a": "é"}'.encode("latin-1")),
    "utf-16": answer('{"success": true}'.encode("utf-16")),
    "nan": answer(b'{"success": true, "data": {"users": [], "total": NaN}, "user": NaN}'),
    "a number too long": answer(b'{"success": true, "data": ' + b"9" * 5000 + b"}"),
    "null": answer(None),
    "true": answer(True),
    "number": answer(1),
    "text": answer("success"),
    "list": answer([{"success": True}]),
    "empty object": answer({}),
    "success alone": answer({"success": True}),
    "success false": answer({"success": False, **dict.fromkeys(["data", "user"])}),
    "success as text": answer({"success": "true"}),
    "null data": answer({"success": True, "data": None, "user": None}),
    "wrong types": answer(
        {"success": True, "data": {"user": [], "users": {}}, "user": 1, "accessToken": {}}
    ),
    "wrong fields": answer(
        {
            "success": True,
            "data": {"user": {"id": 1, "email": None}, "users": "none"},
            "user": {"id": "x"},
            "accessToken": 5,
            "inquiryId": "",
            "verificationUrl": None,
        }
    ),
    "204": answer(b"", 204),
    "304": answer(b"", 304),
    "status 199": answer(b"", 199),
    "status 799": answer({"success": True}, 799),
}


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (fault, name)
        for fault in UNUSABLE
        for name in CALLS
        if (fault, name) != ("list", "list_users")  # one of the shapes of the list
    ],
)
def test_an_unusable_answer_is_malformed_and_costs_little_memory(
    server: FaultServer, fault: str, name: str
) -> None:
    base_url = server.on(UNUSABLE[fault])
    tracemalloc.start()
    try:
        error = failure_of(CALLS[name], base_url)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(error, Malformed)
    assert error.found
    assert error.outcome_unknown is (name in WRITES)
    assert len(server.requests) == 1
    assert peak < 8 * MB


@pytest.mark.parametrize(
    "script",
    [
        fault_scripts.truncated,
        fault_scripts.truncated_chunks,
        fault_scripts.reset_in_body,
        fault_scripts.not_http,
        fault_scripts.close,
        fault_scripts.reset,
        fault_scripts.endless_header,
        fault_scripts.endless_headers,
    ],
)
@pytest.mark.parametrize("name", ["get_user", "start_kyc"])
def test_an_answer_that_is_cut_off_is_no_answer(
    server: FaultServer, script: Script, name: str
) -> None:
    error = failure_of(CALLS[name], server.on(script))
    assert isinstance(error, Unavailable)
    assert error.status is None
    assert error.outcome_unknown is (name in WRITES)


@pytest.mark.parametrize("status", [404, 503])
def test_a_bomb_in_an_error_leaves_the_status_to_decide(server: FaultServer, status: int) -> None:
    tracemalloc.start()
    try:
        error = failure_of(READS["get_user"], server.on(fault_scripts.gzip_bomb(status)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(error, NotFound if status == 404 else Unavailable)
    assert error.reason == ""
    assert peak < 8 * MB


def test_a_refusal_whose_text_is_cut_off_is_still_a_definite_refusal(server: FaultServer) -> None:
    def cut(talk: Conversation) -> None:
        talk.say(b"HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\n{")

    error = failure_of(WRITES["exchange_token"], server.on(cut))
    assert isinstance(error, NotFound)
    assert not error.outcome_unknown


def test_an_answer_about_somebody_else_is_malformed(server: FaultServer) -> None:
    other = {"id": "00000000-0000-4000-8000-000000000000", "email": "b@example.com"}
    body = {
        "success": True,
        "data": {"user": {**other, "status": "active"}},
        "accessToken": "x",
        "user": {**other, "status": "active"},
    }
    for name in ("get_user", "exchange_token"):
        error = failure_of(CALLS[name], server.on(answer(body)))
        assert isinstance(error, Malformed)
        assert error.found == (ShapeProblem(ProblemKind.ANOTHER_USER),)


def test_a_registration_answered_with_another_email_may_have_happened(
    server: FaultServer,
) -> None:
    user = {"id": "00000000-0000-4000-8000-000000000000", "status": "pending"}
    for email, other in ((f" {EMAIL.upper()}", False), ("b@example.com", True)):
        body = {"success": True, "data": {"user": {**user, "email": email}}}
        base_url = server.on(answer(body))
        if not other:
            WRITES["register_user"](make_client(base_url))
            continue
        error = failure_of(WRITES["register_user"], base_url)
        assert isinstance(error, Malformed)
        assert error.found == (ShapeProblem(ProblemKind.ANOTHER_EMAIL),)
        assert error.outcome_unknown


@pytest.mark.parametrize("seed", range(60))
def test_random_damage_to_an_answer_never_gives_another_error(
    server: FaultServer, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - reproducible damage
    name = chance.choice(list(CALLS))

    def damaged(talk: Conversation) -> None:
        talk.say(_damage(chance, GOOD[name]))

    try:
        CALLS[name](make_client(server.on(damaged), 0.5))
    except PartnerError as error:
        assert error.outcome_unknown in {False, name in WRITES}  # noqa: PT017 - either may come


def _damage(chance: random.Random, body: object) -> bytes:
    headers = {"Set-Cookie": "a=b; Expires=x", "Retry-After": "9"}
    data = bytearray(fault_scripts.answer_bytes(body, headers=headers))
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(data))
        match chance.randint(0, 3):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randint(1, 20)]
            case 2:
                data[at:at] = chance.randbytes(chance.randint(1, 20))
            case _:
                data[at:at] = b"\r\n"
        data = data or bytearray(b"\n")
    return bytes(data)
