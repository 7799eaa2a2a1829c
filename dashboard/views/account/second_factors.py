"""One's own second factors: passkeys, the authenticator app, and recovery codes."""

from functools import partial

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from dashboard.forms.account import AuthenticatorForm, PasskeyForm
from dashboard.services.auth.devices import read_device
from dashboard.services.auth.mfa.models import Added, FactorRequiredError, NewAuthenticator
from dashboard.web.auth.guard import confirm_session, current_row
from dashboard.web.auth.passkeys import issue_challenge, origin, pop_challenge, rp_id
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services, settings, signed_in
from dashboard.web.htmx import redirect_to
from dashboard.web.routing import Open, route

blueprint = Blueprint("factors", __name__)
_action = partial(route, blueprint, access=Open.STAFF, method="POST", step_up="always")


@route(blueprint, "/account/factors", access=Open.STAFF, step_up="always")
def index() -> ResponseReturnValue:
    """Offer what can be set up, and say why where it has to be."""
    return _page(PasskeyForm(restore_form("factors.add_passkey"), name=_device()))


@route(blueprint, "/account/passkeys/options", access=Open.STAFF, method="POST")
def passkey_options() -> ResponseReturnValue:
    """Ask the browser to make a passkey."""
    asked = services().auth.enrolment.passkey_request(
        signed_in().staff, rp_id=rp_id(), rp_name=settings().brand
    )
    return Response(issue_challenge(asked), mimetype="application/json")


@_action("/account/passkeys", form_at="factors.index")
def add_passkey() -> ResponseReturnValue:
    """Keep the passkey that the browser made."""
    form = PasskeyForm(request.form)
    challenge = pop_challenge()
    if not form.validate():
        return _page(form, 422)
    added = services().auth.enrolment.add_passkey(
        current_row(),
        form.answer.data or "",
        challenge,
        name=form.name.data or "",
        rp_id=rp_id(),
        origin=origin(),
        actor=actor(),
    )
    return _page(form, 422, refused=True) if added is None else _added(added)


@_action("/account/passkeys/<int:passkey_id>/remove", form_at="account.index")
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Take one passkey away."""
    try:
        there = services().auth.enrolment.remove_passkey(current_row(), passkey_id, actor())
    except FactorRequiredError:
        return _to_account("required")
    return _to_account("removed") if there else abort(404)


@route(blueprint, "/account/authenticator", access=Open.STAFF, step_up="always")
def authenticator() -> ResponseReturnValue:
    """Show the secret of an app to be; nothing is written until its first code comes."""
    if signed_in().staff.has_authenticator:
        return redirect_to(url_for("account.index"))
    new = services().auth.enrolment.new_authenticator(signed_in().staff, settings().brand)
    return _authenticator_page(AuthenticatorForm(), new)


@_action("/account/authenticator", form_at="factors.authenticator")
def add_authenticator() -> ResponseReturnValue:
    """Keep the app that the form carries, once it has shown a code."""
    form, enrolment = AuthenticatorForm(request.form), services().auth.enrolment
    if signed_in().staff.has_authenticator:  # sent twice, or from another tab
        return redirect_to(url_for("account.index"))
    new = enrolment.open_authenticator(signed_in().staff, form.pending.data or "", settings().brand)
    if new is None:  # its key is gone, or it is another person's: start again
        return redirect_to(url_for("factors.authenticator"))
    if not form.validate():
        return _authenticator_page(form, new, 422)
    added = enrolment.add_authenticator(current_row(), new, form.code.data or "", actor())
    return _authenticator_page(form, new, 422, refused=True) if added is None else _added(added)


@_action("/account/authenticator/remove", form_at="account.index")
def remove_authenticator() -> ResponseReturnValue:
    """Take the authenticator app away."""
    try:
        there = services().auth.enrolment.remove_authenticator(current_row(), actor())
    except FactorRequiredError:
        return _to_account("required")
    return _to_account("removed") if there else abort(404)


@_action("/account/recovery-codes", form_at="account.index")
def new_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them, this once."""
    codes = services().auth.enrolment.new_codes(current_row(), actor())
    return _codes_page(codes, is_first=False) if codes else abort(404)


def _added(added: Added) -> ResponseReturnValue:
    """Go on under a new session id: its owner has just shown more than before."""
    confirm_session()
    return _codes_page(added.codes, is_first=True) if added.codes else _to_account("added")


def _to_account(done: str) -> ResponseReturnValue:
    flash(done, "factors")
    return redirect_to(url_for("account.index", _anchor="factors"))


def _codes_page(codes: tuple[str, ...], *, is_first: bool) -> ResponseReturnValue:
    return render_template("account/second_factors/codes.html", codes=codes, is_first=is_first)


def _page(form: PasskeyForm, status: int = 200, *, refused: bool = False) -> Response:
    page = render_template(
        "account/second_factors/index.html",
        form=form,
        factors=services().auth.enrolment.of(signed_in().staff),
        refused=refused,
    )
    return make_response(page, status)


def _authenticator_page(
    form: AuthenticatorForm, new: NewAuthenticator, status: int = 200, *, refused: bool = False
) -> Response:
    page = render_template(
        "account/second_factors/authenticator.html", form=form, new=new, refused=refused
    )
    return make_response(page, status)


def _device() -> str:
    """Return a name to begin with: that of the device that asks."""
    agent = request.headers.get("User-Agent", "")
    return read_device(agent).system or ""
