"""Erasing what we keep about a user."""

from functools import partial
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.erasure import EraseForm
from dashboard.services.permissions import Permission
from dashboard.services.users.erasure import PAGE_S, UnsettledError
from dashboard.views.users import blueprint
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services
from dashboard.web.htmx import redirect_to, respond
from dashboard.web.routing import route

PATH = "/users/<uuid:user_id>/erase"
_erase = partial(route, blueprint, PATH, access=Permission.USERS_ERASE)


@_erase()
def ask_to_erase(user_id: UUID) -> ResponseReturnValue:
    """Show what we keep about a user, and what was erased last. Makes no API call."""
    return _page(user_id, EraseForm(restore_form("users.erase")))


@_erase(method="POST", step_up=True, form_at="users.ask_to_erase")
def erase(user_id: UUID) -> ResponseReturnValue:
    """Erase what we keep about a user."""
    form = EraseForm(request.form)
    form.must_confirm(services().users.erasure.find(user_id).email or str(user_id))
    if not form.validate():
        return _page(user_id, form, 422)
    try:
        services().users.erasure.erase(user_id, form.reason.data or "", actor())
    except UnsettledError:
        return _page(user_id, form, 409)
    services().users.erasure.remove_leftovers(PAGE_S)
    return redirect_to(url_for("users.ask_to_erase", user_id=user_id))


def _page(user_id: UUID, form: EraseForm, status: int = 200) -> ResponseReturnValue:
    return respond(
        "users/erase.html",
        fragments={},
        status=status,
        user_id=user_id,
        form=form,
        kept=services().users.erasure.find(user_id),
    )
