"""The log of requests to the API: all of it for admins, and that of one user on their page."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.logs.requests import RequestsForm, UserRequestsForm
from dashboard.services.permissions import Permission
from dashboard.web.context import services, signed_in
from dashboard.web.htmx import respond
from dashboard.web.rendering.curl import curl
from dashboard.web.routing import route

blueprint = Blueprint("requests", __name__)
OPENERS = (Permission.REQUESTS_READ, Permission.AUDIT_READ)
"""Who may see who opened a user."""


@route(blueprint, "/settings/requests", access=Permission.REQUESTS_READ)
def index() -> ResponseReturnValue:
    """List every request to the API, newest first. Makes none."""
    return _log(RequestsForm(request.args), partial(url_for, "requests.index"))


@route(blueprint, "/users/<uuid:user_id>/requests", access=Permission.USERS_READ)
def of_user(user_id: UUID) -> ResponseReturnValue:
    """List the requests about one user, newest first. Makes none."""
    form, list_url = UserRequestsForm(request.args), partial(url_for, "requests.of_user")
    return _log(form, partial(list_url, user_id=user_id), user_id)


def _log(
    form: UserRequestsForm, list_url: Callable[..., str], user_id: UUID | None = None
) -> ResponseReturnValue:
    form.validate()
    filters, log = form.query(user_id), services().requests
    return respond(
        "requests/index.html",
        fragments={"requests": "requests/_log.html"},
        url=list_url(**form.changed(before=filters.before)),
        log=log.page(filters),
        keep_days=log.keep.days,
        form=form,
        filters=filters,
        dropped=form.dropped(),
        list_url=list_url,
        curl=curl,
        user_id=user_id,
        sees_openers=any(map(signed_in().may, OPENERS)),
    )
