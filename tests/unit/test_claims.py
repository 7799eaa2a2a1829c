"""The claims of a hostile token break neither the page that shows them nor any later one."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.services.jwt_claims import expiry, read_claims, shown
from tests.support.sampling import all_of

NOW = datetime(2026, 6, 12, 14, 32, tzinfo=UTC)
FAR = (253402300799, -62135596800, 10**400, -(10**400), 1e308, float("inf"), 0, -1)


def token(payload: bytes) -> str:
    parts = (b'{"alg":"RS256"}', payload, b"signature")
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


@pytest.mark.parametrize("days", [-1, 0, 31])
def test_a_time_that_can_be_is_the_expiry(days: int) -> None:
    at = NOW + timedelta(days=days)
    assert expiry({"exp": at.timestamp()}, NOW) == at


@all_of("exp", [*FAR, float("nan"), True, None, "soon", [], {}])
def test_any_other_claim_is_no_expiry(exp: object) -> None:
    assert expiry({"exp": exp}, NOW) is None
    assert expiry({}, NOW) is None


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b'"x"',
        b'{"exp":NaN}',
        b'{"exp":' + b"9" * 5000 + b"}",
        b"[" * 100_000,
    ],
)
def test_what_is_no_set_of_claims_has_none(payload: bytes) -> None:
    assert read_claims(token(payload)) == {}


@pytest.mark.parametrize("text", ["opaque", "a.b.c", "tökén.a.b", "..", "\ud800.a.b", ""])
def test_what_is_no_token_of_that_kind_has_no_claims(text: str) -> None:
    assert read_claims(text) == {}


def test_lone_surrogates_are_replaced_wherever_they_stand() -> None:
    claims = read_claims(token(rb'{"x":"\ud800","\udfff":[1],"y":{"z":"a\ud83d\ude00"}}'))
    text = json.dumps([[claim.name, claim.value] for claim in shown(claims)], ensure_ascii=False)
    assert text.encode()
    assert {claim.name for claim in shown(claims)} == {"x", "\ufffd", "y"}


@pytest.mark.parametrize(("deep", "are_read"), [(98, True), (100, False), (990, False)])
def test_claims_nested_as_deep_as_can_be_read_can_be_shown(deep: int, *, are_read: bool) -> None:
    claims = shown(read_claims(token(b'{"x":' + b"[" * deep + b"]" * deep + b"}")))
    assert [claim.name for claim in claims] == (["x"] if are_read else [])
    assert all(claim.value for claim in claims)


@pytest.mark.parametrize(("value", "at"), [(NOW.timestamp(), NOW), (True, None), ("soon", None)])
def test_a_claim_that_is_a_time_names_it(value: object, at: datetime | None) -> None:
    assert [claim.at for claim in shown({"iat": value, "level": value})] == [at, None]


@pytest.mark.parametrize("value", [10**400, 1e308, float("inf"), float("nan")])
def test_a_time_beyond_the_calendar_is_none(value: float) -> None:
    assert [claim.at for claim in shown({"exp": value})] == [None]
