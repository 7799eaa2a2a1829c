"""Forged answers of browsers: refused, never an error of ours."""

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from dashboard.services.auth.mfa import passkeys
from dashboard.store.auth.passkeys import Passkey
from tests.support.soft_passkey import ORIGIN, SoftPasskey

CHALLENGE = bytes(range(32))
SOFT = SoftPasskey("fuzz")
ASKED = {"challenge": bytes_to_base64url(CHALLENGE)}
KEPT = Passkey(
    id=1,
    staff_id=1,
    credential_id=bytes_to_base64url(SOFT.id),
    public_key=bytes_to_base64url(SOFT.public_key),
    sign_count=0,
    name="Fuzz",
    created_at=datetime.now(UTC),
    used_at=None,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary().map(bytes_to_base64url),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ("id", "rawId", "type", "response", "clientExtensionResults")
PARTS = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")


def adds(answer: str) -> bool:
    return bool(passkeys.read_new(answer, CHALLENGE, rp_id="localhost", origin=ORIGIN))


def lets_in(answer: str) -> bool:
    read = passkeys.parse(answer)
    return bool(read and passkeys.verify(read, KEPT, CHALLENGE, rp_id="localhost", origin=ORIGIN))


@pytest.mark.parametrize(("make", "holds"), [(SOFT.create, adds), (SOFT.get, lets_in)])
def test_what_the_browser_says_unchanged_holds(make: Any, holds: Any) -> None:  # noqa: ANN401
    assert holds(make(ASKED))


@settings(max_examples=300)
@given(field=st.sampled_from(FIELDS + PARTS), value=JSON, text=st.text(max_size=200))
def test_anything_else_in_a_field_is_refused_or_changes_nothing(
    field: str, value: object, text: str
) -> None:
    for made, holds in ((SOFT.create(ASKED), adds), (SOFT.get(ASKED), lets_in)):
        answer = json.loads(made)
        changed = copy.deepcopy(answer)
        (changed["response"] if field in PARTS else changed)[field] = value
        held = holds(json.dumps(changed))
        proves = field in {"clientDataJSON", "attestationObject", "authenticatorData", "signature"}
        if proves and field in answer["response"] and value != answer["response"][field]:
            assert not held
        assert not holds(text)


@settings(max_examples=300)
@given(
    part=st.sampled_from(("clientDataJSON", "authenticatorData", "signature")),
    where=st.integers(0, 2**12),
)
def test_one_bit_turned_over_proves_nothing(part: str, where: int) -> None:
    answer = json.loads(SOFT.get(ASKED))
    raw = bytearray(base64url_to_bytes(answer["response"][part]))
    raw[where // 8 % len(raw)] ^= 1 << where % 8
    answer["response"][part] = bytes_to_base64url(bytes(raw))
    assert not lets_in(json.dumps(answer))


@settings(max_examples=300)
@given(st.binary(max_size=300), st.integers(0, 200))
def test_a_damaged_attestation_is_refused(noise: bytes, at: int) -> None:
    answer = json.loads(SOFT.create(ASKED))
    raw = base64url_to_bytes(answer["response"]["attestationObject"])
    damaged = raw[:at] + noise + raw[at + len(noise) :]
    answer["response"]["attestationObject"] = bytes_to_base64url(damaged)
    adds(json.dumps(answer))  # raises nothing
