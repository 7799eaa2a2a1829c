"""The list of users."""

from dataclasses import replace
from functools import partial

from flask import redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from dashboard.forms.users import CHOICES, UserFilterForm
from dashboard.partner.errors import PartnerError
from dashboard.services.permissions import Permission
from dashboard.views.users import blueprint
from dashboard.web.context import services
from dashboard.web.htmx import redirect_to, respond, triggered_by, wants_fragment
from dashboard.web.rendering.pii import sees_personal
from dashboard.web.routing import route
from dashboard.web.saved_views import open_view
from dashboard.web.user_lists import (
    SEARCH_BOX,
    explain,
    find_named,
    kept_filters,
    list_urls,
    respond_without_list,
    several_known,
    user_address,
)

SELECTS = ("users-country", "users-type")


@route(blueprint, "/users", access=Permission.USERS_READ)
def index() -> ResponseReturnValue:
    """List users by the filters in the address; a whole value leads to the user who has it."""
    if "view" in request.args:
        return open_view(request.args["view"])
    return show_list(request.args, typing=triggered_by(SEARCH_BOX))


def show_list(given: MultiDict[str, str], *, typing: bool) -> ResponseReturnValue:
    """List users by filters. While someone types, no value leads away from the list."""
    form = UserFilterForm(given)
    form.validate()
    filters, dropped = form.query(), form.dropped()
    finds = None if typing or not filters.search else find_named(filters.search)
    if finds and finds.only:
        return redirect_to(user_address(finds))
    list_url = list_urls()
    canonical = list_url(filters)
    has_blanks = any(not value.strip() for value in given.values())  # as plain forms send
    if has_blanks and not dropped and not wants_fragment():
        return redirect(canonical, 303)
    page = partial(
        respond,
        "users/index.html",
        fragments={"results": "users/_results.html"},
        url=canonical,
        replaces=typing,
        filters=filters,
        dropped=dropped,
        filtering=any(triggered_by(each) for each in SELECTS),
        named=several_known(finds),
        list_url=list_url,
        kept_filters=kept_filters(filters),
        page_url=lambda page: list_url(replace(filters, page=page, cursor="")),
        of=form.known_total(),
        choices=CHOICES,
        words=form.words,
    )
    try:
        found = services().users.api.search(filters, exactly=not sees_personal())
    except PartnerError as error:
        return respond_without_list(error, filters, page)
    shown = explain(filters.search) if filters.search and not found.rows else {}
    return page(found=found, **shown, broken=form.words(found.broken))
