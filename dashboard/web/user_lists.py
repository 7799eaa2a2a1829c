"""Lists of users: their addresses, the user a search names, and what to show without the API."""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Response, request, url_for

from dashboard.forms.users import url_arguments
from dashboard.partner.errors import PartnerError
from dashboard.partner.list_filters import UserQuery
from dashboard.store.db.database import StoreError
from dashboard.store.users.sightings import KnownUsers
from dashboard.text.ids import find_uuid
from dashboard.web.context import services
from dashboard.web.htmx import wants_fragment
from dashboard.web.problems import log_problem, problem_of, retry_later
from dashboard.web.rendering.pii import sees_personal

API = "api"  # the value of `source`
SEARCH_BOX = "users-q"
PLAIN_IN_QUERY = "!$'()*,/:;?@"  # as `url_for` leaves it


def list_urls(source: str | None) -> Callable[[UserQuery], str]:
    """Return the function that gives addresses of the API's list; a page has more than a dozen.

    `source` is API where it was asked for in place of ours.
    """
    address = url_for("users.index")

    def list_url(filters: UserQuery) -> str:
        arguments = url_arguments(filters) | ({"source": source} if source else {})
        query = urlencode(arguments, safe=PLAIN_IN_QUERY)
        return f"{address}?{query}" if query else address

    return list_url


def has_blanks() -> bool:
    """Return whether the address has blanks, as forms send them without htmx."""
    return not wants_fragment() and any(not value.strip() for value in request.args.values())


def named_users(text: str) -> KnownUsers:
    """Return the users that the search names: by ID, or by an email that we have seen."""
    if user_id := find_uuid(text):
        return KnownUsers((user_id,))
    return services().users.api.of_email(text) if "@" in text else KnownUsers()


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
