"""The contact log of a user: noted by the controls of pages, or added by hand."""

from http import HTTPStatus
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.story.contacts import ContactForm
from dashboard.services.contacts.log import Noted
from dashboard.services.permissions import Permission
from dashboard.views.contacts import blueprint
from dashboard.web.context import services, signed_in
from dashboard.web.htmx import redirect_to, respond, target, wants_fragment
from dashboard.web.routing import route

PATH = "/users/<uuid:user_id>/contacts"
ACCESS = Permission.NOTES_WRITE
LAST = "last-contact"
REFUSED = {
    Noted.NO_SUCH_USER: HTTPStatus.NOT_FOUND,
    Noted.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
}


@route(blueprint, PATH, access=ACCESS, method="POST")
def add(user_id: UUID) -> ResponseReturnValue:
    """Note a contact. A script gets the new last contact, or nothing to show."""
    form = ContactForm(request.form)
    if not form.validate():
        abort(HTTPStatus.BAD_REQUEST)
    noted = services().contacts.log.add(user_id, signed_in().staff.id, form.contact())
    if noted is not Noted.NOTED:
        abort(REFUSED[noted])
    return _shown(user_id, "added")


@route(blueprint, f"{PATH}/<int:number>/undo", access=ACCESS, method="POST")
def undo(user_id: UUID, number: int) -> ResponseReturnValue:
    """Take out what the person has just noted."""
    is_undone = services().contacts.log.undo(user_id, signed_in().staff.id, number)
    return _shown(user_id, "undone" if is_undone else "kept")


def _shown(user_id: UUID, said: str) -> ResponseReturnValue:
    if not wants_fragment():
        flash(said, f"contact {user_id}")
        return redirect_to(url_for("users.show", user_id=user_id))
    if target() != LAST:
        return Response(status=HTTPStatus.NO_CONTENT)
    return respond(
        "contacts/_last.html",
        fragments={LAST: "contacts/_last.html"},
        user_id=user_id,
        contacts=services().contacts.log.of_user(user_id, signed_in().staff.id),
    )
