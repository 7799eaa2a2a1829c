"""Log-in, log-out, and how long the session still lasts."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask import session as flask_session
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from dashboard.forms.auth import LoginForm
from dashboard.services.auth.login import LoggedIn, Overloaded, SecondFactorNeeded
from dashboard.services.auth.sessions import Method
from dashboard.services.auth.throttle import Throttled
from dashboard.services.staff.manage import FIRST_ADMIN
from dashboard.web.auth.guard import current_row, current_session
from dashboard.web.auth.known_browser import stranger
from dashboard.web.auth.login import log_in_and_redirect, page_after
from dashboard.web.context import actor, find_current_user, now, services, settings
from dashboard.web.middleware import close_after_response
from dashboard.web.routing import Open, route

blueprint = Blueprint("auth", __name__)


@route(blueprint, "/login", access=Open.EVERYBODY)
def form() -> ResponseReturnValue:
    """Show the log-in, or go on if the person is logged in."""
    if find_current_user():
        return redirect(page_after(request.args.get("next")), 303)
    return render_template(
        "auth/login.html",
        form=LoginForm(next=request.args.get("next")),
        first_admin=FIRST_ADMIN if services().staff.members.is_empty() else None,
    )


@route(blueprint, "/login", access=Open.EVERYBODY, method="POST")
def log_in() -> ResponseReturnValue:
    """Log in: a new session under a new id, or first the second step."""
    entered = LoginForm(request.form)
    if not settings().password_log_in:
        return _switched_off(entered)
    if not entered.validate():
        return _again(entered, 422)
    result = services().auth.login.log_in(
        entered.email.data or "", entered.password.data or "", stranger()
    )
    if isinstance(result, Throttled):
        return _later(_again(entered, 429, wait_s=result.retry_after_s), result.retry_after_s)
    if isinstance(result, Overloaded):
        close_after_response()
        return _later(_again(entered, 503, crowded=True), result.retry_after_s)
    if not isinstance(result, LoggedIn | SecondFactorNeeded):
        return _again(entered, 422, refused="password")
    return log_in_and_redirect(result.staff, Method.PASSWORD, entered.next.data)


@route(blueprint, "/logout", access=Open.STAFF, method="POST")
def log_out() -> ResponseReturnValue:
    """End the session, and let the browser forget the pages it keeps."""
    services().auth.login.log_out(current_row(), actor())
    current_session.row = None  # it has ended
    logout_user()
    flask_session.clear()
    response = make_response(redirect(url_for("auth.form"), 303))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@route(blueprint, "/session", access=Open.STAFF, keeps_alive=False)
def remaining() -> ResponseReturnValue:
    """Return how long the session lasts; asking does not extend it."""
    return _remaining()


@route(blueprint, "/session", access=Open.STAFF, method="POST")
def stay() -> ResponseReturnValue:
    """Restart the idle time, as any page would."""
    return _remaining()


def _remaining() -> ResponseReturnValue:
    row = current_row()
    return {
        "ends_in_s": int((min(row.idle_ends_at, row.ends_at) - now()).total_seconds()),
        "can_stay": row.idle_ends_at < row.ends_at,
    }


def _switched_off(entered: LoginForm) -> Response:
    services().auth.login.refuse(entered.email.data or "", stranger())
    return _again(entered, 403)


def _later(response: Response, retry_after_s: int) -> Response:
    response.headers["Retry-After"] = str(retry_after_s)
    return response


def _again(entered: LoginForm, status: int, **shown: object) -> Response:
    return make_response(render_template("auth/login.html", form=entered, **shown), status)
