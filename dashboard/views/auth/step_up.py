"""The page that asks people to confirm who they are, before a dangerous action."""

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from dashboard.forms.auth import CodeForm, PasswordConfirmForm, RecoveryForm
from dashboard.services.auth.login import LoginRefused
from dashboard.services.auth.sessions import CONFIRMED_FOR, Showing
from dashboard.services.auth.step_up import Confirmed
from dashboard.services.auth.throttle import Throttled
from dashboard.web.auth.guard import confirm_session, current_row
from dashboard.web.auth.login import page_after
from dashboard.web.auth.passkeys import origin, pop_challenge, rp_id
from dashboard.web.auth.step_up import is_fresh
from dashboard.web.context import actor, services, settings
from dashboard.web.routing import Open, route

blueprint = Blueprint("confirm", __name__)


@route(blueprint, "/confirm", access=Open.STAFF)
def form() -> ResponseReturnValue:
    """Ask, or go on when nothing has to be asked any more."""
    wanted = request.args.get("next")
    return redirect(page_after(wanted), 303) if is_fresh() else _page(wanted)


@route(blueprint, "/confirm", access=Open.STAFF, method="POST")
def by_password() -> ResponseReturnValue:
    """Go on by the password, where one lets in."""
    entered = PasswordConfirmForm(request.form)
    if not settings().password_log_in:
        return _page(entered.next.data, 403)
    if not entered.validate():
        return _page(entered.next.data, 422, form=entered)
    password = entered.password.data or ""
    result = services().auth.step_up.by_password(current_row(), password, actor())
    return _outcome(result, entered.next.data, "password", form=entered)


@route(blueprint, "/confirm/code", access=Open.STAFF, method="POST")
def by_code() -> ResponseReturnValue:
    """Go on by a code: one of the authenticator app, or a recovery code."""
    entered = _code_form(request.form.get("next"))
    if not entered.validate():
        return _page(entered.next.data, 422, code_form=entered)
    confirming = services().auth.step_up
    check = confirming.by_recovery_code if _with_recovery() else confirming.by_code
    result = check(current_row(), entered.code.data or "", actor())
    return _outcome(result, entered.next.data, "code", code_form=entered)


@route(blueprint, "/confirm/passkey", access=Open.STAFF, method="POST")
def by_passkey() -> ResponseReturnValue:
    """Go on by a passkey."""
    result = services().auth.step_up.by_passkey(
        current_row(),
        request.form.get("answer", ""),
        pop_challenge(),
        rp_id=rp_id(),
        origin=origin(),
        actor=actor(),
    )
    return _outcome(result, request.form.get("next"), "passkey")


def _outcome(
    result: Confirmed | LoginRefused | Throttled, wanted: str | None, method: str, **forms: object
) -> ResponseReturnValue:
    if isinstance(result, Throttled):
        response = _page(wanted, 429, wait_s=result.retry_after_s, **forms)
        response.headers["Retry-After"] = str(result.retry_after_s)
        return response
    if isinstance(result, LoginRefused):
        return _page(wanted, 422, refused=method, **forms)
    confirm_session(Showing(result.method, actor()))
    return redirect(page_after(wanted), 303)


def _with_recovery() -> bool:
    return request.values.get("with") == "recovery"


def _code_form(wanted: str | None) -> CodeForm:
    return (RecoveryForm if _with_recovery() else CodeForm)(request.form, next=wanted)


def _page(wanted: str | None, status: int = 200, **shown: object) -> Response:
    forms = {"form": PasswordConfirmForm(next=wanted), "code_form": _code_form(wanted)}
    minutes = int(CONFIRMED_FOR.total_seconds() // 60)
    page = render_template(
        "auth/step_up.html",
        wanted=wanted,
        minutes=minutes,
        with_recovery=_with_recovery(),
        **{**forms, **shown},
    )
    return make_response(page, status)
