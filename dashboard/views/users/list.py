"""The list of users, from our own copy once it is complete, and the box that finds them."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from dashboard.forms.directory import list_arguments
from dashboard.forms.users import STATUSES, USER_TYPES, FindForm
from dashboard.services.countries import CODES
from dashboard.services.directory.box import Finds
from dashboard.services.directory.filters import (
    COLUMNS,
    COUNT_MAX,
    DENSITIES,
    ROWS,
    ListFilters,
    Sort,
)
from dashboard.services.directory.listing import NOTHING, Listing
from dashboard.services.directory.reading import Reading
from dashboard.services.directory.status import Coverage
from dashboard.services.permissions import Permission
from dashboard.services.selections.selections import MOST
from dashboard.services.tokens.receipts import Grant
from dashboard.views.users import blueprint
from dashboard.views.users.api_list import respond_with_api_list
from dashboard.web.addresses import only_place, our_hosts, user_address, users_urls
from dashboard.web.context import services
from dashboard.web.copy_lists import copy_urls, list_form, own_look, seal_list
from dashboard.web.htmx import redirect_to, respond, target, triggered_by
from dashboard.web.routing import route
from dashboard.web.saved_views import open_view
from dashboard.web.sight import reader, sees_personal
from dashboard.web.users.lists import (
    API,
    SEARCH_BOX,
    explain,
    explain_our_list,
    find_named,
    has_blanks,
    several_known,
)
from dashboard.web.users.picks import find_picks
from dashboard.web.users.rows import rows_of

BOX_FIELDS = frozenset({"csrf_token", "q"})
RESULTS = "results"  # root id of the list
CHOICES = {
    "columns": COLUMNS,
    "density": DENSITIES,
    "rows": ROWS,
}


@route(blueprint, "/users", access=Permission.USERS_READ)
def index() -> ResponseReturnValue:
    """List users by the filters in the address; a whole value leads to the user who has it."""
    if "view" in request.args:
        return open_view(request.args["view"])
    return _list(request.args, typing=triggered_by(SEARCH_BOX))


def _list(given: MultiDict[str, str], *, typing: bool) -> ResponseReturnValue:
    """List users by filters. While someone types, no value leads away from the list."""
    status = services().directory.listing.status()
    if given.get("source") == API or not status.is_complete:
        return respond_with_api_list(given, status, typing=typing)
    return _our_list(given, status, typing=typing)


def _our_list(given: MultiDict[str, str], status: Coverage, *, typing: bool) -> ResponseReturnValue:
    look = own_look()
    form = list_form(given, look)
    filters, dropped = form.filters(), form.dropped()
    finds = None if typing or not filters.search else find_named(filters.search)
    if finds and finds.only:
        return redirect_to(user_address(finds))
    list_url = copy_urls(look)
    if has_blanks() and not dropped:
        return redirect(list_url(filters), 303)
    directory = services().directory.listing
    query = directory.query(filters, reader())
    masked_search = filters.search and not sees_personal()
    listing = (
        NOTHING
        if masked_search
        else directory.find(query, filters, with_tags="tags" in look.columns)
    )
    if listing.damaged:
        filters, dropped = filters.changed(), form.dropped(listing.damaged)
    total = COUNT_MAX + 1 if listing.counts.total is None else listing.counts.total
    shown = explain_our_list(filters.search) if filters.search and not listing.rows else {}
    return respond(
        "users/list/index.html",
        fragments={"results": "users/list/_results.html"},
        url=list_url(filters),
        replaces=typing,
        status_of=status,
        filters=filters,
        kept_filters=list_arguments(filters.changed(search=""), look.rows),
        dropped=dropped,
        named=several_known(finds),
        listing=listing,
        rows=rows_of(listing.rows, query.words),
        words=query.words,
        list_url=list_url,
        list_arguments=list_arguments,
        sorts={sort.value: sort for sort in Sort},
        opened_from=seal_list(list_url(filters)),
        count_max=COUNT_MAX,
        values=_values(listing, filters),
        other_statuses=listing.other_statuses(STATUSES, filters.status),
        look=look,
        picks=find_picks(list_url(filters), [row.entry.user_id for row in listing.rows], total),
        most_selected=MOST,
        choices=CHOICES,
        colleagues=services().owners.ownership.owners(),
        **shown,
    )


def _values(listing: Listing, filters: ListFilters) -> dict[str, list[str]]:
    """Return the values to choose from: all countries, where those of users are not known."""
    counts = listing.counts
    countries = CODES if counts.are_least or not counts.by_value.get("country_code") else ()
    return {
        "country": listing.values("country_code", countries, filters.country),
        "language": listing.values("language", (), filters.language),
        "user_type": listing.values("user_type", USER_TYPES, filters.user_type),
    }


@route(blueprint, "/users/find", access=Permission.USERS_READ, method="POST")
def find() -> ResponseReturnValue:
    """Find the users that a text means. While someone types, nothing leads away from the list.

    A text that may hold a secret is in this answer only, never in an address.
    """
    form = FindForm(request.form)
    if not form.validate():
        return _found(form, status=400)
    box, masked = services().directory.box, not sees_personal()
    reading = box.read(form.q.data or "", our_hosts(), masked=masked)
    finds, typing = box.find(reading, masked=masked), triggered_by(SEARCH_BOX)
    issued = services().tokens.receipts.recognise(reading.tokens)
    if not typing and (place := only_place(finds, issued)):
        return redirect_to(place)
    if not reading.text or (reading.is_plain and (typing or not finds.users)):
        return _list_matching(reading.text)
    return _found(form, reading=reading, finds=finds, issued=issued)


def _list_matching(text: str) -> ResponseReturnValue:
    """Give the list of those who match a short text, with the filters that were sent along."""
    sent = {name: value for name, value in request.form.items() if value and name not in BOX_FIELDS}
    given = MultiDict({**sent, **({"q": text} if text else {})})
    if target() == RESULTS:
        return _list(given, typing=triggered_by(SEARCH_BOX))
    return redirect_to(users_urls()(given))


def _found(
    form: FindForm,
    *,
    reading: Reading | None = None,
    finds: Finds | None = None,
    issued: Sequence[Grant] = (),
    status: int = 200,
) -> ResponseReturnValue:
    """Show the users that a text names, and what of it was not found, in this answer only."""
    shown: dict[str, Any] = {"reading": reading}
    if reading and finds and not finds.users:
        shown = explain(reading)
    elif reading:
        shown["copy"] = services().directory.status.coverage()
    return respond(
        "users/found.html",
        fragments={RESULTS: "users/_found_people.html"},
        url=url_for("users.index"),
        replaces=True,
        status=status,
        form=form,
        finds=finds,
        issued=issued,
        **shown,
    )
