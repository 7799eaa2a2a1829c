"""Check a page of the list of users against the request, filter by filter."""

from collections.abc import Mapping
from uuid import UUID

from dashboard.partner.list_filters import FILTERS, Filter, UserQuery
from dashboard.partner.responses import ListPaging, User, UserPage

Known = Mapping[str, Mapping[UUID, str]]
"""What we know of users and no row of the list tells, by the name of the filter."""


def find_honoured(query: UserQuery, found: UserPage, known: Known) -> dict[str, bool]:
    """Return whether each parameter was honoured, where this page shows it; most show little.

    An empty page shows nothing of a filter, and the first page nothing of `page`.
    """
    honoured = {}
    for each in FILTERS:
        wanted = query.asked.get(each.name)
        if wanted and any(_shows(each, user, known) for user in found.users):
            honoured[each.name] = all(_holds(each, user, wanted, known) for user in found.users)
    if not query.cursor and page_of(query, found) != query.page:
        honoured["page"] = False
    elif query.page > 1 and found.page == query.page:
        honoured["page"] = True
    if len(found.rows) > query.limit or found.limit not in {None, query.limit}:
        honoured["limit"] = False
    elif found.limit == query.limit != UserQuery.limit:
        honoured["limit"] = True
    return honoured


def page_of(query: UserQuery, found: UserPage) -> int:
    """Return which page this is: a server that pages by cursor knows no numbers."""
    by_cursor = found.next_cursor or found.shape.paging is ListPaging.CURSOR
    return found.page or (1 if by_cursor else query.page)


def _holds(each: Filter, user: User, wanted: str, known: Known) -> bool:
    if each.holds:
        return each.holds(user, wanted)
    return known.get(each.name, {}).get(user.id, wanted) == wanted


def _shows(each: Filter, user: User, known: Known) -> bool:
    return each.holds is not None or user.id in known.get(each.name, {})
