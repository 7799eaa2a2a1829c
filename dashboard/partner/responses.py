"""The Partner API's answers as typed, frozen values (docs/partner-api.md).

`readers.py` builds them from parsed JSON. Unknown fields are ignored; a field is strict where
pydantic would otherwise turn one type into another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Generic, TypeVar
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

from dashboard.partner.json_shape import ShapeProblem
from dashboard.text import limits

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
Email = Annotated[str, StringConstraints(max_length=limits.EMAIL)]
StatusText = Annotated[str, StringConstraints(max_length=limits.STATUS)]
CountryCode = Annotated[str, StringConstraints(max_length=limits.COUNTRY_CODE)]
Phone = Annotated[str, StringConstraints(max_length=limits.PHONE)]
Language = Annotated[str, StringConstraints(max_length=limits.LANGUAGE)]
UserType = Annotated[str, StringConstraints(max_length=limits.USER_TYPE)]
InquiryId = Annotated[str, StringConstraints(min_length=1, max_length=limits.INQUIRY_ID)]
Url = Annotated[str, StringConstraints(min_length=1, max_length=limits.URL)]
Cursor = Annotated[str, StringConstraints(max_length=limits.CURSOR)]


class ApiModel(BaseModel):
    """The base of all answers. Fields that hold a person's data are left out of `repr`.

    A text of DROPPED that is longer than its limit is None, one of CUT ends in `…`; `problems`
    names them. Any other text that is too long makes the answer unusable.
    """

    DROPPED: ClassVar[frozenset[str]] = frozenset()
    CUT: ClassVar[Mapping[str, int]] = {}

    problems: tuple[ShapeProblem, ...] = ()

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class User(ApiModel):
    """A person at Qash: seven documented fields. `status_text` is the status as it came."""

    DROPPED = frozenset({"country_code", "phone", "preferred_language"})
    CUT: ClassVar[Mapping[str, int]] = {"status_text": limits.STATUS}

    id: UUID
    email: Email = Field(repr=False)
    status: UserStatus
    status_text: StatusText
    country_code: CountryCode | None = None
    phone: Phone | None = Field(default=None, repr=False)
    preferred_language: Language | None = None
    created_at: Instant | None = None


class BadRow(ApiModel):
    """A row of the list that cannot be read.

    `position` counts from 1 on its page; `problems` names fields and what is wrong with them,
    never a value; `user_id` is there when that at least can be read.
    """

    position: int
    user_id: UUID | None = None


class ListPaging(StrEnum):
    """The way to the next page of the list."""

    PAGES = "pages"
    CURSOR = "cursor"
    NOT_TOLD = "not_told"  # neither a counter nor a cursor came


@dataclass(frozen=True)
class ListShape:
    """Which of the rival shapes a list came in: where its items and its counters were."""

    items: str = ""  # such as `data.users`, or WHOLE_BODY
    counters: str = ""  # such as `data.pagination.total`, '' where none came
    paging: ListPaging = ListPaging.NOT_TOLD


class UserPage(ApiModel):
    """One page of the list; a counter the upstream did not give (or gave wrongly) is None.

    A cursor that is too long is None too, and named in `problems`.
    """

    rows: tuple[User | BadRow, ...]
    total: int | None = None
    page: int | None = None
    pages: int | None = None
    limit: int | None = None
    next_cursor: Cursor | None = None
    shape: ListShape = ListShape()

    @property
    def users(self) -> list[User]:
        """The rows that can be read."""
        return [row for row in self.rows if isinstance(row, User)]


class Registered(ApiModel):
    """The four fields POST /users answers with."""

    CUT: ClassVar[Mapping[str, int]] = {"status_text": limits.STATUS}

    id: UUID
    email: Email = Field(repr=False)
    status: UserStatus
    status_text: StatusText
    created_at: Instant | None = None


class KycStarted(ApiModel):
    """An inquiry. No endpoint gives either field again. The URL is as it came: unchecked.

    One that is too long is None: KYC was started all the same.
    """

    DROPPED = frozenset({"inquiry_id", "verification_url"})

    inquiry_id: InquiryId | None = Field(repr=False)
    verification_url: Url | None = Field(repr=False)


class IssuedToken(ApiModel):
    """A user JWT and its user. The refresh token is dropped here: it has no field.

    `is_new_user`: whether a Privy exchange made the user; None where it was not said.
    """

    DROPPED = frozenset({"user_type"})
    CUT: ClassVar[Mapping[str, int]] = {"email": limits.EMAIL, "status_text": limits.STATUS}

    access_token: SecretStr = Field(min_length=1, max_length=limits.TOKEN)
    user_id: UUID
    email: Email = Field(repr=False)
    status: UserStatus
    status_text: StatusText
    user_type: UserType | None = None
    is_new_user: StrictBool | None = None


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A usable answer.

    `at` is UTC, when it was complete; `took_ms` includes retries; `raw` is the body's text, None
    where a token was issued or used; `credential` names the pair that was used (`Credentials.id`);
    `server_at` is what the API's own clock said, to the second.
    """

    value: T
    at: datetime
    took_ms: int
    status: int
    raw: str | None = field(repr=False)
    request_id: str | None
    credential: str = ""
    server_at: datetime | None = None
