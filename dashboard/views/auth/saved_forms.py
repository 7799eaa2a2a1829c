"""Where a page brings what was typed in it, once its session has come to an end."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from dashboard.web.auth.saved_forms import keep as keep_form
from dashboard.web.context import signed_in
from dashboard.web.htmx import redirect_to, return_path
from dashboard.web.routing import Open, route

blueprint = Blueprint("kept", __name__)


@route(blueprint, "/kept", access=Open.STAFF, method="POST", keeps_alive=False)
def keep() -> ResponseReturnValue:
    """Lead back to the form. Usually no one is logged in, and the guard keeps it for the log-in."""
    back = keep_form(signed_in().staff.id) or return_path()
    return redirect_to(back or url_for("overview.index"))
