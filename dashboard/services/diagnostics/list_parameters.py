"""Whether the list honours a parameter: ask for something that shows, and look at what comes.

Each trial asks for what the first page shows to be a difference, such as the rarest status on it.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from dashboard.partner.client import UserQuery
from dashboard.partner.responses import ListPaging, User, UserPage

Judge = Callable[[UserPage], bool]

OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "limit": ("page_size", "per_page", "pageSize", "perPage", "size"),
    "page": ("page_number", "p", "pageNumber", "currentPage"),
    "cursor": ("next_cursor", "after", "nextCursor"),
    "status": ("user_status", "state", "userStatus"),
    "country_code": ("country_code", "country"),
    "user_type": ("user_type", "type"),
    "search": ("query", "q", "email", "searchTerm"),
}
"""What other servers call them, family by family: snake case, short words, camel case."""


@dataclass(frozen=True)
class ParameterCheck:
    """One parameter, what to ask for, and how to tell from the answer whether it was honoured."""

    name: str
    query: UserQuery
    is_honoured: Judge


def trials(first: UserPage, *, next_cursor: str | None = None) -> list[ParameterCheck]:
    """Return a trial for each parameter that this first page of at least one user lets us try."""
    users = users_of(first)
    found = [*_limit(first), *_further(first, users[0], next_cursor)]
    found.append(_status(users))
    found.append(_country(users))
    found.append(_user_type(first, "business"))
    found.append(_search(users))
    return found


def other_type(first: UserPage) -> ParameterCheck:
    """Return a second trial of the type, for a partner all of whose users are of one."""
    return _user_type(first, "personal")


def together(wanted: list[ParameterCheck]) -> UserQuery:
    """Return one query that asks for what all of these ask for."""
    query = UserQuery()
    for trial in wanted:
        changed = {
            name: value
            for name, value in vars(trial.query).items()
            if value != getattr(UserQuery(), name)
        }
        query = replace(query, **changed)
    return query


def users_of(page: UserPage) -> list[User]:
    """Return the rows that can be read."""
    return [row for row in page.rows if isinstance(row, User)]


def same(one: UserPage, other: UserPage) -> bool:
    """Say whether two answers are the same page of the same list."""
    return one.total == other.total and _ids(one) == _ids(other)


def _limit(first: UserPage) -> list[ParameterCheck]:
    fewer = len(first.rows) // 2
    if not fewer:
        return []
    return [ParameterCheck("limit", UserQuery(limit=fewer), lambda page: len(page.rows) <= fewer)]


def _further(first: UserPage, newest: User, next_cursor: str | None) -> list[ParameterCheck]:
    def moved_on(page: UserPage) -> bool:
        return newest.id not in _ids(page)

    if first.shape.paging is not ListPaging.CURSOR:
        return [ParameterCheck("page", UserQuery(page=2), moved_on)]
    cursor = first.next_cursor or next_cursor
    return [ParameterCheck("cursor", UserQuery(cursor=cursor), moved_on)] if cursor else []


def _status(users: list[User]) -> ParameterCheck:
    wanted = _rarest([user.status_text for user in users], ("pending", "active", "suspended"))
    return ParameterCheck(
        "status",
        UserQuery(status=wanted),
        lambda page: all(user.status_text == wanted for user in users_of(page)),
    )


def _country(users: list[User]) -> ParameterCheck:
    wanted = _rarest([user.country_code or "" for user in users], ("CO", "MX"))
    return ParameterCheck(
        "country_code",
        UserQuery(country_code=wanted),
        lambda page: all(user.country_code == wanted for user in users_of(page)),
    )


def _user_type(first: UserPage, wanted: str) -> ParameterCheck:
    """No row tells its type: who asks for one must not get the same page as who asks for none."""
    return ParameterCheck(
        "user_type", UserQuery(user_type=wanted), lambda page: not same(first, page)
    )


def _search(users: list[User]) -> ParameterCheck:
    """Search for one of several users; where there is but one, for somebody else."""
    if len(users) == 1:
        nobody = f"nobody-{secrets.token_hex(8)}@example.com"
        return ParameterCheck("search", UserQuery(search=nobody), lambda page: not page.rows)
    wanted = users[-1].email
    return ParameterCheck(
        "search",
        UserQuery(search=wanted),
        lambda page: bool(page.rows) and {user.email for user in users_of(page)} == {wanted},
    )


def _rarest(words: list[str], documented: tuple[str, ...]) -> str:
    """Return a word that not every user has: the rarest one, or else one that none has."""
    counted = Counter(word for word in words if word)
    if len(counted) > 1:
        return min(counted, key=lambda word: counted[word])
    return next(word for word in documented if word not in counted)


def _ids(page: UserPage) -> list[object]:
    return [user.id for user in users_of(page)]
