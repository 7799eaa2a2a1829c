"""What is kept of a call for the lab: never a secret, whatever its field is called."""

import json
from datetime import UTC, datetime
from functools import partial

from dashboard.partner.capture import captured, note, without_secrets
from dashboard.partner.credentials import Credentials
from dashboard.partner.http.messages import Request, Response
from tests.support.clock import cpu_s

AT = datetime(2026, 6, 12, tzinfo=UTC)
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"
LINK = "https://inquiry.withpersona.com/verify?inquiry-id=inq_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5"
KEYS = Credentials("qash_key_live_0123456789abcdef", "qash_secret_live_0123456789abcdef")


def answered(body: object) -> Response:
    content = json.dumps(body).encode()
    return Response(200, "application/json", "req-1", None, content, None, AT, 12)


def test_secrets_are_replaced_by_the_name_of_their_field_or_by_their_looks() -> None:
    said = {
        "accessToken": "short",
        "refresh_token": "opaque",
        "verification_url": "short",
        "Session-Token": {"value": ["opaque", 7], "empty": None},
        "other": JWT,
        "unsigned": "eyJhbGciOiJub25lIn0.e30.",
        JWT: "a name",
        "link": "https://verify.example.com/go?code=opaque",
        "deep": [{"text": f"open {LINK}"}],
        "inquiryId": "abc",
        "status": "pending",
    }
    assert without_secrets(said) == {
        "accessToken": "[hidden]",
        "refresh_token": "[hidden]",
        "verification_url": "[hidden]",
        "Session-Token": {"value": ["[hidden]", "[hidden]"], "empty": None},
        "unsigned": "[hidden]",
        "[hidden]": "a name",
        "link": "[hidden]",
        "other": "[hidden]",
        "deep": [{"text": "[hidden]"}],
        "inquiryId": "[hidden]",
        "status": "pending",
    }


def test_a_text_of_many_beginnings_of_addresses_is_read_in_no_time() -> None:
    assert cpu_s(partial(without_secrets, {"name": "://" * 30_000}), 0.1) < 0.1
    assert without_secrets(["a://b://verify.example.com?code=opaque"]) == ["[hidden]"]


def test_an_exchange_is_kept_only_for_those_who_ask_and_without_keys_that_are_echoed() -> None:
    request = Request("POST", "/users", json={"email": "a@example.com"})
    note(request, "/api", answered({}), KEYS, AT, 12)
    with captured() as exchanges:
        note(request, "/api", answered({"echo": KEYS.api_secret}), KEYS, AT, 12)
    note(request, "/api", answered({}), KEYS, AT, 12)
    (exchange,) = exchanges
    assert (exchange.verb, exchange.path, exchange.status) == ("POST", "/api/users", 200)
    assert json.loads(exchange.body) == {"email": "a@example.com"}
    assert json.loads(exchange.answer) == {"echo": "[hidden]"}


def test_an_answer_that_is_no_json_is_not_kept() -> None:
    page = Response(502, "text/html", None, None, JWT.encode(), None, AT, 12)
    with captured() as exchanges:
        note(Request("GET", "/users"), "/api", page, KEYS, AT, 12)
    assert exchanges[0].answer == ""


def test_what_is_not_seen_in_an_answer_is_written_out() -> None:
    with captured() as exchanges:
        note(Request("GET", "/users"), "/api", answered({"name": "a\u202eb\uffffc"}), KEYS, AT, 12)
    assert json.loads(exchanges[0].answer) == {"name": "a⟨U+202E⟩b⟨U+FFFF⟩c"}
