"""The request of an exchange with the Partner API, and the two ways it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from uuid import UUID

from dashboard.partner.errors import UnavailableKind
from dashboard.partner.json_shape import ProblemKind, ShapeError, ShapeProblem


@dataclass(frozen=True)
class Request:
    """A request. `template` is its path, or the name of one in errors where `path` holds an id.

    The body is `json`, or a `form` that is encoded already. `secret` is a credential in it, or the
    user's token that it is sent with (`as_user`); an upstream may echo it. `user_id` is the user it
    is about.
    """

    verb: str
    template: str
    path: str = field(default="", repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Mapping[str, object] | None = field(default=None, repr=False)
    form: str | None = field(default=None, repr=False)
    keep_raw: bool = True
    secret: str = field(default="", repr=False)
    as_user: bool = False
    user_id: UUID | None = None

    @property
    def authorization(self) -> dict[str, str]:
        """Return the header with the user's token, if the request has one."""
        return {"Authorization": f"Bearer {self.secret}"} if self.as_user else {}

    @property
    def is_write(self) -> bool:
        """Return whether repeating the request would repeat its effect."""
        return self.verb != "GET"


def path_id(user_id: UUID) -> str:
    """Return the id as a path segment; anything but a UUID could be another path."""
    if not isinstance(user_id, UUID):
        raise TypeError("a user's id is a UUID")
    return str(user_id)


@dataclass(frozen=True)
class Response:
    """A status and what could be read after it; `flaw` says why the body is not whole.

    `tries` is how often the request was sent.
    """

    status: int
    content_type: str
    request_id: str | None
    retry_after_s: float | None
    body: bytes = field(repr=False)
    flaw: ShapeProblem | None
    at: datetime
    took_ms: int
    server_at: datetime | None = None
    tries: int = 1

    def text(self) -> str:
        """Return the body as text.

        Raises:
            ShapeError: the body is too long, cut off, wrongly packed or not UTF-8.

        """
        found = self.flaw
        try:
            text = self.body.decode()
        except UnicodeDecodeError:
            found = found or ShapeProblem(ProblemKind.NOT_UTF8, self.content_type)
        if found:
            # Outside the handler: a UnicodeDecodeError holds the whole body, and would be kept.
            raise ShapeError(found)
        return text


@dataclass(frozen=True)
class NoResponse:
    """No whole answer, after so many `tries`.

    `sent`: whether a byte of the request may have left this machine.
    """

    kind: UnavailableKind
    sent: bool
    tries: int = 1


def date_of(header: str | None) -> datetime | None:
    """Read an HTTP date (RFC 9110, 5.6.7) as UTC, None for anything else."""
    try:
        at = parsedate_to_datetime(header or "")
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
