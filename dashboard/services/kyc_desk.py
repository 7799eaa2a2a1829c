"""The KYC desk: who is waiting, since when, and what can be done about each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from dashboard.partner.list_filters import UserQuery
from dashboard.partner.responses import UserStatus
from dashboard.services.kyc.inquiries import waiting_at
from dashboard.services.ports import Clock
from dashboard.services.users.listing import UserList
from dashboard.store.db.database import Database
from dashboard.store.kyc import desk
from dashboard.store.kyc.lanes import DeskQuery, DeskRow, Lane

__all__ = ["Desk", "DeskFilters", "DeskPage", "DeskRow", "Lane", "PendingPage"]

PAGE, WALK = 25, 5000


@dataclass(frozen=True)
class DeskFilters:
    """The filters of the desk, in the names of our URL. `lane` "" is all who wait.

    `page` and `cursor` are for the API's list, the others for ours.
    """

    lane: str = ""
    by: str = ""
    after: int | None = None
    page: int = 1
    cursor: str = ""

    def changed(self, **to: str | int) -> "DeskFilters":
        """Return these filters with some of them changed, from the first row on."""
        start: dict[str, str | int | None] = {"after": None, "page": 1, "cursor": ""}
        return replace(self, **{**start, **to})  # type: ignore[arg-type]  # by name


@dataclass(frozen=True)
class DeskPage:
    """KYC that was started or imported here. `counts` are exact, of all that `by` started."""

    filters: DeskFilters
    rows: tuple[DeskRow, ...]
    more: bool
    counts: Mapping[Lane, int]
    people: tuple[tuple[str, str], ...]

    @property
    def waiting(self) -> int:
        """How many users are not settled, as far as we saw."""
        return _waiting(self.counts)


@dataclass(frozen=True)
class PendingPage:
    """A page of the API's pending users.

    `waiting` counts those whose KYC was started here, for the other tab.
    """

    found: UserList
    waiting: int


class UserSearch(Protocol):
    """Search for users at the API."""

    def search(self, filters: UserQuery) -> UserList:
        """Return one page of users; raises PartnerError."""


class Desk:
    """Reads what we keep of KYC, and the API's pending users beside it."""

    def __init__(
        self, users: UserSearch, database: Database, clock: Clock, *, link_ttl: timedelta
    ) -> None:
        self._users = users
        self._database = database
        self._clock = clock
        self._link_ttl = link_ttl

    def started_here(self, filters: DeskFilters) -> DeskPage:
        """Return a page of what we keep, the oldest start first. Makes no API call."""
        wanted = self._asked(filters)
        with self._database.read() as connection:
            found = desk.rows(connection, wanted, PAGE + 1)
            counts = desk.counts(connection, wanted)
            people = desk.starters(connection)
        return DeskPage(filters, tuple(found[:PAGE]), len(found) > PAGE, counts, tuple(people))

    def count(self, filters: DeskFilters) -> int:
        """Return how many rows these filters leave."""
        with self._database.read() as connection:
            counts = desk.counts(connection, self._asked(filters))
        return counts[Lane(filters.lane)] if filters.lane else _waiting(counts)

    def walk(self, filters: DeskFilters, limit: int) -> Iterator[DeskRow]:
        """Return the first rows of these filters, page after page."""
        wanted, walked = replace(self._asked(filters), after=None), 0
        with self._database.read() as connection:
            while walked < limit:
                found = desk.rows(connection, wanted, min(WALK, limit - walked))
                yield from found
                if len(found) < WALK:
                    return
                walked += len(found)
                wanted = replace(wanted, after=found[-1].id)

    def pending(self, filters: DeskFilters) -> PendingPage:
        """Return a page of the users who are pending at the API.

        Raises:
            PartnerError: the API did not give a page.

        """
        found = self._users.search(
            UserQuery(status=UserStatus.PENDING.value, page=filters.page, cursor=filters.cursor)
        )
        with self._database.read() as connection:
            counts = desk.counts(connection, self.wanted())
        return PendingPage(found, _waiting(counts))

    def _asked(self, filters: DeskFilters) -> DeskQuery:
        return replace(
            self.wanted(),
            lane=Lane(filters.lane) if filters.lane else None,
            by=filters.by or None,
            after=filters.after,
        )

    def wanted(self) -> DeskQuery:
        """Return the query for all who wait, as of now."""
        return waiting_at(self._clock(), self._link_ttl)


def _waiting(counts: Mapping[Lane, int]) -> int:
    return sum(count for lane, count in counts.items() if lane is not Lane.SETTLED)
