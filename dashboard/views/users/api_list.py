"""The API's own list of users: one call, and a page of what it answers."""

from dataclasses import replace
from functools import partial

from flask import redirect
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from dashboard.forms.users import CHOICES, UserFilterForm
from dashboard.partner.errors import PartnerError
from dashboard.partner.list_filters import UserQuery
from dashboard.services.directory.status import Coverage
from dashboard.web.addresses import user_address
from dashboard.web.context import services
from dashboard.web.htmx import redirect_to, respond
from dashboard.web.sight import sees_personal
from dashboard.web.users.lists import (
    explain_api_list,
    find_named,
    has_blanks,
    kept_filters,
    list_urls,
    respond_without_list,
    several_known,
)


def respond_with_api_list(
    given: MultiDict[str, str], status: Coverage, *, typing: bool
) -> ResponseReturnValue:
    """Show the API's list. `status` says whether ours could be shown."""
    form = UserFilterForm(given)
    form.validate()
    filters, dropped = form.query(), form.dropped()
    finds = None if typing or not filters.search else find_named(filters.search)
    if finds and finds.only:
        return redirect_to(user_address(finds))
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
        named=several_known(finds),
        list_url=list_url,
        kept_filters=kept_filters(filters, form.source.data),
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
    is_first = filters.page == 1 and not filters.cursor
    is_ignored = "search" in found.broken  # these rows are anyone
    is_empty = is_ignored or not (found.rows or found.total)
    shown = explain_api_list(filters.search) if filters.search and is_first and is_empty else {}
    return page(found=found, **shown, broken=form.words(found.broken))
