"""The page behind a one-time link, for members who have no password yet, or no longer."""

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from dashboard.forms.account import NewPasswordForm
from dashboard.services.auth.login import LoggedIn
from dashboard.services.auth.password_rules import WeakPasswordError
from dashboard.services.auth.sessions import Method
from dashboard.services.auth.throttle import Throttled
from dashboard.web.auth.known_browser import stranger
from dashboard.web.auth.login import log_in_and_redirect
from dashboard.web.context import services, settings
from dashboard.web.routing import Open, route

blueprint = Blueprint("links", __name__)


@route(blueprint, "/link/<token>", access=Open.EVERYBODY)
def show(token: str) -> ResponseReturnValue:
    """Show whose link it is. Looking does not use it up: mail scanners look too."""
    return _page(token, NewPasswordForm())


@route(blueprint, "/link/<token>", access=Open.EVERYBODY, method="POST")
def use(token: str) -> ResponseReturnValue:
    """Set the password, use the link up, and let its member in as the log-in would."""
    form = NewPasswordForm(request.form)
    if not settings().password_log_in:
        return _page(token, form, 403)
    if not form.validate():
        return _page(token, form, 422)
    try:
        result = services().auth.links.use(token, form.new_password.data or "", stranger())
    except WeakPasswordError as error:
        form.refuse(error.weakness)
        return _page(token, form, 422)
    if isinstance(result, Throttled):
        return _page(token, form, 429, wait_s=result.retry_after_s)
    if not isinstance(result, LoggedIn):
        return _page(token, form)
    return log_in_and_redirect(result.staff, Method.LINK)


def _page(
    token: str, form: NewPasswordForm, status: int = 200, *, wait_s: int | None = None
) -> Response:
    """Render the form, or that the link doesn't work: one page for every reason."""
    link = services().auth.links.find(token)
    page = render_template(
        "auth/one_time_link.html", form=form, link=link, token=token, wait_s=wait_s
    )
    response = make_response(page, status if link or wait_s else 404)
    # The address is the secret: not even the requests for our own files name it.
    response.headers["Referrer-Policy"] = "strict-origin"
    if wait_s:
        response.headers["Retry-After"] = str(wait_s)
    return response
