"""Errors of the Partner API, one class per reaction of a caller.

    PartnerError
    ├── Rejected             400, 422 and any undocumented 4xx: the request was refused
    ├── CredentialsRefused   401: the API key and secret; never the staff member's log-in
    ├── Forbidden            403: the user's status does not allow this
    ├── NotFound             404: no such user, or another partner's
    ├── Conflict             409: a duplicate email, or KYC already in progress
    ├── RateLimited          429, with `retry_after_s`
    ├── Unavailable          5xx, network, deadline, or held back; with `kind` and `retry_after_s`
    └── Malformed            an answer came and cannot be used; with `found`

Neither `str()` nor `repr()` ever holds a body, a secret or a person's data.
"""

# ruff: noqa: N818 - the names are what happened, as the design's table of error pages has them

from enum import StrEnum
from typing import Required, TypedDict, Unpack

from dashboard.partner.json_shape import ShapeProblem


class UnavailableKind(StrEnum):
    """Why there is no answer."""

    REFUSED_CONNECTION = "refused_connection"
    UNRESOLVED = "unresolved"  # DNS knows no such host
    TLS = "tls"
    CONNECT_TIMEOUT = "connect_timeout"
    NETWORK = "network"  # reset, cut off, not HTTP
    DEADLINE = "deadline"
    STATUS = "status"  # a 5xx
    BREAKER = "breaker"  # nothing was sent: calls before failed, and it is not time to try again
    REFUSED = "refused"  # the same, and they were answered 401
    LIMITED = "limited"  # the same, and they were answered 429
    BULKHEAD = "bulkhead"  # nothing was sent: too many calls are under way
    FROZEN = "frozen"  # nothing was sent: an admin stopped all calls
    UNREAD = "unread"  # nothing was sent: our own database could not be read before a write


HELD_BACK = frozenset(
    {
        UnavailableKind.BREAKER,
        UnavailableKind.REFUSED,
        UnavailableKind.LIMITED,
        UnavailableKind.BULKHEAD,
        UnavailableKind.FROZEN,
        UnavailableKind.UNREAD,
    }
)
"""The kinds of which nothing was sent."""


class Call(TypedDict, total=False):
    """The attributes of PartnerError: facts about the failed call."""

    verb: Required[str]
    path: Required[str]
    status: int | None
    request_id: str | None
    outcome_unknown: bool
    reason: str


class PartnerError(Exception):
    """A call to the Partner API that gave no usable answer.

    Attributes:
        verb: `GET` or `POST`.
        path: the path template below the prefix, such as `/users/{userId}`; whole where a user's
            token was sent.
        status: the HTTP status, None when no answer came.
        request_id: the upstream's X-Request-Id, printable ASCII of at most 64 characters.
        outcome_unknown: True for a write that may have been done; always False for a read.
        reason: what the upstream said, at most 500 characters, '' when it said nothing we can
            read. Foreign text: show it escaped, never log it.

    """

    def __init__(self, **call: Unpack[Call]) -> None:
        super().__init__()
        self.verb = call["verb"]
        self.path = call["path"]
        self.status = call.get("status")
        self.request_id = call.get("request_id")
        self.outcome_unknown = call.get("outcome_unknown", False)
        self.reason = call.get("reason", "")

    @property
    def cause(self) -> str:
        """Return the cause in one word of ours."""
        return type(self).__name__

    def __str__(self) -> str:
        answer = "no answer" if self.status is None else str(self.status)
        request = f" (request {self.request_id})" if self.request_id else ""
        return f"{self.verb} {self.path}: {answer}{request}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class Rejected(PartnerError):
    """The request was refused (400); sending it again changes nothing."""


class CredentialsRefused(PartnerError):
    """The API key or secret is wrong or revoked (401)."""


class Forbidden(PartnerError):
    """The user's status does not allow this (403)."""


class NotFound(PartnerError):
    """No such user, or another partner's (404): the API does not say which."""


class Conflict(PartnerError):
    """Already there (409): the email, or a KYC start."""


class RateLimited(PartnerError):
    """Too many requests (429). `retry_after_s`: seconds to wait, None when not said."""

    def __init__(self, *, retry_after_s: float | None = None, **call: Unpack[Call]) -> None:
        super().__init__(**call)
        self.retry_after_s = retry_after_s


class Unavailable(PartnerError):
    """No answer, or a 5xx. `retry_after_s`: seconds to wait, None when not said."""

    def __init__(
        self,
        *,
        retry_after_s: float | None = None,
        kind: UnavailableKind = UnavailableKind.NETWORK,
        **call: Unpack[Call],
    ) -> None:
        super().__init__(**call)
        self.retry_after_s = retry_after_s
        self.kind = kind

    @property
    def cause(self) -> str:
        """Return why there is no answer."""
        return self.kind.value


class Malformed(PartnerError):
    """An answer that cannot be used. `found`: what came, without any value."""

    def __init__(self, *, found: tuple[ShapeProblem, ...], **call: Unpack[Call]) -> None:
        super().__init__(**call)
        self.found = found
