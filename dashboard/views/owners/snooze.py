"""Keeping a user off the desk until a day, and showing them again."""

from functools import partial
from http import HTTPStatus
from uuid import UUID

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.story.owners import SnoozeForm
from dashboard.services.owners.snoozing import Snoozed, Snoozing
from dashboard.services.permissions import Permission
from dashboard.views.owners import blueprint
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services, zone
from dashboard.web.htmx import redirect_to, respond
from dashboard.web.routing import route
from dashboard.web.sight import reader

ACCESS = Permission.NOTES_WRITE
_snooze = partial(route, blueprint, "/users/<uuid:user_id>/snooze", access=ACCESS)


@_snooze()
def ask_snooze(user_id: UUID) -> ResponseReturnValue:
    """Ask until when, and why. Makes no call to the API."""
    return _page(user_id, SnoozeForm.read(restore_form("owners.snooze"), _snoozing().days(zone())))


@_snooze(method="POST", form_at="owners.ask_snooze")
def snooze(user_id: UUID) -> ResponseReturnValue:
    """Keep a user off the desk until a day."""
    form = SnoozeForm.read(request.form, _snoozing().days(zone()))
    if not form.validate():
        return _page(user_id, form, 422)
    done = _snoozing().snooze(user_id, reader(), form.chosen(), form.note.text, actor())
    if done is Snoozed.NOT_WAITING:
        return _page(user_id, form, 409, is_off_desk=True)
    flash("snoozed", f"owner {user_id}")
    return redirect_to(url_for("users.show", user_id=user_id))


@route(blueprint, "/users/<uuid:user_id>/wake", access=ACCESS, method="POST")
def wake(user_id: UUID) -> ResponseReturnValue:
    """Show a user on the desk again."""
    _snoozing().wake(user_id, actor())
    flash("woken", f"owner {user_id}")
    return redirect_to(url_for("users.show", user_id=user_id))


def _snoozing() -> Snoozing:
    return services().owners.snoozing


def _page(
    user_id: UUID, form: SnoozeForm, status: int = 200, *, is_off_desk: bool = False
) -> ResponseReturnValue:
    services().users.openings.count(actor(), user_id, follows=True)
    email = services().owners.ownership.find_email(user_id)
    if email is None:
        abort(HTTPStatus.NOT_FOUND)
    return respond(
        "owners/snooze.html",
        fragments={},
        status=status,
        form=form,
        user_id=user_id,
        email=email,
        days=_snoozing().days(zone()),
        is_off_desk=is_off_desk,
    )
