"""Saved views: the page of all, saving one, and changing one. A person's own need no permission."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.saved_views import CHANGES, SavedViewForm, ViewNameForm, filter_of, list_query
from dashboard.services.permissions import Permission
from dashboard.services.saved_views.views import NoSuchViewError, NotYoursError, ViewRefusal
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import services, signed_in
from dashboard.web.htmx import redirect_to, respond, target
from dashboard.web.routing import Open, route
from dashboard.web.saved_views import (
    MANY,
    SAID,
    current_filter,
    list_url,
    no_such_view,
    open_view,
    respond_quietly,
    shown_views,
    view_id,
    viewer,
)
from dashboard.web.sight import sees_personal

blueprint = Blueprint("saved_views", __name__)
blueprint.add_app_template_global(current_filter, "current_filter")
blueprint.add_app_template_global(list_query, "list_query")
NAVIGATION, RECENT = "saved-views", "recent-users"


@route(blueprint, "/views", access=Permission.USERS_READ)
def index() -> ResponseReturnValue:
    """Show all views, or a part that every page loads: its navigation, users opened last."""
    if target() in {NAVIGATION, RECENT}:
        return respond_quietly(partial(_page, target()))
    return _page()


@route(blueprint, "/views/new", access=Permission.USERS_READ)
def new() -> ResponseReturnValue:
    """Show the form that saves the filter in the address."""
    given = {"filter": list_query(filter_of(request.query_string.decode(errors="replace")))}
    return _new(SavedViewForm(restore_form("saved_views.create"), data=given))


@route(blueprint, "/views", access=Open.STAFF, method="POST", form_at="saved_views.new")
def create() -> ResponseReturnValue:
    """Save a view; sharing it needs a permission."""
    _require(Permission.USERS_READ)
    form = SavedViewForm(request.form)
    form.holds = services().directory.listing.holds
    if form.shared.data:
        _require(Permission.VIEWS_SHARE)
    if not form.validate():
        return _new(form, 422)
    chosen, shared = form.chosen(), bool(form.shared.data)
    saved = services().saved_views.views.create(
        viewer(), form.name.data or "", chosen, shared=shared
    )
    if isinstance(saved, ViewRefusal):
        form.refuse(saved)
        return _new(form, 422)
    flash("shared" if shared else "saved", SAID)
    return redirect_to(list_url(chosen))


@route(blueprint, "/views/<number>", access=Permission.USERS_READ)
def show(number: str) -> ResponseReturnValue:
    """Open the list with the view's filter."""
    return open_view(number)


@route(blueprint, "/views/<number>/delete", access=Permission.USERS_READ)
def confirm(number: str) -> ResponseReturnValue:
    """Ask before a view is deleted."""
    shown = next((each for each in shown_views() if each.view.id == view_id(number)), None)
    if shown is None:
        no_such_view()
    if not shown.may_change:
        abort(403)
    return respond("saved_views/delete.html", fragments={}, shown=shown)


@route(
    blueprint,
    "/views/<number>",
    access=Open.STAFF,
    method="POST",
    form_at="saved_views.index",
)
def change(number: str) -> ResponseReturnValue:
    """Rename, share, unshare or delete a view."""
    _require(Permission.USERS_READ)
    wanted = request.form.get("change")
    if wanted not in CHANGES:
        abort(400)
    try:
        form = _change(view_id(number), wanted)
    except NoSuchViewError:
        no_such_view()
    except NotYoursError:
        abort(403)
    if form:
        return _page(status=422, renaming=view_id(number), form=form)
    flash(wanted, SAID)
    return redirect_to(url_for("saved_views.index"))


def _change(number: int, wanted: str) -> ViewNameForm | None:
    """Do what was asked for; return the form where its name is refused."""
    views, by = services().saved_views.views, viewer()
    match wanted:
        case "rename":
            form = ViewNameForm(request.form)
            if not form.validate():
                views.get(by.staff_id, number)
                return form
            if refusal := views.rename(by, number, form.name.data or ""):
                form.refuse(refusal)
                return form
        case "delete":
            views.delete(by, number)
        case _:
            if wanted == "share":
                _require(Permission.VIEWS_SHARE)
            views.share(by, number, shared=wanted == "share")
    return None


def _require(permission: Permission) -> None:
    if not signed_in().may(permission):
        abort(403)


def _new(form: SavedViewForm, status: int = 200) -> ResponseReturnValue:
    """Show the form: on a page, or in place on the list whose filter it saves."""
    in_place = {"save-view": "saved_views/_in_place.html"}
    return respond("saved_views/new.html", fragments=in_place, form=form, status=status)


def _page(part: str = "", *, status: int = 200, **shown: Any) -> ResponseReturnValue:  # noqa: ANN401  what the template shows
    recent = services().saved_views.palette.recent
    return respond(
        "saved_views/index.html",
        fragments={NAVIGATION: "saved_views/_nav.html", RECENT: "saved_views/_recent.html"},
        status=status,
        views=shown_views() if part != RECENT else (),
        recent=recent(signed_in().staff.id) if part != NAVIGATION else (),
        most=MANY,
        shows_names=sees_personal(),
        **shown,
    )
