"""What is asked of the directory: which users, in which order, which page; and the answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, true

from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.directory.owning import OwnedBy
from dashboard.store.kyc.lane_times import InLane
from dashboard.store.kyc.waiting import UNKNOWN_AT
from dashboard.store.schema import directory
from dashboard.text.emails import comparable
from dashboard.text.search import digits, name_key


class Sort(StrEnum):
    """What the list can be sorted by; a leading `-` in an address turns it round."""

    CREATED = "created"
    EMAIL = "email"
    NAME = "name"
    PHONE = "phone"
    STATUS = "status"
    COUNTRY = "country"
    LANGUAGE = "language"
    USER_TYPE = "user_type"
    CHANGED = "changed"


SORTED_BY: dict[Sort, Column[Any]] = {
    Sort.CREATED: directory.c.registered_at,
    Sort.EMAIL: directory.c.email_key,
    Sort.NAME: directory.c.name_key,
    Sort.PHONE: directory.c.phone_digits,
    Sort.STATUS: directory.c.status,
    Sort.COUNTRY: directory.c.country_code,
    Sort.LANGUAGE: directory.c.language,
    Sort.USER_TYPE: directory.c.user_type,
    Sort.CHANGED: directory.c.status_since_at,
}


@dataclass(frozen=True)
class Word:
    """One word of a search and what it can be; empty: it can't be that.

    `text` is folded and matches emails and names, `phone` are digits of a phone number, `id_part`
    hexadecimal digits of an ID, `countries` codes, `inquiry` the start of an inquiry ID and
    `ticket` a whole ticket number.
    """

    text: str
    phone: str = ""
    id_part: str = ""
    countries: tuple[str, ...] = ()
    inquiry: str = ""
    ticket: str = ""


TIMES: dict[str, Column[datetime]] = {
    "created": directory.c.registered_at,
    "started": directory.c.kyc_started_at,
    "active": directory.c.became_active_at,
    "waiting": directory.c.waits_from_at,
    "closed": directory.c.closed_at,
}
"""What can be asked of a time: from one moment on (`_from`), and before another (`_to`)."""


@dataclass(frozen=True)
class Span:
    """A stretch of time that a column lies in. A time that is not known is in none with an end."""

    column: Column[datetime]
    start: datetime | None
    end: datetime | None

    def holds(self, column: ColumnElement[Any] | None = None) -> ColumnElement[bool]:
        """Return the condition on a row, or on another column."""
        at = self.column if column is None else column
        begins = at >= self.start if self.start else at > UNKNOWN_AT
        return and_(begins, at < self.end if self.end else true())


@dataclass(frozen=True)
class DirectoryQuery:
    """Which users: all words match, and every filter that is set.

    `tag` is the key of a tag; `hides_tests` leaves test users out. A time ends before `_to`, the
    first moment that is not in it.
    """

    words: tuple[Word, ...] = ()
    status: str = ""
    country_code: str = ""
    user_type: str = ""
    language: str = ""
    created_from: datetime | None = None
    created_to: datetime | None = None
    started_from: datetime | None = None
    started_to: datetime | None = None
    active_from: datetime | None = None
    active_to: datetime | None = None
    waiting_from: datetime | None = None
    waiting_to: datetime | None = None
    closed_from: datetime | None = None
    closed_to: datetime | None = None
    kyc: InLane | None = None
    owned: OwnedBy | None = None
    tag: str = ""
    hides_tests: bool = False

    @property
    def filters(self) -> dict[str, str]:
        """The filters by a word, by the name of their column."""
        return {name: wanted for name in FILTERS if (wanted := getattr(self, name))}

    @property
    def is_kept(self) -> bool:
        """Whether the users of such a query are counted already."""
        return not (self.words or self.spans or self.kyc or self.owned or self.tag)

    @property
    def times(self) -> dict[str, datetime]:
        """The moments that are asked for, by name."""
        names = (f"{name}_{end}" for name in TIMES for end in ("from", "to"))
        return {name: at for name in names if (at := getattr(self, name))}

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The times that are asked for."""
        asked = self.times
        spans = (
            Span(column, asked.get(f"{name}_from"), asked.get(f"{name}_to"))
            for name, column in TIMES.items()
        )
        return tuple(each for each in spans if each.start or each.end)


FILTERS = ("status", "country_code", "user_type", "language")


@dataclass(frozen=True)
class RowKey:
    """A place in the order: the value that is sorted by, and the row's own number."""

    value: str | datetime
    id: int


@dataclass(frozen=True)
class PageOf:
    """Which page: of an order, after or before a row (neither: the first).

    `tokens_at`: each row says when a token expires that is live at that time.
    """

    sort: Sort = Sort.CREATED
    is_descending: bool = True
    limit: int = 20
    after: RowKey | None = None
    before: RowKey | None = None
    tokens_at: datetime | None = None


@dataclass(frozen=True)
class EntryPage:
    """Rows in order. `has_before` and `has_after`: there are more on that side."""

    entries: tuple[DirectoryUser, ...]
    has_before: bool
    has_after: bool


def key_of(entry: DirectoryUser, sort: Sort) -> RowKey:
    """Return a user's place in an order: the value of its column, as the row has it."""
    values: dict[Sort, str | datetime] = {
        Sort.CREATED: entry.registered_at or UNKNOWN_AT,
        Sort.EMAIL: comparable(entry.email),
        Sort.NAME: name_key(entry.name),
        Sort.PHONE: digits(entry.phone),
        Sort.STATUS: entry.status,
        Sort.COUNTRY: entry.country_code,
        Sort.LANGUAGE: entry.language,
        Sort.USER_TYPE: entry.user_type,
        Sort.CHANGED: entry.status_since_at,
    }
    return RowKey(values[sort], entry.id)
