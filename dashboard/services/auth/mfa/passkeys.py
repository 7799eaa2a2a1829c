"""The two ceremonies of WebAuthn: the options for a browser, and the checks of its answer.

A challenge is random bytes with the time in front. It works once and for five minutes, whichever
worker made it: used ones are in the counters that all workers share.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from dashboard.services.clocks import is_fresh
from dashboard.services.ports import Clock
from dashboard.store.auth.passkeys import Passkey
from dashboard.store.db.database import Database
from dashboard.store.limits.table import LimitStorage
from dashboard.store.staff.members import StaffMember

CHALLENGE_TTL = timedelta(minutes=5)
TIME, RANDOM = 8, 24  # bytes of a challenge
# Raised by the library for a made-up answer, beside its own errors.
MALFORMED_RESPONSE_ERRORS = (
    WebAuthnException,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
)


@dataclass(frozen=True)
class PasskeyRequest:
    """The options for the browser, and the challenge in them, which the session remembers."""

    options_json: str
    challenge: str


class Challenges:
    """Makes challenges, and takes each of them once."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._used = LimitStorage(database, clock)
        self._clock = clock

    def make(self) -> bytes:
        """Return an unguessable challenge."""
        made_at = int(self._clock().timestamp())
        return made_at.to_bytes(TIME, "big") + secrets.token_bytes(RANDOM)

    def take(self, challenge: str) -> bytes | None:
        """Use a challenge up; None where it is too old, not of this time, or was used before."""
        raw = base64url_to_bytes(challenge)
        made_at = datetime.fromtimestamp(int.from_bytes(raw[:TIME], "big"), UTC)
        if not is_fresh(made_at, self._clock(), CHALLENGE_TTL):
            return None
        uses = self._used.incr(f"challenge/{challenge}", 2 * CHALLENGE_TTL.total_seconds())
        return raw if uses == 1 else None


def ask_for_new(
    member: StaffMember, present: list[Passkey], challenge: bytes, *, rp_id: str, rp_name: str
) -> PasskeyRequest:
    """Ask the browser to make a passkey: one that names its owner and asks for PIN or finger."""
    options = generate_registration_options(
        rp_id=rp_id,
        rp_name=rp_name,
        user_id=user_handle(member.id),
        user_name=member.email,
        user_display_name=member.name,
        challenge=challenge,
        timeout=int(CHALLENGE_TTL.total_seconds() * 1000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(present),
    )
    return PasskeyRequest(options_to_json(options), bytes_to_base64url(challenge))


def ask_for_one_of(allowed: list[Passkey], challenge: bytes, *, rp_id: str) -> PasskeyRequest:
    """Ask the browser for one of these passkeys or, where none is named, for any of this site."""
    options = generate_authentication_options(
        rp_id=rp_id,
        challenge=challenge,
        timeout=int(CHALLENGE_TTL.total_seconds() * 1000),
        allow_credentials=_described(allowed),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return PasskeyRequest(options_to_json(options), bytes_to_base64url(challenge))


def read_new(
    answer_json: str, challenge: bytes, *, rp_id: str, origin: str
) -> VerifiedRegistration | None:
    """Return the passkey that the browser made, None where the answer proves nothing."""
    try:
        answer = parse_registration_credential_json(answer_json)
        if _was_asked_in_a_frame(answer.response.client_data_json):
            return None
        return verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            require_user_verification=True,
        )
    except MALFORMED_RESPONSE_ERRORS:
        return None


def claimed_id(answer_json: str) -> str:
    """Return the id of the passkey that an answer names, "" for an unreadable answer."""
    answer = parse(answer_json)
    return bytes_to_base64url(answer.raw_id) if answer else ""


def parse(answer_json: str) -> AuthenticationCredential | None:
    """Return the answer to a request for a passkey, None if it can't be read as one."""
    try:
        return parse_authentication_credential_json(answer_json)
    except MALFORMED_RESPONSE_ERRORS:
        return None


def verify(
    answer: AuthenticationCredential, passkey: Passkey, challenge: bytes, *, rp_id: str, origin: str
) -> VerifiedAuthentication | None:
    """Check an answer against the passkey that it names, and that passkey's owner."""
    named = answer.response.user_handle
    if named and named != user_handle(passkey.staff_id):
        return None
    try:
        if _was_asked_in_a_frame(answer.response.client_data_json):
            return None
        return verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except MALFORMED_RESPONSE_ERRORS:
        return None


def user_handle(staff_id: int) -> bytes:
    """Return what an authenticator knows its owner by: a number, nothing about the person."""
    return str(staff_id).encode()


def _was_asked_in_a_frame(client_data_json: bytes) -> bool:
    """Return whether the page that asked was inside another site's page."""
    said = json.loads(client_data_json)
    return said.get("crossOrigin", False) is not False or "topOrigin" in said


def _described(passkeys: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential_id))
        for passkey in passkeys
    ]
