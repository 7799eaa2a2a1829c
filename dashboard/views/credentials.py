"""API credentials: which pair is in use, and the steps that rotate it, one POST each."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.credentials import ForgetForm, FreezeForm, KeyPairForm, ThawForm
from dashboard.partner.errors import CredentialsRefused, PartnerError
from dashboard.services.actors import Actor
from dashboard.services.credentials.rotation import RotationError, RotationRefusal
from dashboard.services.permissions import Permission
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services
from dashboard.web.htmx import redirect_to
from dashboard.web.problems import problem_of, retry_later
from dashboard.web.routing import route

blueprint = Blueprint("credentials", __name__)
PAGE = "/settings/credentials"
PAIR = f"{PAGE}/<int:pair_id>"
ACCESS = Permission.CREDENTIALS_MANAGE
FORM = "credentials.index"


@route(blueprint, PAGE, access=ACCESS)
def index() -> ResponseReturnValue:
    """Show the pair in use, the others, and the next step. Makes no API call."""
    return _page(freeze_form=FreezeForm(restore_form("credentials.freeze")))


@route(blueprint, PAGE, access=ACCESS, method="POST", step_up=True, form_at=FORM)
def add() -> ResponseReturnValue:
    """Store a new pair, encrypted. It is not used yet."""
    form = KeyPairForm(request.form)
    if not form.validate():
        return _page(422, pair_form=form)
    pair = form.command()
    return _step(lambda by: services().credentials.rotation.add(pair, by))


@route(blueprint, f"{PAIR}/prove", access=ACCESS, method="POST", step_up=True, form_at=FORM)
def prove(pair_id: int) -> ResponseReturnValue:
    """Test with the API whether a new pair is accepted, and which users it sees."""
    try:
        return _step(lambda by: services().credentials.rotation.verify(pair_id, by))
    except CredentialsRefused:
        return _page(422, not_proved="credentials")
    except PartnerError as error:
        problem = problem_of(error)
        page = make_response(_page(problem.status, not_proved=problem.name))
        return retry_later(page, problem)


@route(blueprint, f"{PAIR}/switch", access=ACCESS, method="POST", step_up=True, form_at=FORM)
def switch(pair_id: int) -> ResponseReturnValue:
    """Put a tested pair in use, in all workers."""
    return _step(lambda by: services().credentials.rotation.switch(pair_id, by))


@route(blueprint, f"{PAIR}/restore", access=ACCESS, method="POST", step_up=True, form_at=FORM)
def restore(pair_id: int) -> ResponseReturnValue:
    """Put a pair back in use that was in use before."""
    return _step(lambda by: services().credentials.rotation.restore(pair_id, by))


@route(blueprint, f"{PAIR}/forget", access=ACCESS, method="POST", step_up=True, form_at=FORM)
def forget(pair_id: int) -> ResponseReturnValue:
    """Delete a pair for good."""
    form = ForgetForm(request.form)
    if not form.validate():
        return _page(422, forget_form=form, forget_id=pair_id)
    return _step(lambda by: services().credentials.rotation.forget(pair_id, by))


@route(blueprint, f"{PAGE}/freeze", access=ACCESS, method="POST", form_at=FORM)
def freeze() -> ResponseReturnValue:
    """Stop all calls of all workers. That only makes things safer, so it does not ask again."""
    form = FreezeForm(request.form)
    if not form.validate():
        return _page(422, freeze_form=form)
    reason = form.reason.data or ""
    return _step(lambda by: services().credentials.freeze.freeze(reason, by))


@route(blueprint, f"{PAGE}/thaw", access=ACCESS, method="POST", step_up=True, form_at=FORM)
def thaw() -> ResponseReturnValue:
    """Resume calls."""
    form = ThawForm(request.form)
    if not form.validate():
        return _page(422, thaw_form=form)
    return _step(services().credentials.freeze.thaw)


@route(blueprint, f"{PAGE}/acknowledge", access=ACCESS, method="POST", step_up=True, form_at=FORM)
def acknowledge() -> ResponseReturnValue:
    """Dismiss an alarm."""
    return _step(services().credentials.freeze.acknowledge)


def _step(step: Callable[[Actor], object]) -> ResponseReturnValue:
    try:
        step(actor())
    except RotationError as error:
        if error.cause is RotationRefusal.GONE:
            abort(404)
        return _page(409, refused=error.cause)
    flash(str(request.endpoint), "credentials")
    return redirect_to(url_for("credentials.index"))


def _page(status: int = 200, **shown: object) -> ResponseReturnValue:
    forms = {
        "pair_form": KeyPairForm(),
        "freeze_form": FreezeForm(),
        "thaw_form": ThawForm(),
        "forget_form": ForgetForm(),
    }
    page = render_template(
        "credentials/index.html", pairs=services().credentials.overview.show(), **{**forms, **shown}
    )
    return make_response(page, status)
