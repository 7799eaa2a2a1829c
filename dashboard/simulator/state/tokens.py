"""User JWTs: RS256 (RFC 7518), signed with a key that is made at the start, and its JWKS."""

import base64
import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from dashboard.simulator.state.clock import Clock

ACCESS_S = 3600
REFRESH_S = 30 * 24 * 3600
_PARTS = 3


class TokenError(Exception):
    """Not one of our tokens, or one that has expired."""


class Tokens:
    """Issues tokens and reads them back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._kid = secrets.token_hex(4)

    def issue(self, user_id: str, partner: int, lifetime_s: int, kind: str) -> str:
        """Return a new token; no two are the same."""
        now = int(self._clock().timestamp())
        claims = {
            "sub": user_id,
            "partner": partner,
            "typ": kind,
            "iat": now,
            "exp": now + lifetime_s,
            "jti": secrets.token_hex(8),
        }
        head = {"alg": "RS256", "typ": "JWT", "kid": self._kid}
        signed = f"{_packed(head)}.{_packed(claims)}"
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), SHA256())
        return f"{signed}.{_text(signature)}"

    def read(self, token: str) -> dict[str, Any]:
        """Return the claims of an access token.

        Raises:
            TokenError: not ours, not an access token, or over.

        """
        parts = token.split(".")
        if len(parts) != _PARTS:
            raise TokenError
        try:
            self._key.public_key().verify(
                _bytes(parts[2]), f"{parts[0]}.{parts[1]}".encode(), padding.PKCS1v15(), SHA256()
            )
            claims: dict[str, Any] = json.loads(_bytes(parts[1]))
        except (InvalidSignature, ValueError):
            raise TokenError from None
        if claims["typ"] != "access" or claims["exp"] <= self._clock().timestamp():
            raise TokenError
        return claims

    def jwks(self) -> dict[str, object]:
        """Return the public key as a JSON Web Key Set (RFC 7517)."""
        numbers = self._key.public_key().public_numbers()
        key = {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self._kid,
            "n": _number(numbers.n),
            "e": _number(numbers.e),
        }
        return {"keys": [key]}


def _packed(value: Mapping[str, object]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


def _number(value: int) -> str:
    return _text(value.to_bytes((value.bit_length() + 7) // 8, "big"))
