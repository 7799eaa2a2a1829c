"""Single sign-on: out to the provider, and back."""

import structlog
from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.services.auth.sessions import Method, OpenSession, Showing
from dashboard.services.auth.sso.flow import SingleSignOn
from dashboard.services.auth.sso.models import (
    Refusal,
    SignedOn,
    SsoCallback,
    SsoRedirect,
    SsoRefused,
)
from dashboard.services.auth.throttle import Throttled
from dashboard.web.auth.guard import confirm_session, current_row, current_session
from dashboard.web.auth.known_browser import stranger
from dashboard.web.auth.login import page_after, start_login
from dashboard.web.auth.same_site import client_redirect
from dashboard.web.context import actor, services, settings
from dashboard.web.request_ids import request_id
from dashboard.web.routing import Open, route
from dashboard.web.security.free_text import without_secrets

log = structlog.get_logger()
blueprint = Blueprint("single_sign_on", __name__)

STATUS = {Refusal.LOST: 400, Refusal.UNAVAILABLE: 503, Refusal.UNTRUSTED: 502}
FORBIDDEN = 403


@route(blueprint, "/login/sso", access=Open.EVERYBODY, method="POST")
def begin() -> ResponseReturnValue:
    """Go to the provider. Not by a redirect: `form-action 'self'` stops a form's."""
    return _begin(None)


@route(blueprint, "/confirm/sso", access=Open.STAFF, method="POST")
def confirm() -> ResponseReturnValue:
    """Go to the provider, which asks again who they are, whatever sessions are open there."""
    return _begin(current_row())


@route(blueprint, "/login/sso/callback", access=Open.EVERYBODY)
def end() -> ResponseReturnValue:
    """Take the provider's answer, once, and go on to the requested page."""
    result = _single_sign_on().end(
        SsoCallback(
            state=request.args.get("state", ""),
            code=request.args.get("code", ""),
            error=request.args.get("error", ""),
            issuer=request.args.get("iss", ""),
            cookie=request.cookies.get(_cookie_name(), ""),
        ),
        _callback(),
        current_session.row,
        stranger(),
    )
    response = _answer(result)
    response.delete_cookie(_cookie_name(), path="/", secure=True, httponly=True, samesite="Lax")
    return response


def _begin(session: OpenSession | None) -> Response:
    page = without_secrets(page_after(request.form.get("next")))
    begun = _single_sign_on().begin(page, _callback(), session)
    if not isinstance(begun, SsoRedirect):
        return _refuse(begun)
    response = client_redirect(begun.address)
    # Lax: the provider's answer comes from another site, and has to bring it along.
    response.set_cookie(
        _cookie_name(), begun.cookie, path="/", secure=True, httponly=True, samesite="Lax"
    )
    return response


def _answer(result: SignedOn | SsoRefused | Throttled) -> Response:
    if isinstance(result, Throttled):
        page = render_template("auth/sso_failed.html", wait_s=result.retry_after_s)
        return make_response(page, 429, {"Retry-After": str(result.retry_after_s)})
    if not isinstance(result, SignedOn):
        return _refuse(result)
    page = result.page
    if result.confirmed:
        confirm_session(Showing(Method.SSO, actor()))
    else:
        page = start_login(result.member, Method.SSO, page, result.asked_at, to_link=result.to_link)
    # Not a redirect: where it began on another site, the new cookie would not come along.
    return client_redirect(page)


def _refuse(result: SsoRefused) -> Response:
    log.warning(
        "sso_failed",
        refusal=result.refusal.value,
        cause=result.detail,
        request_id=request_id(),
    )
    page = render_template("auth/sso_failed.html", failed=result)
    return make_response(page, STATUS.get(result.refusal, FORBIDDEN))


def _single_sign_on() -> SingleSignOn:
    """Return the service; where single sign-on is not set up, its pages don't exist."""
    return services().auth.sso or abort(404)


def _callback() -> str:
    return url_for("single_sign_on.end", _external=True)


def _cookie_name() -> str:
    return f"__Host-dashboard-{settings().environment}-sso"
