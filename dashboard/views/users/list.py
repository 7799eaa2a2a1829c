"""The list of users: from our own copy once it is complete, else the API's own."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.directory import list_arguments
from dashboard.forms.users import USER_TYPES
from dashboard.services.countries import CODES
from dashboard.services.directory.filters import COLUMNS, COUNT_MAX, DENSITIES, ROWS, KycLane, Sort
from dashboard.services.directory.listing import NOTHING
from dashboard.services.directory.status import DirectoryStatus
from dashboard.services.permissions import Permission
from dashboard.views.users import blueprint
from dashboard.views.users.api_list import respond_with_api_list
from dashboard.web.context import services, zone
from dashboard.web.copy_lists import copy_urls, list_form, own_look, seal_list
from dashboard.web.htmx import redirect_to, respond, triggered_by
from dashboard.web.rendering.pii import sees_personal
from dashboard.web.routing import route
from dashboard.web.saved_views import open_view
from dashboard.web.user_lists import API, SEARCH_BOX, has_blanks, named_users

CHOICES = {
    "columns": COLUMNS,
    "density": DENSITIES,
    "kyc": tuple(KycLane),
    "rows": ROWS,
    "user_type": USER_TYPES,
}


@route(blueprint, "/users", access=Permission.USERS_READ)
def index() -> ResponseReturnValue:
    """List users by the filters in the address; a uuid or a known email leads to the user."""
    if "view" in request.args:
        return open_view(request.args["view"])
    if request.args.get("source") == API:
        return respond_with_api_list(None)
    status = services().directory.listing.status()
    return _our_list(status) if status.has_swept else respond_with_api_list(status)


def _our_list(status: DirectoryStatus) -> ResponseReturnValue:
    look = own_look()
    form = list_form(request.args, look)
    filters, dropped = form.filters(), form.dropped()
    typing = triggered_by(SEARCH_BOX)
    named = named_users("" if typing else filters.search)
    if named.only:
        return redirect_to(url_for("users.show", user_id=named.only))
    list_url = copy_urls(look)
    if has_blanks() and not dropped:
        return redirect(list_url(filters), 303)
    directory = services().directory.listing
    if filters.search and not sees_personal():
        listing = NOTHING
    else:
        listing = directory.find(directory.query(filters, zone()), filters)
    if listing.damaged:
        filters, dropped = filters.changed(), [*dropped, listing.damaged]
    return respond(
        "users/list/index.html",
        fragments={"results": "users/list/_results.html"},
        url=list_url(filters),
        replaces=typing,
        status_of=status,
        filters=filters,
        dropped=dropped,
        named=named,
        listing=listing,
        list_url=list_url,
        list_arguments=list_arguments,
        sorts={sort.value: sort for sort in Sort},
        opened_from=seal_list(list_url(filters)),
        count_max=COUNT_MAX,
        countries=CODES,
        look=look,
        choices=CHOICES,
    )
