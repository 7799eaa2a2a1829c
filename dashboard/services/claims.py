"""What a token says of itself, for showing: decoded, not verified, and nothing relies on it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from joserfc import jws
from joserfc.errors import JoseError


@dataclass(frozen=True)
class Claim:
    """One claim as it stands in the token. Nothing here verifies the signature."""

    name: str
    value: str


def read_claims(token: str) -> dict[str, object]:
    """Return the claims, or nothing: a token that cannot be read is still a token."""
    try:
        payload = json.loads(jws.extract_compact(token.encode()).payload)
    except (JoseError, ValueError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}


def expiry(claims: Mapping[str, object]) -> datetime | None:
    """Return when the token ends, None where it does not say."""
    exp = claims.get("exp")
    if isinstance(exp, bool) or not isinstance(exp, int | float):
        return None
    try:
        return datetime.fromtimestamp(exp, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def shown(claims: Mapping[str, object]) -> tuple[Claim, ...]:
    """Return the claims as text."""
    return tuple(Claim(name, _text(value)) for name, value in claims.items())


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
