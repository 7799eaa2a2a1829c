"""When a read is asked again and after how long: full jitter, and Retry-After where one came."""

import re
from datetime import datetime
from secrets import SystemRandom

from dashboard.partner.errors import UnavailableKind
from dashboard.partner.http.messages import NoResponse, Response, date_of

FIRST_PAUSE_S = 0.2
RETRY_AFTER_MAX_S = 600.0  # however long an upstream asks us to stay away
RETRIED_STATUSES = frozenset({429, *range(500, 600)})
# A machine that let 2 s pass, a name DNS does not know and a wrong certificate are the same a
# moment later; asking again would only keep the person waiting.
_RETRIED_KINDS = frozenset({UnavailableKind.REFUSED_CONNECTION, UnavailableKind.NETWORK})
_SECONDS = re.compile(r"[0-9]{1,9}")
_random = SystemRandom()


def pause_s(outcome: Response | NoResponse, attempt: int) -> float | None:
    """Return the seconds to wait before the next attempt (`attempt` from 0), None for never."""
    jitter_s = _random.uniform(0, FIRST_PAUSE_S * 2**attempt)
    if isinstance(outcome, NoResponse):
        return jitter_s if outcome.kind in _RETRIED_KINDS else None
    if outcome.status not in RETRIED_STATUSES:
        return None
    return max(outcome.retry_after_s or 0.0, jitter_s)


def retry_after_s(header: str | None, now: datetime) -> float | None:
    """Read a Retry-After header (RFC 9110, 10.2.3): seconds or a date; at most 10 minutes."""
    if header is None:
        return None
    if _SECONDS.fullmatch(header.strip()):
        return min(float(header), RETRY_AFTER_MAX_S)
    at = date_of(header)
    return min(max((at - now).total_seconds(), 0.0), RETRY_AFTER_MAX_S) if at else None
