"""Test whether the list honours a parameter: ask for something that shows, and check the answer.

Each check asks for what the first page shows to be a difference, such as the rarest status on it.
"""

from dataclasses import replace

from dashboard.partner.list_filters import FILTERS, ParameterCheck, UserQuery
from dashboard.partner.responses import ListPaging, UserPage


def find_checks(
    first: UserPage, *, next_cursor: str | None = None
) -> list[tuple[ParameterCheck, ...]]:
    """Return the checks of each parameter that this first page of at least one user allows.

    One of a parameter's checks honoured is enough.
    """
    paging = [*_limit(first), *_further(first, next_cursor)]
    return [(check,) for check in paging] + [each.find_checks(first) for each in FILTERS]


def together(wanted: list[ParameterCheck]) -> UserQuery:
    """Return one query that combines all of these."""
    query = UserQuery()
    for trial in wanted:
        changed = {
            name: value
            for name, value in vars(trial.query).items()
            if value != getattr(UserQuery(), name)
        }
        query = replace(query, **changed)
    return query


def _limit(first: UserPage) -> list[ParameterCheck]:
    fewer = len(first.rows) // 2
    if not fewer:
        return []
    return [ParameterCheck("limit", UserQuery(limit=fewer), lambda page: len(page.rows) <= fewer)]


def _further(first: UserPage, next_cursor: str | None) -> list[ParameterCheck]:
    newest = first.users[0]

    def moved_on(page: UserPage) -> bool:
        return newest.id not in {user.id for user in page.users}

    if first.shape.paging is not ListPaging.CURSOR:
        return [ParameterCheck("page", UserQuery(page=2), moved_on)]
    cursor = first.next_cursor or next_cursor
    return [ParameterCheck("cursor", UserQuery(cursor=cursor), moved_on)] if cursor else []
