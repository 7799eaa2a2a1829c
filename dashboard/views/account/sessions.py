"""One's own sessions: another one ended, or all others."""

from functools import partial

from flask import Blueprint, abort, flash, url_for
from flask.typing import ResponseReturnValue

from dashboard.web.auth.guard import current_row
from dashboard.web.context import actor, services
from dashboard.web.htmx import redirect_to
from dashboard.web.routing import Open, route

blueprint = Blueprint("sessions", __name__)
_action = partial(
    route, blueprint, access=Open.STAFF, method="POST", step_up="always", form_at="account.index"
)


@_action("/account/sessions/<handle>/end")
def end(handle: str) -> ResponseReturnValue:
    """End one of one's other sessions. Its browser learns of that with its next request."""
    if not services().account.sessions.end_one(current_row(), handle, actor()):
        abort(404)
    return _done("session")


@_action("/account/sessions/end-others")
def end_others() -> ResponseReturnValue:
    """End every session of one's own but this one."""
    services().account.sessions.end_others(current_row(), actor())
    return _done("sessions")


def _done(what: str) -> ResponseReturnValue:
    flash(what, "account")
    return redirect_to(url_for("account.index"))
