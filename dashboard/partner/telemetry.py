"""Facts of a call: who made it, about which user, and how it ended; no secret, no body."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from dashboard.partner.asker import NO_ONE, Caller
from dashboard.partner.errors import (
    CredentialsRefused,
    Malformed,
    RateLimited,
    Unavailable,
    UnavailableKind,
)

LIST = "/users"  # asking for it, or adding to it, is never about one user


class CallResult(StrEnum):
    """How a call ended, as to the API's health: refusing one request is an answer as well."""

    OK = "ok"
    REFUSED = "refused"  # the credentials
    LIMITED = "limited"
    DOWN = "down"
    UNREADABLE = "unreadable"  # something answered, but not as the contract has it


RESULTS: Mapping[type, CallResult] = {  # of calls that did not end well
    CredentialsRefused: CallResult.REFUSED,
    RateLimited: CallResult.LIMITED,
    Unavailable: CallResult.DOWN,
    Malformed: CallResult.UNREADABLE,
}


@dataclass(frozen=True)
class CallRecord:
    """One logical call with one pair of keys, retries included.

    `path` is the template. `cause` says more about a failure: the kind of an Unavailable, or the
    error's name. `server_at` is what the API's own clock said, to the second. `credential` is the
    id of the pair that was used (`Credentials.id`), `upstream_request` the API's ID of the request.
    It was sent `tries` times.
    """

    at: datetime
    verb: str
    path: str
    status: int | None
    took_ms: int
    result: CallResult
    cause: str
    server_at: datetime | None
    credential: str
    user_id: UUID | None = None
    tries: int = 1
    upstream_request: str | None = None
    caller: Caller = NO_ONE


class CallMeter:
    """Hears of every call as it begins, ends or is held back; this one counts nothing.

    No method may raise.
    """

    def began(self) -> None:
        """Hear that a call is under way."""

    def ended(self) -> None:
        """Hear that a call has ended."""

    def held_back(self, kind: UnavailableKind) -> None:
        """Hear that a call was not sent."""
