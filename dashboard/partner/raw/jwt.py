"""The head and the times of a JWT, decoded and not verified: the contract documents no key."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard.partner.json_shape import ShapeError, parse_json

PARTS = 3


@dataclass(frozen=True)
class Jwt:
    """The algorithm that a token says, and when it expires; each is None where it does not."""

    algorithm: str | None
    expires_at: datetime | None


def read_jwt(token: str) -> Jwt:
    """Return what can be read of a token."""
    parts = token.split(".")
    if len(parts) != PARTS:
        return Jwt(None, None)
    algorithm, ends = _field(parts[0], "alg"), _field(parts[1], "exp")
    return Jwt(algorithm if isinstance(algorithm, str) else None, _time(ends))


def _field(part: str, name: str) -> object:
    try:
        packed = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        value = parse_json(packed.decode(), "JWT")
    except (ValueError, ShapeError):
        return None
    return value.get(name) if isinstance(value, dict) else None


def _time(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        return None
