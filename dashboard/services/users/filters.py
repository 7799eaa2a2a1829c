"""What the list of users is asked for, and whether what came is that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from dashboard.partner.client import UserQuery
from dashboard.partner.responses import ListPaging, User, UserPage
from dashboard.text.emails import comparable


class Filter(StrEnum):
    """A filter of the list, by its name in our URL."""

    Q = "q"
    STATUS = "status"
    COUNTRY = "country"
    USER_TYPE = "user_type"
    PAGE = "page"
    LIMIT = "limit"


_PARAMETERS = {Filter.Q: "search", Filter.COUNTRY: "country_code"}
"""What the client calls a filter, where that is another word."""


@dataclass(frozen=True)
class UserFilters:
    """What the list is asked for, in the names of our URL. `limit` is 1 to 100 rows a page."""

    q: str = field(default="", repr=False)
    status: str = ""
    country: str = ""
    user_type: str = ""
    page: int = 1
    limit: int = 20
    cursor: str = ""

    def changed(self, **to: str | int) -> "UserFilters":
        """Return these filters with some of them changed, from the first page on."""
        return replace(self, **{"page": 1, "cursor": "", **to})  # type: ignore[arg-type]  # by name

    def query(self) -> UserQuery:
        """Return what the client is asked."""
        return UserQuery(
            page=self.page,
            limit=self.limit,
            status=self.status or None,
            country_code=self.country or None,
            user_type=self.user_type or None,
            search=self.q or None,
            cursor=self.cursor or None,
        )


def find_broken(
    filters: UserFilters, users: list[User], types: Mapping[UUID, str], found: UserPage
) -> tuple[Filter, ...]:
    """Return what was not honoured as far as it can be seen.

    A row does not tell its type: `types` has those that we sent.
    """
    wanted_type = filters.user_type
    checks: dict[Filter, Callable[[User], bool]] = {
        Filter.Q: lambda user: _holds(user, filters.q),
        Filter.STATUS: lambda user: filters.status == user.status_text,
        Filter.COUNTRY: lambda user: filters.country == user.country_code,
        Filter.USER_TYPE: lambda user: wanted_type == types.get(user.id, wanted_type),
    }
    asked = [(name, holds) for name, holds in checks.items() if getattr(filters, name)]
    broken = [name for name, holds in asked if not all(map(holds, users))]
    if not filters.cursor and page_of(filters, found) != filters.page:
        broken.append(Filter.PAGE)
    if len(found.rows) > filters.limit or found.limit not in {None, filters.limit}:
        broken.append(Filter.LIMIT)
    return tuple(broken)


def find_honoured(
    filters: UserFilters,
    users: list[User],
    types: Mapping[UUID, str],
    found: UserPage,
    broken: tuple[Filter, ...],
) -> dict[str, bool]:
    """Return what this page shows of each parameter, by the client's names; most pages show little.

    An empty page shows nothing of a filter, and the first page nothing of `page`.
    """
    shown = {
        Filter.Q: bool(filters.q and users),
        Filter.STATUS: bool(filters.status and users),
        Filter.COUNTRY: bool(filters.country and users),
        Filter.USER_TYPE: bool(filters.user_type and any(user.id in types for user in users)),
        Filter.PAGE: filters.page > 1 and found.page == filters.page,
        Filter.LIMIT: found.limit == filters.limit != UserFilters.limit,
    }
    return {
        _PARAMETERS.get(name, name.value): name not in broken
        for name in Filter
        if shown[name] or name in broken
    }


def page_of(filters: UserFilters, found: UserPage) -> int:
    """Return which page this is: a server that pages by cursor knows no numbers."""
    by_cursor = found.next_cursor or found.shape.paging is ListPaging.CURSOR
    return found.page or (1 if by_cursor else filters.page)


def _holds(user: User, search: str) -> bool:
    wanted = {comparable(search), search.lower()}
    texts = (comparable(user.email), user.email.lower(), str(user.id), user.phone or "")
    return any(text in each for text in wanted for each in texts)
