"""Lists of users: their addresses, the user a search names, and what to show without the API."""

from collections.abc import Callable
from typing import Any

from flask import Response, request

from dashboard.forms.users import url_arguments
from dashboard.partner.errors import PartnerError
from dashboard.partner.list_filters import UserQuery
from dashboard.services.directory.box import Finds
from dashboard.services.directory.reading import Reading
from dashboard.store.db.database import StoreError
from dashboard.store.users.sightings import NAMED_AT_MOST, KnownUsers
from dashboard.web.addresses import our_hosts, users_urls
from dashboard.web.context import services
from dashboard.web.htmx import wants_fragment
from dashboard.web.problems import log_problem, problem_of, retry_later
from dashboard.web.sight import reader, sees_personal

API = "api"  # the value of `source`
SEARCH_BOX = "users-q"


def list_urls(source: str | None) -> Callable[[UserQuery], str]:
    """Return the function that gives addresses of the API's list; a page has more than a dozen.

    `source` is API where it was asked for in place of ours.
    """
    users_url = users_urls()

    def list_url(filters: UserQuery) -> str:
        return users_url(url_arguments(filters) | ({"source": source} if source else {}))

    return list_url


def has_blanks() -> bool:
    """Return whether the address has blanks, as forms send them without htmx."""
    return not wants_fragment() and any(not value.strip() for value in request.args.values())


def kept_filters(filters: UserQuery, source: str | None) -> dict[str, Any]:
    """Return the filters that a new search keeps, as the address names them."""
    kept = url_arguments(filters.changed(search=""))
    return kept | {"source": source} if source else kept


def find_named(text: str) -> Finds:
    """Return the users that a search names by a whole value, such as an ID or an email."""
    return services().directory.box.find(_read(text), masked=not sees_personal())


def explain_api_list(text: str) -> dict[str, Any]:
    """Return what a page shows where the API's list has no one for a search."""
    return explain(_read(text))


def explain_our_list(text: str) -> dict[str, Any]:
    """Return what a page shows where our copy has no one for a search and other filters."""
    return _explain_missing(_read(text))


def explain(reading: Reading) -> dict[str, Any]:
    """Return the users that our copy has for a text, else what more there is to try."""
    found = services().directory.box.search(reading, reader())
    if not found.entries:
        return _explain_missing(reading)
    copy = services().directory.status.coverage()
    return {
        "reading": reading,
        "matching": found.entries,
        "in_notes": found.in_notes,
        "copy": copy,
    }


def _read(text: str) -> Reading:
    return services().directory.box.read(text, our_hosts(), masked=not sees_personal())


def _explain_missing(reading: Reading) -> dict[str, Any]:
    directory = services().directory
    shown = {
        "reading": reading,
        "copy": directory.status.coverage(),
        "can_look": directory.looks.can_find(reading),
    }
    if not sees_personal():
        return shown
    return shown | {
        "not_here": directory.box.explain(reading, reader()),
        "can_ask": reading.is_plain and not services().upstream.monitor.ignores("search"),
    }


def several_known(finds: Finds | None) -> KnownUsers:
    """Return the users of a search that names more than one."""
    ids = [each.user_id for each in finds.users] if finds else []
    return KnownUsers(tuple(ids[:NAMED_AT_MOST]), more=len(ids) > NAMED_AT_MOST)


def respond_without_list(
    error: PartnerError, wanted: UserQuery, page: Callable[..., Response]
) -> Response:
    """Show a page with the problem and the last-known users in place of its list."""
    log_problem(error)
    problem = problem_of(error)
    try:
        remembered = services().users.api.recall(wanted, exactly=not sees_personal())
    except StoreError:
        remembered = None
    shown = {**problem.shown, "problem": problem, "level": "h2", "remembered": remembered}
    return retry_later(page(status=problem.status, **shown), problem)
