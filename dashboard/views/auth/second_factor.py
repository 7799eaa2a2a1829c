"""The second step of the log-in, and passwordless log-in by passkey."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.auth import CodeForm, LoginForm, RecoveryForm
from dashboard.services.auth.login import LoggedIn
from dashboard.services.auth.sessions import Method
from dashboard.services.auth.throttle import Throttled
from dashboard.web.auth.known_browser import stranger
from dashboard.web.auth.login import find_linking, finish_login, mfa_pending, page_after
from dashboard.web.auth.passkeys import issue_challenge, origin, pop_challenge, rp_id
from dashboard.web.context import find_current_user, services
from dashboard.web.routing import Open, route

blueprint = Blueprint("second_step", __name__)


@route(blueprint, "/login/code", access=Open.EVERYBODY)
def form() -> ResponseReturnValue:
    """Ask for the second step after the first one."""
    wanted = request.args.get("next")
    if find_current_user():
        return redirect(page_after(wanted), 303)
    if mfa_pending() is None:
        return redirect(url_for("auth.form", next=wanted), 303)
    return _page(_form(wanted))


@route(blueprint, "/login/code", access=Open.EVERYBODY, method="POST")
def check() -> ResponseReturnValue:
    """Log in by a code: one of the app, or a recovery code."""
    entered, member = _form(), mfa_pending()
    if member is None:
        return redirect(url_for("auth.form", next=entered.next.data), 303)
    if not entered.validate():
        return _page(entered, 422)
    step = services().auth.second_factor
    check, method = (
        (step.by_recovery_code, Method.RECOVERY)
        if _with_recovery()
        else (step.by_code, Method.CODE)
    )
    code = entered.code.data or ""
    result = check(member, code, stranger(), find_linking())
    if isinstance(result, LoggedIn):
        return finish_login(result.staff, method, entered.next.data)
    if isinstance(result, Throttled):
        return _page(entered, 429, wait_s=result.retry_after_s)
    return _page(entered, 422, refused="code")


@route(blueprint, "/login/passkey", access=Open.EVERYBODY, method="POST")
def check_passkey() -> ResponseReturnValue:
    """Log in by a passkey: as the second step, or without a first one."""
    wanted = request.form.get("next")
    result = services().auth.second_factor.by_passkey(
        mfa_pending(),
        request.form.get("answer", ""),
        pop_challenge(),
        rp_id=rp_id(),
        origin=origin(),
        stranger=stranger(),
        linking=find_linking(),
    )
    if isinstance(result, LoggedIn):
        return finish_login(result.staff, Method.PASSKEY, wanted)
    entered = _form() if mfa_pending() else LoginForm(next=wanted)
    if isinstance(result, Throttled):
        return _page(entered, 429, wait_s=result.retry_after_s)
    return _page(entered, 422, refused="passkey")


@route(blueprint, "/login/passkey/options", access=Open.EVERYBODY, method="POST")
def options() -> ResponseReturnValue:
    """Ask for a passkey: of the person at the second step or logged in, else for any."""
    person = find_current_user()
    asked = services().auth.factors.passkey_request(
        person.staff if person else mfa_pending(), rp_id()
    )
    return Response(issue_challenge(asked), mimetype="application/json")


def _with_recovery() -> bool:
    return request.values.get("with") == "recovery"


def _form(wanted: str | None = None) -> CodeForm:
    return (RecoveryForm if _with_recovery() else CodeForm)(request.form, next=wanted)


def _page(
    entered: CodeForm | LoginForm,
    status: int = 200,
    *,
    wait_s: int | None = None,
    refused: str | None = None,
) -> Response:
    """Render the step that the form is of. Every refusal looks the same."""
    template = "auth/second_factor.html" if isinstance(entered, CodeForm) else "auth/login.html"
    page = render_template(
        template,
        form=entered,
        member=mfa_pending(),
        with_recovery=_with_recovery(),
        wait_s=wait_s,
        refused=refused,
    )
    response = make_response(page, status)
    if wait_s:
        response.headers["Retry-After"] = str(wait_s)
    return response
