"""Looking an email up at the API: by its search, or through the newest pages of the list.

A search that finds nothing proves nothing: whether it looks at emails is an assumption. Only
pages that really come newest first, with every row readable and dated, prove that a user is not
there; so does a list that was seen from one end to the other. Where the API's clock and ours
differ, its dates can't be compared with ours and are left out.
"""

from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from dashboard.partner.list_filters import UserQuery
from dashboard.partner.responses import Answer, BadRow, ListPaging, User, UserPage
from dashboard.services.ports import UserSource
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.text.emails import comparable, spellings

LIMIT, PAGES = 100, 20
WALK_S = 10.0  # no page is asked for after this
SLACK = timedelta(minutes=2)  # between the API's clock and ours


class ListScan:
    """Pages of the list from its start on, and what may be concluded from them."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.at: datetime | None = None
        self._ids: set[UUID] = set()
        self._times: list[datetime] = []
        self._pages = 0
        self._readable = self._dated = True
        self._ended = self._stuck = False

    @property
    def is_over(self) -> bool:
        """Return whether no further page would tell more."""
        return self._ended or self._stuck

    def take(self, page: UserPage, at: datetime) -> None:
        """Take the next page."""
        users = page.users
        new = {user.id for user in users} - self._ids
        self._ids |= new
        self._pages += 1
        self.at = at
        self._readable = self._readable and len(users) == len(page.rows)
        for user in users:
            self.users.setdefault(comparable(user.email), user)
            if user.created_at:
                self._times.append(user.created_at)
            else:
                self._dated = False
        self._ended = self._is_end(page)
        self._stuck = not new  # an empty page that is not the end, or the same page again

    def covers(self, since_at: datetime) -> bool:
        """Return whether every user registered since then has been seen."""
        return self._readable and (self._ended or self._reaches(since_at))

    def _reaches(self, since_at: datetime) -> bool:
        """Return whether the order shows it; rows of the same time don't."""
        times = self._times
        newest_first = self._dated and times == sorted(times, reverse=True)
        return newest_first and bool(times) and times[0] > times[-1] and times[-1] < since_at

    def _is_end(self, page: UserPage) -> bool:
        all_seen = page.total is None or len(self._ids) >= page.total
        if page.shape.paging is ListPaging.CURSOR:
            return page.next_cursor is None and all_seen
        if page.pages is not None:
            return self._pages >= page.pages and all_seen
        if page.total is not None:
            return all_seen
        return not page.rows and bool(self._ids)  # nothing at all may be a server's mishap


class Lookup:
    """Asks the API; every method raises PartnerError."""

    def __init__(self, source: UserSource, upstream: UpstreamMonitor) -> None:
        self._source = source
        self._upstream = upstream

    def search(self, email: str) -> tuple[User, datetime] | None:
        """Return the user a search for this email finds, and when; None proves nothing."""
        if self._upstream.ignores("search"):
            return None
        for spelling in spellings(email):
            answer = self._source.list_users(UserQuery(search=spelling, limit=LIMIT))
            users = _with_our_dates(answer).users
            for user in users:
                if comparable(user.email) == comparable(email):
                    return user, answer.at
        return None

    def newest_page(self) -> ListScan:
        """Return the newest page, with one call."""
        walk = ListScan()
        self._take(walk, UserQuery(limit=LIMIT))
        return walk

    def scan_back(self, emails: AbstractSet[str], since_at: datetime) -> ListScan:
        """Go back until all these (comparable) emails are found, or this time is reached."""
        walk, query, started = ListScan(), UserQuery(limit=LIMIT), monotonic()
        for number in range(1, PAGES + 1):
            cursor = self._take(walk, query)
            if walk.is_over or emails <= walk.users.keys() or walk.covers(since_at):
                break
            if monotonic() - started > WALK_S:
                break
            query = UserQuery(page=number + 1, limit=LIMIT, cursor=cursor or "")
        return walk

    def _take(self, walk: ListScan, query: UserQuery) -> str | None:
        answer = self._source.list_users(query)
        walk.take(_with_our_dates(answer), answer.at)
        return answer.value.next_cursor


def _with_our_dates(answer: Answer[UserPage]) -> UserPage:
    """Return the page, without its dates where they come from another time than ours."""
    page, server_at = answer.value, answer.server_at
    if server_at is None or abs(server_at - answer.at) < SLACK:
        return page
    return page.model_copy(update={"rows": tuple(map(_undated, page.rows))})


def _undated(row: User | BadRow) -> User | BadRow:
    return row.model_copy(update={"created_at": None}) if isinstance(row, User) else row
