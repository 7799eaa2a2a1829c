"""The API's own list of users: one call, and a page of what it answers."""

from dataclasses import replace
from functools import partial

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.users import CHOICES, UserFilterForm
from dashboard.partner.errors import PartnerError
from dashboard.partner.list_filters import UserQuery
from dashboard.services.directory.status import Coverage
from dashboard.web.context import services
from dashboard.web.htmx import redirect_to, respond, triggered_by
from dashboard.web.rendering.pii import sees_personal
from dashboard.web.user_lists import (
    SEARCH_BOX,
    has_blanks,
    list_urls,
    named_users,
    respond_without_list,
)

SELECTS = ("users-country", "users-type")


def respond_with_api_list(status: Coverage | None) -> ResponseReturnValue:
    """Show the API's list. `status` says why it is not ours, None where it was asked for."""
    form = UserFilterForm(request.args)
    form.validate()
    filters, dropped = form.query(), form.dropped()
    typing = triggered_by(SEARCH_BOX)
    named = named_users("" if typing else filters.search)
    if named.only:
        return redirect_to(url_for("users.show", user_id=named.only))
    list_url = list_urls(form.source.data)
    canonical = list_url(filters)
    if has_blanks() and not dropped:
        return redirect(canonical, 303)
    page = partial(
        respond,
        "users/index.html",
        fragments={"results": "users/_results.html"},
        url=canonical,
        replaces=typing,
        our_copy=status,
        filters=filters,
        dropped=dropped,
        filtering=any(triggered_by(each) for each in SELECTS),
        named=named,
        list_url=list_url,
        clear_url=list_url(UserQuery()),
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
