"""The list from our own copy: its addresses, and the way from a user back to it.

A user's address carries the list that they were opened from, sealed for the person who opened it:
a search may be an email, and no address holds one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from dashboard.forms.directory import ListForm, list_arguments
from dashboard.services.directory.filters import ListFilters, ListLook, look_of
from dashboard.web.addresses import users_urls
from dashboard.web.context import services, signed_in
from dashboard.web.sight import reader, sees_personal

OPENED_FROM = "in"  # the argument of a user's address


@dataclass(frozen=True)
class Walk:
    """The addresses of the list that a user was opened from, and of the users beside them."""

    back: str
    previous: str | None
    next: str | None


def own_look() -> ListLook:
    """Return how the person who asks sees the list."""
    return look_of(signed_in().staff.list_choices)


def list_form(given: MultiDict[str, str], look: ListLook) -> ListForm:
    """Return the checked form of an address."""
    holds = services().directory.listing.holds
    form = ListForm(given, sees_personal=sees_personal(), rows=look.rows, holds=holds)
    form.validate()
    return form


def copy_urls(look: ListLook) -> Callable[[ListFilters], str]:
    """Return the function that gives a list's addresses."""
    users_url = users_urls()

    def list_url(filters: ListFilters) -> str:
        return users_url(list_arguments(filters, look.rows))

    return list_url


def seal_list(list_url: str) -> str:
    """Return a list's address as users' addresses carry it."""
    query = list_url.partition("?")[2]
    return services().directory.places.seal(query, _about())


def find_walk(user_id: UUID) -> Walk | None:
    """Return the way on from a user, None where they were not opened from a list of ours."""
    sealed = request.args.get(OPENED_FROM, "")
    query = services().directory.places.open(sealed, _about()) if sealed else None
    if query is None:
        return None
    look = own_look()
    filters = list_form(MultiDict(parse_qsl(query)), look).filters()
    if filters.search and not sees_personal():
        return None
    directory = services().directory.listing
    beside = directory.beside(directory.query(filters, reader()), filters, user_id)
    carried: dict[str, Any] = {OPENED_FROM: sealed}

    def address(other: UUID | None) -> str | None:
        return url_for("users.show", user_id=other, **carried) if other else None

    return Walk(copy_urls(look)(filters), address(beside.previous), address(beside.next))


def _about() -> str:
    return f"list of {signed_in().staff.id}"
