"""Keeping the ticks of a list, and selecting everyone who matches."""

from collections.abc import Iterable
from urllib.parse import parse_qsl
from uuid import UUID

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from dashboard.forms.desk import DeskForm
from dashboard.forms.selections.keep import Do, TicksForm
from dashboard.services.permissions import Permission
from dashboard.services.selections.selections import MOST, TooManyError
from dashboard.views.selections import blueprint
from dashboard.web.context import services, signed_in
from dashboard.web.copy_lists import list_form, own_look
from dashboard.web.htmx import redirect_to, respond, target
from dashboard.web.routing import route
from dashboard.web.security.redirects import safe_path
from dashboard.web.sight import reader, sees_personal
from dashboard.web.users.picks import find_picks

BAR = "picked"  # root id of the bar
SAID = "selection"  # category of what a list tells about it


@route(blueprint, "/selections", access=Permission.NOTES_WRITE, method="POST")
def keep() -> ResponseReturnValue:
    """Keep what is ticked: show the list again, or only its bar."""
    form = TicksForm(request.form)
    form.validate()
    try:
        _keep(form)
    except TooManyError:
        if target() == BAR:
            return _bar(form, 422)
        flash("too many", SAID)
    return _bar(form) if target() == BAR else redirect_to(_list_of(form))


def _keep(form: TicksForm) -> None:
    selections, staff_id = services().selections, signed_in().staff.id
    match request.form.get("do"):
        case Do.CLEAR:
            selections.clear(staff_id)
        case Do.MATCHING:
            selections.freeze(staff_id, _matching(_list_of(form)))
        case Do.PAGE:
            selections.change(staff_id, form.ticked() | form.on_page(), form.were_ticked())
        case _:
            selections.change(staff_id, form.ticked(), form.were_ticked())


def _bar(form: TicksForm, status: int = 200) -> ResponseReturnValue:
    return respond(
        "selections/_bar.html",
        fragments={BAR: "selections/_bar.html"},
        status=status,
        picks=find_picks(_list_of(form), tuple(form.on_page()), form.total.number),
        most_selected=MOST,
        is_full=status != 200,  # noqa: PLR2004  HTTP's
    )


def _list_of(form: TicksForm) -> str:
    """Return the address of the list, without what can't be one of ours."""
    given = safe_path(form.list.data) or ""
    lists = (url_for("desk.index"), url_for("users.index"))
    return given if given.partition("?")[0] in lists else url_for("users.index")


def _matching(list_url: str) -> Iterable[UUID]:
    """Return who is on a list now, on whichever of its pages."""
    path, _, query = list_url.partition("?")
    given = MultiDict(parse_qsl(query))
    if path == url_for("desk.index"):
        form = DeskForm(given)
        form.validate()
        desk = services().desk.list
        rows = desk.walk(form.filters(), reader(), MOST + 1)
        return [row.user.user_id for row in rows]
    filters = list_form(given, own_look()).filters()
    if filters.search and not sees_personal():
        return ()
    listing = services().directory.listing
    return listing.user_ids(listing.query(filters, reader()), MOST)
