"""The Partner API's answers as typed, frozen values (contract/partner-api.md).

`readers.py` builds them from parsed JSON. Unknown fields are ignored; a field is strict where
pydantic would otherwise turn one type into another.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StrictBool,
    StringConstraints,
)

from dashboard.partner.shape import Found

T = TypeVar("T")

WHOLE_BODY = "$"  # where items are if the body is the list itself (RFC 9535 names the root so)

# Nearer to the ends of the calendar a time cannot be written in every zone.
EARLIEST = datetime.min.replace(tzinfo=UTC) + timedelta(days=2)
LATEST = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)


class UserStatus(StrEnum):
    """The documented lifecycle. Only `active` can operate; UNKNOWN is any other word."""

    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    BANNED = "banned"
    UNKNOWN = "unknown"


def _instant(value: object) -> datetime:
    """Read an ISO 8601 time as UTC; one without an offset is taken as UTC, as the contract says."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        raise ValueError("not a time")  # noqa: TRY004 - pydantic collects ValueError only
    at = value if value.tzinfo else value.replace(tzinfo=UTC)
    if not EARLIEST <= at <= LATEST:
        raise ValueError("not a time")
    return at.astimezone(UTC)


Instant = Annotated[datetime, BeforeValidator(_instant)]
Filled = Annotated[str, StringConstraints(min_length=1)]


class Wire(BaseModel):
    """What all answers share. Fields that hold a person's data are left out of `repr`."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class User(Wire):
    """A person at Qash: seven documented fields. `status_text` is the status as it came."""

    id: UUID
    email: str = Field(repr=False)
    status: UserStatus
    status_text: str
    country_code: str | None = None
    phone: str | None = Field(default=None, repr=False)
    preferred_language: str | None = None
    created_at: Instant | None = None


class BadRow(Wire):
    """A row of the list that cannot be read.

    `position` counts from 1 on its page; `problems` names fields and what is wrong with them,
    never a value; `user_id` is there when that at least can be read.
    """

    position: int
    problems: tuple[Found, ...]
    user_id: UUID | None = None


class ListPaging(StrEnum):
    """How the list goes on."""

    PAGES = "pages"
    CURSOR = "cursor"
    NOT_TOLD = "not_told"  # neither a counter nor a cursor came


@dataclass(frozen=True)
class ListShape:
    """Which of the rival shapes a list came in: where its items and its counters stood."""

    items: str = ""  # such as `data.users`, or WHOLE_BODY
    counters: str = ""  # such as `data.pagination.total`, '' where none came
    paging: ListPaging = ListPaging.NOT_TOLD


class UserPage(Wire):
    """One page of the list; a counter the upstream did not give (or gave wrongly) is None."""

    rows: tuple[User | BadRow, ...]
    total: int | None = None
    page: int | None = None
    pages: int | None = None
    limit: int | None = None
    next_cursor: str | None = None
    shape: ListShape = ListShape()


class Registered(Wire):
    """The four fields POST /users answers with."""

    id: UUID
    email: str = Field(repr=False)
    status: UserStatus
    status_text: str
    created_at: Instant | None = None


class KycStarted(Wire):
    """An inquiry. No endpoint gives either field again. The URL is as it came: unchecked."""

    inquiry_id: Filled
    verification_url: Filled = Field(repr=False)


class IssuedToken(Wire):
    """A user JWT and whom it is for. The refresh token is dropped here: it has no field.

    `is_new_user`: whether a Privy exchange made the user; None where it was not said.
    """

    access_token: SecretStr = Field(min_length=1)
    user_id: UUID
    email: str = Field(repr=False)
    status: UserStatus
    status_text: str
    user_type: str | None = None
    is_new_user: StrictBool | None = None


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A usable answer.

    `at` is UTC, when it was complete; `took_ms` includes retries; `raw` is the body's text, None
    for token answers; `credential` names the pair that was used (`Credentials.id`); `server_at` is
    what the API's own clock said, to the second.
    """

    value: T
    at: datetime
    took_ms: int
    status: int
    raw: str | None = field(repr=False)
    request_id: str | None
    credential: str = ""
    server_at: datetime | None = None
