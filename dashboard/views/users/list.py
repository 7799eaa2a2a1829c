"""The list of users."""

from dataclasses import replace
from functools import partial

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.users import CHOICES, UserFilterForm
from dashboard.partner.errors import PartnerError
from dashboard.services.permissions import Permission
from dashboard.views.users import blueprint
from dashboard.web.context import services
from dashboard.web.htmx import redirect_to, respond, triggered_by, wants_fragment
from dashboard.web.rendering.pii import sees_personal
from dashboard.web.routing import route
from dashboard.web.saved_views import open_view
from dashboard.web.user_lists import list_urls, named_users, respond_without_list

SEARCH_BOX = "users-q"
SELECTS = ("users-country", "users-type")


@route(blueprint, "/users", access=Permission.USERS_READ)
def index() -> ResponseReturnValue:
    """List users by the filters in the address; a uuid or a known email leads to the user."""
    if "view" in request.args:
        return open_view(request.args["view"])
    form = UserFilterForm(request.args)
    form.validate()
    filters, dropped = form.query(), form.dropped()
    typing = triggered_by(SEARCH_BOX)
    named = named_users("" if typing else filters.search)
    if named.only:
        return redirect_to(url_for("users.show", user_id=named.only))
    list_url = list_urls()
    canonical = list_url(filters)
    has_blanks = any(not value.strip() for value in request.args.values())  # as plain forms send
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
        named=named,
        list_url=list_url,
        page_url=lambda page: list_url(replace(filters, page=page, cursor="")),
        of=form.known_total(),
        choices=CHOICES,
        words=form.words,
    )
    try:
        found = services().users.api.search(filters, exactly=not sees_personal())
    except PartnerError as error:
        return respond_without_list(error, filters, page)
    return page(found=found, broken=form.words(found.broken))
