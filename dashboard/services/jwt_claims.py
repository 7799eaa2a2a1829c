"""The claims of a token, for display: decoded, not verified, and nothing relies on them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from joserfc import jws
from joserfc.errors import JoseError

from dashboard.partner.json_shape import ShapeError, parse_json
from dashboard.text import limits

LONG_AGO, FAR_AHEAD = timedelta(days=1), timedelta(days=31)
TIMES = frozenset({"exp", "iat", "nbf"})  # RFC 7519, 4.1: seconds since 1970


@dataclass(frozen=True)
class Claim:
    """One claim of a token, and the time that it names. Nothing here verifies the signature."""

    name: str
    value: str
    at: datetime | None


def read_claims(token: str) -> dict[str, object]:
    """Return the claims, or nothing: a token that cannot be read is still a token."""
    try:
        payload = parse_json(jws.extract_compact(token.encode()).payload.decode(), "JWT")
    except (JoseError, ValueError, ShapeError):
        return {}
    return payload if isinstance(payload, dict) else {}


def expiry(claims: Mapping[str, object], at: datetime) -> datetime | None:
    """Return when a token that came just now ends, None where it names no such time."""
    ends_at = _time(claims.get("exp"))
    earliest, latest = at - LONG_AGO, at + FAR_AHEAD
    return ends_at if ends_at and earliest <= ends_at <= latest else None


def shown(claims: Mapping[str, object]) -> tuple[Claim, ...]:
    """Return the claims as text: `limits.CLAIMS` of them, each cut to `limits.SHOWN`."""
    some = islice(claims.items(), limits.CLAIMS)
    return tuple(
        Claim(
            limits.cut(name, limits.SHOWN),
            limits.cut(_text(value), limits.SHOWN),
            _time(value) if name in TIMES else None,
        )
        for name, value in some
    )


def _time(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
