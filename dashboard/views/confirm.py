"""The page that asks again who it is, before what is dangerous."""

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from dashboard.forms.auth import AgainForm
from dashboard.forms.second_step import CodeForm
from dashboard.services.auth import Refused
from dashboard.services.confirming import Confirmed
from dashboard.services.sessions import CONFIRMED_FOR
from dashboard.services.tries import Limited
from dashboard.web.access import current_session
from dashboard.web.context import request_id, services, settings, signed_in
from dashboard.web.log_in import page_after
from dashboard.web.passkeys import origin, rp_id, take_challenge
from dashboard.web.routing import Open, route
from dashboard.web.step_up import is_confirmed

blueprint = Blueprint("confirm", __name__)


@route(blueprint, "/confirm", access=Open.STAFF)
def form() -> ResponseReturnValue:
    """Ask, or go on when nothing has to be asked any more."""
    wanted = request.args.get("next")
    return redirect(page_after(wanted), 303) if is_confirmed() else _page(wanted)


@route(blueprint, "/confirm", access=Open.STAFF, method="POST")
def by_password() -> ResponseReturnValue:
    """Go on by the password, where one lets in."""
    entered = AgainForm(request.form)
    if not settings().password_log_in:
        return _page(entered.next.data, 403)
    if not entered.validate():
        return _page(entered.next.data, 422, form=entered)
    password, address = entered.password.data or "", request.remote_addr or ""
    result = services().confirming.by_password(
        signed_in().staff, password, address=address, request_id=request_id()
    )
    return _outcome(result, entered.next.data, "password", form=entered)


@route(blueprint, "/confirm/code", access=Open.STAFF, method="POST")
def by_code() -> ResponseReturnValue:
    """Go on by a code of the authenticator app."""
    entered = CodeForm(request.form)
    if not entered.validate():
        return _page(entered.next.data, 422, code_form=entered)
    code, address = entered.code.data or "", request.remote_addr or ""
    result = services().confirming.by_code(
        signed_in().staff, code, address=address, request_id=request_id()
    )
    return _outcome(result, entered.next.data, "code", code_form=entered)


@route(blueprint, "/confirm/passkey", access=Open.STAFF, method="POST")
def by_passkey() -> ResponseReturnValue:
    """Go on by a passkey."""
    result = services().confirming.by_passkey(
        signed_in().staff,
        request.form.get("answer", ""),
        take_challenge(),
        rp_id=rp_id(),
        origin=origin(),
        address=request.remote_addr or "",
        request_id=request_id(),
    )
    return _outcome(result, request.form.get("next"), "passkey")


def _outcome(
    result: Confirmed | Refused | Limited, wanted: str | None, method: str, **forms: object
) -> ResponseReturnValue:
    if isinstance(result, Limited):
        response = _page(wanted, 429, wait_s=result.retry_after_s, **forms)
        response.headers["Retry-After"] = str(result.retry_after_s)
        return response
    if isinstance(result, Refused):
        return _page(wanted, 422, refused=method, **forms)
    current_session().confirm()
    return redirect(page_after(wanted), 303)


def _page(wanted: str | None, status: int = 200, **shown: object) -> Response:
    forms = {"form": AgainForm(next=wanted), "code_form": CodeForm(next=wanted)}
    minutes = int(CONFIRMED_FOR.total_seconds() // 60)
    page = render_template(
        "confirm/index.html", wanted=wanted, minutes=minutes, **{**forms, **shown}
    )
    return make_response(page, status)
