"""Exporting the active verification links of a selection."""

from functools import partial

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.forms.exports import FORMATS
from dashboard.forms.selections.changes import SelectionLinksForm
from dashboard.services.files.tables import Format
from dashboard.services.permissions import Permission
from dashboard.services.selections.selections import FrozenUsers
from dashboard.views.selections import blueprint
from dashboard.views.selections.parts import find_back, find_users
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services, settings
from dashboard.web.files import MIMETYPES, give
from dashboard.web.htmx import respond
from dashboard.web.routing import route
from dashboard.web.sight import sees_personal

_links = partial(
    route,
    blueprint,
    "/selections/<int:number>/links",
    access=Permission.KYC_BULK,
    step_up=True,
)


@_links()
def links(number: int) -> ResponseReturnValue:
    """Ask what the export is for."""
    users, restored = find_users(number), restore_form("selections.export_links")
    return _page(users, SelectionLinksForm(restored, data={"format": Format.CSV.value}))


@_links(method="POST", form_at="selections.links")
def export_links(number: int) -> ResponseReturnValue:
    """Give a file with the active links."""
    users, form = find_users(number), SelectionLinksForm(request.form)
    if not form.validate():
        return _page(users, form, status=422)
    if form.seen.data != users.mark:
        return _page(users, form, has_changed=True, status=409)
    order = form.command(actor(), plain=sees_personal())
    export = services().exports.links.export(users.user_ids, order)
    name = f"links-{settings().environment}-{export.at:%Y-%m-%d-%H%M%S}.{order.form.value}"
    return give(export, name, MIMETYPES[order.form])


def _page(
    users: FrozenUsers, form: SelectionLinksForm, *, has_changed: bool = False, status: int = 200
) -> ResponseReturnValue:
    return respond(
        "selections/links.html",
        fragments={},
        status=status,
        form=form,
        users=users,
        formats=FORMATS,
        size=services().exports.links.size(users.user_ids),
        has_changed=has_changed,
        back=find_back(form.back.data),
    )
