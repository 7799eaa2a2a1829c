"""The claims of a token, for display: decoded, not verified, and nothing relies on them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from joserfc import jws
from joserfc.errors import JoseError

from dashboard.partner.json_shape import ShapeError, parse_json
from dashboard.text import limits

DAY_S = 24 * 3600
LONG_AGO_S, FAR_AHEAD_S = DAY_S, 31 * DAY_S


@dataclass(frozen=True)
class Claim:
    """One claim of a token. Nothing here verifies the signature."""

    name: str
    value: str


def read_claims(token: str) -> dict[str, object]:
    """Return the claims, or nothing: a token that cannot be read is still a token."""
    try:
        payload = parse_json(jws.extract_compact(token.encode()).payload.decode(), "JWT")
    except (JoseError, ValueError, ShapeError):
        return {}
    return payload if isinstance(payload, dict) else {}


def expiry(claims: Mapping[str, object], at: datetime) -> datetime | None:
    """Return when a token that came just now ends, None where it names no such time."""
    exp, seconds = claims.get("exp"), at.timestamp()
    if isinstance(exp, bool) or not isinstance(exp, int | float):
        return None
    sensible = seconds - LONG_AGO_S <= exp <= seconds + FAR_AHEAD_S
    return datetime.fromtimestamp(exp, UTC) if sensible else None


def shown(claims: Mapping[str, object]) -> tuple[Claim, ...]:
    """Return the claims as text: `limits.CLAIMS` of them, each cut to `limits.SHOWN`."""
    some = islice(claims.items(), limits.CLAIMS)
    return tuple(
        Claim(limits.cut(name, limits.SHOWN), limits.cut(_text(value), limits.SHOWN))
        for name, value in some
    )


def _text(value: object) -> str:
    try:
        return value if isinstance(value, str) else json.dumps(value)
    except RecursionError:
        return "…"
