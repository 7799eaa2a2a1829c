"""Searching the API's list for someone who is not in our copy; each look belongs to one person."""

from flask import abort, after_this_request, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from dashboard.forms.users import LookForm
from dashboard.services.directory.look_throughs import LookThrough
from dashboard.services.permissions import Permission
from dashboard.views.users import blueprint
from dashboard.web.context import actor, services, signed_in
from dashboard.web.htmx import FOLLOW, is_poll, redirect_to, respond
from dashboard.web.routing import route
from dashboard.web.sight import sees_personal

PATH = "/users/look-through"
ACCESS = Permission.USERS_READ
SAID = "looking"
STATUS = "users/look_through/_status.html"
POLL_S = 3


@route(blueprint, PATH, access=ACCESS, method="POST")
def look_through() -> ResponseReturnValue:
    """Begin to look for a text."""
    directory = services().directory
    if not directory.looks.is_on:
        abort(404)
    form = LookForm(request.form)
    is_valid = form.validate()
    reading = directory.box.read(form.q.data or "", frozenset(), masked=not sees_personal())
    if not (is_valid and directory.looks.can_find(reading)):
        form.refuse()
        return respond("users/found.html", fragments={}, status=422, form=form, reading=None)
    return _shown(directory.looks.start(reading, signed_in().staff.id, actor()))


@route(blueprint, f"{PATH}/<int:number>", access=ACCESS)
def looking(number: int) -> ResponseReturnValue:
    """Show how far it is, and the users it found. Makes no API call."""
    look = _mine(number)
    fragments = {"looking": STATUS}
    if is_poll():
        fragments[FOLLOW] = STATUS
        after_this_request(_in_place_of_all)
    return respond("users/look_through/index.html", fragments=fragments, look=look, poll_s=POLL_S)


@route(blueprint, f"{PATH}/<int:number>/stop", access=ACCESS, method="POST")
def stop_looking(number: int) -> ResponseReturnValue:
    """Stop; what was found stays."""
    _mine(number)
    services().directory.looks.stop(number, signed_in().staff.id)
    return _shown(number)


@route(blueprint, f"{PATH}/<int:number>/next", access=ACCESS, method="POST")
def look_further(number: int) -> ResponseReturnValue:
    """Read one page where no worker does. One API call."""
    if not _mine(number).worker_runs:
        said = services().directory.look_reader.read_next(number, signed_in().staff.id)
        flash(said, SAID)
    return _shown(number)


def _mine(number: int) -> LookThrough:
    """Return a look of the person who asks; to anyone else it is not there."""
    staff_id, masked = signed_in().staff.id, not sees_personal()
    return services().directory.looks.find(number, staff_id, masked=masked) or abort(404)


def _shown(number: int) -> ResponseReturnValue:
    return redirect_to(url_for("users.looking", number=number))


def _in_place_of_all(response: Response) -> Response:
    response.headers["HX-Retarget"] = "#looking"
    return response
