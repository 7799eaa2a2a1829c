"""Giving a user another owner: oneself, a colleague or no one."""

from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from dashboard.forms.desk import DeskForm, desk_arguments
from dashboard.forms.story.owners import OwnerForm
from dashboard.services.owners.ownership import Given
from dashboard.services.permissions import Permission
from dashboard.views.owners import blueprint
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services, signed_in
from dashboard.web.htmx import redirect_to, respond, shown_page, target
from dashboard.web.parts import IN_PLACE
from dashboard.web.routing import route
from dashboard.web.sight import reader

_owner = partial(route, blueprint, "/users/<uuid:user_id>/owner", access=Permission.NOTES_WRITE)


@_owner()
def ask(user_id: UUID) -> ResponseReturnValue:
    """Show who owns a user, and who can. Makes no call to the API."""
    return _page(user_id, OwnerForm(restore_form("owners.change")))


@_owner(method="POST", form_at="owners.ask")
def change(user_id: UUID) -> ResponseReturnValue:
    """Give a user another owner, unless it is no longer the one that the person saw."""
    form = OwnerForm(request.form)
    if not form.validate():
        return _page(user_id, form, 422)
    given = services().owners.ownership.change(user_id, form.command(), actor())
    if given is Given.NO_SUCH_USER:
        abort(HTTPStatus.NOT_FOUND)
    if given is Given.OVERTAKEN:
        return _page(user_id, form, 409, is_overtaken=True)
    if given is not Given.DONE:
        form.refuse(note=given is Given.NO_NOTE)
        return _page(user_id, form, 422)
    return _done(user_id, form)


def _done(user_id: UUID, form: OwnerForm) -> ResponseReturnValue:
    """Show the row of a list again, or the page that the form was on."""
    row = services().desk.list.row(user_id) if target() == f"row-{user_id}" else None
    if row:
        page, fragments = "desk/_row.html", {target(): "desk/_row.html"}
        return respond(page, fragments=fragments, row=row, in_place=IN_PLACE, **_desk_around())
    flash(form.said, f"owner {user_id}")
    page = shown_page() or ""
    is_list = page.partition("?")[0] == url_for("desk.index")
    return redirect_to(page if is_list else url_for("users.show", user_id=user_id))


def _desk_around() -> dict[str, Any]:
    """Return the desk that the browser shows: the counts of its tabs have changed."""
    path, _, query = (shown_page() or "").partition("?")
    if path != url_for("desk.index"):
        return {}
    form = DeskForm(MultiDict(parse_qsl(query)))
    form.validate()
    filters = form.filters()
    return {
        "desk": services().desk.list.find(filters, reader()),
        "desk_url": lambda changed: url_for("desk.index", **desk_arguments(changed)),
        "filters": filters,
    }


def _page(
    user_id: UUID, form: OwnerForm, status: int = 200, *, is_overtaken: bool = False
) -> ResponseReturnValue:
    services().users.openings.count(actor(), user_id, follows=True)
    ownership = services().owners.ownership
    email = ownership.find_email(user_id)
    if email is None:
        abort(HTTPStatus.NOT_FOUND)
    return respond(
        "owners/owner.html",
        fragments={},
        status=status,
        form=form,
        user_id=user_id,
        follow_up=ownership.of_user(user_id),
        colleagues=[
            (each.email, each.name)
            for each in ownership.colleagues()
            if each.id != signed_in().staff.id
        ],
        email=email,
        is_overtaken=is_overtaken,
    )
