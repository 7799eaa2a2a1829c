"""The parameters of the list of users: names, and how to tell that they worked.

ASSUMED (docs/partner-api.md): a new filter is a field of `UserQuery` and a row of `FILTERS`.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from dashboard.partner.responses import User, UserPage
from dashboard.text.emails import comparable


@dataclass(frozen=True)
class UserQuery:
    """Which page of the list to ask for. With a `cursor`, `page` is not sent."""

    search: str = field(default="", repr=False)
    status: str = ""
    country_code: str = ""
    user_type: str = ""
    page: int = 1
    limit: int = 20
    cursor: str = ""

    @property
    def asked(self) -> dict[str, str]:
        """The filters that are set."""
        names = {each.name for each in FILTERS}
        return {name: value for name, value in vars(self).items() if value and name in names}

    def changed(self, **to: str | int) -> "UserQuery":
        """Return this query with some of it changed, from the first page on."""
        return replace(self, **{"page": 1, "cursor": "", **to})  # type: ignore[arg-type]  # by name

    def params(self, names: Mapping[str, str]) -> dict[str, str]:
        """Return the query string's parts under the names the server knows."""
        sent = vars(self) | ({"page": None} if self.cursor else {})
        return {names[name]: str(value) for name, value in sent.items() if value}


@dataclass(frozen=True)
class ParameterCheck:
    """One parameter, what to ask for, and how to tell from the answer whether it was honoured."""

    name: str
    query: UserQuery
    is_honoured: Callable[[UserPage], bool]


@dataclass(frozen=True)
class Filter:
    """A filter of the list: its field of `UserQuery`, and what the API and others call it.

    `holds` tells whether a row is what was asked for; None where no row tells. `find_checks` gives
    checks that a first page of at least one user allows; one of them honoured is enough.
    """

    name: str
    wire_names: tuple[str, ...]
    holds: Callable[[User, str], bool] | None
    find_checks: Callable[[UserPage], tuple[ParameterCheck, ...]]


def same(one: UserPage, other: UserPage) -> bool:
    """Return whether two answers are the same page of the same list."""
    return one.total == other.total and _ids(one) == _ids(other)


def _told(
    name: str,
    wire_names: tuple[str, ...],
    value_of: Callable[[User], str | None],
    documented: tuple[str, ...],
) -> Filter:
    """Return a filter by what every row tells; its check asks for the rarest value."""

    def holds(user: User, wanted: str) -> bool:
        return value_of(user) == wanted

    def find_checks(first: UserPage) -> tuple[ParameterCheck, ...]:
        wanted = _rarest([value_of(user) or "" for user in first.users], documented)
        query = UserQuery().changed(**{name: wanted})
        return (
            ParameterCheck(
                name, query, lambda page: all(holds(user, wanted) for user in page.users)
            ),
        )

    return Filter(name, wire_names, holds, find_checks)


def _untold(name: str, wire_names: tuple[str, ...], values: tuple[str, ...]) -> Filter:
    """Return a filter by what no row tells: a query with a value must not get the same page."""

    def find_checks(first: UserPage) -> tuple[ParameterCheck, ...]:
        return tuple(
            ParameterCheck(
                name, UserQuery().changed(**{name: value}), lambda page: not same(first, page)
            )
            for value in values  # all users may be of one
        )

    return Filter(name, wire_names, None, find_checks)


def _matches(user: User, search: str) -> bool:
    wanted = {comparable(search), search.lower()}
    texts = (comparable(user.email), user.email.lower(), str(user.id), user.phone or "")
    return any(text in each for text in wanted for each in texts)


def _search_checks(first: UserPage) -> tuple[ParameterCheck, ...]:
    """Search for one of several users; where there is only one, for an email that no one has."""
    users = first.users
    if len(users) == 1:
        query = UserQuery(search=f"no-one-{secrets.token_hex(8)}@example.com")
        return (ParameterCheck("search", query, lambda page: not page.rows),)
    wanted = users[-1].email
    return (
        ParameterCheck(
            "search",
            UserQuery(search=wanted),
            lambda page: bool(page.rows) and {user.email for user in page.users} == {wanted},
        ),
    )


def _rarest(words: list[str], documented: tuple[str, ...]) -> str:
    """Return a word that not every user has: the rarest one, or else one that none has."""
    counted = Counter(word for word in words if word)
    if len(counted) > 1:
        return min(counted, key=lambda word: counted[word])
    return next(word for word in documented if word not in counted)


def _ids(page: UserPage) -> list[object]:
    return [user.id for user in page.users]


FILTERS = (
    _told(
        "status",
        ("status", "user_status", "state", "userStatus"),
        lambda user: user.status_text,
        ("pending", "active", "suspended"),
    ),
    _told(
        "country_code",
        ("countryCode", "country_code", "country"),
        lambda user: user.country_code,
        ("CO", "MX"),
    ),
    _untold("user_type", ("userType", "user_type", "type"), ("business", "personal")),
    Filter("search", ("search", "query", "q", "email", "searchTerm"), _matches, _search_checks),
)

WIRE_NAMES: Mapping[str, tuple[str, ...]] = {
    "page": ("page", "page_number", "p", "pageNumber", "currentPage"),
    "limit": ("limit", "page_size", "per_page", "pageSize", "perPage", "size"),
    **{each.name: each.wire_names for each in FILTERS},
    "cursor": ("cursor", "next_cursor", "after", "nextCursor"),
}
"""Our names -> the contract's, then those of other servers: snake case, short words, camel case."""

LIST_PARAMS: Mapping[str, str] = {name: names[0] for name, names in WIRE_NAMES.items()}
"""Our names of the list's parameters -> theirs; the setting PARTNER_LIST_PARAMS overrides."""
