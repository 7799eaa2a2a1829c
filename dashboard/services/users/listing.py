"""A page of the list of users, put together from what the API gave."""

from dataclasses import dataclass, replace
from datetime import datetime

from dashboard.partner.json_shape import ShapeProblem
from dashboard.partner.list_filters import UserQuery
from dashboard.partner.responses import Answer, BadRow, User, UserPage
from dashboard.services.users.filters import page_of
from dashboard.services.users.record import UserRecord
from dashboard.store.kyc.states import KycLane
from dashboard.store.users.sightings import Sighting
from dashboard.text.emails import comparable


@dataclass(frozen=True)
class ListedUser:
    """A row, with what we know: where the user's KYC is, and until when a token works."""

    user: User
    lane: KycLane | None
    token_until_at: datetime | None


@dataclass(frozen=True)
class UserList:
    """One page of users. `broken` names the parameters that some row does not match.

    `has_more`: another page may follow, though the API gives no total. `first` and `last` are the
    positions of its rows, from 1. `is_newest_first` is about the rows that tell their time.
    `problems` names what of the list itself can't be used.
    `named` is the one user whose exact email was searched for: the list has their facts, so that
    the answer to a caller takes one call.
    """

    filters: UserQuery
    rows: tuple[ListedUser | BadRow, ...]
    broken: tuple[str, ...]
    total: int | None
    page: int
    pages: int | None
    has_more: bool
    first: int
    last: int
    is_newest_first: bool
    next_cursor: str | None
    at: datetime
    problems: tuple[ShapeProblem, ...] = ()
    named: UserRecord | None = None

    def changed_since(self, total: int | None) -> bool:
        """Return whether a page after the first belongs to a list of another length."""
        return self.page > 1 and None not in {total, self.total} and total != self.total


@dataclass(frozen=True)
class Remembered:
    """A page of users as they were last seen, for as long as the API gives none.

    `unsure` names the filters that rows may not match: we don't know that of every user.
    """

    rows: tuple[Sighting, ...]
    total: int
    page: int
    limit: int
    unsure: tuple[str, ...]

    @property
    def pages(self) -> int:
        """The number of pages, at least one."""
        return max(1, -(-self.total // self.limit))

    @property
    def first(self) -> int:
        """Position of the first row, from 1."""
        return (self.page - 1) * self.limit + 1

    @property
    def last(self) -> int:
        """Position of the last row."""
        return self.first + len(self.rows) - 1


def only(email: str, answer: Answer[UserPage]) -> Answer[UserPage]:
    """Return a page with only the user who has this email, and without totals of others."""
    rows = tuple(
        row
        for row in answer.value.rows
        if isinstance(row, User) and comparable(row.email) == comparable(email)
    )
    told = {"rows": rows, "total": len(rows), "page": 1, "pages": 1, "next_cursor": None}
    return replace(answer, value=answer.value.model_copy(update=told))


def about(user: User, answer: Answer[UserPage]) -> Answer[User]:
    """Return the answer to a list as one about a user of it."""
    return Answer(
        value=user,
        at=answer.at,
        took_ms=answer.took_ms,
        status=answer.status,
        raw=None,
        request_id=answer.request_id,
    )


def listed(
    filters: UserQuery,
    answer: Answer[UserPage],
    rows: tuple[ListedUser | BadRow, ...],
    broken: tuple[str, ...],
) -> UserList:
    """Put the page together; where the API gave no counters, use those we asked for."""
    found = answer.value
    page, limit = page_of(filters, found), found.limit or filters.limit
    first, pages = (page - 1) * limit + 1, found.pages
    if pages is None and found.total is not None:
        pages = max(1, -(-found.total // limit))
    times = [user.created_at for user in found.users if user.created_at]
    return UserList(
        filters=filters,
        rows=rows,
        broken=broken,
        total=found.total,
        page=page,
        pages=pages,
        has_more=pages is None and len(rows) >= filters.limit,
        first=first,
        last=first + len(rows) - 1,
        is_newest_first=times == sorted(times, reverse=True),
        next_cursor=found.next_cursor,
        at=answer.at,
        problems=found.problems,
    )
