"""Proof packs for auditors: a page that asks why, and one ZIP of a user or of a period."""

from functools import partial
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.story.proof import PeriodProofForm, ProofForm
from dashboard.services.exports.proof import ROWS_MAX, ProofOrder, TooMuchError
from dashboard.services.files.order import Export
from dashboard.services.permissions import Permission
from dashboard.views.exports import blueprint
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services, settings, zone
from dashboard.web.files import give
from dashboard.web.htmx import respond
from dashboard.web.routing import route
from dashboard.web.sight import sees_personal

_SENT_TO = {True: "exports.give_user_proof", False: "exports.give_period_proof"}  # of a user
_user = partial(
    route, blueprint, "/users/<uuid:user_id>/proof", access=Permission.AUDIT_READ, step_up=True
)
_period = partial(route, blueprint, "/audit/proof", access=Permission.AUDIT_READ, step_up=True)


@_user()
def user_proof(user_id: UUID) -> ResponseReturnValue:
    """Ask what a user's pack is for."""
    return _ask(ProofForm(restore_form("exports.give_user_proof")), user_id)


@_user(method="POST", form_at="exports.user_proof")
def give_user_proof(user_id: UUID) -> ResponseReturnValue:
    """Give the pack of a user."""
    form = ProofForm(request.form)
    if not form.validate():
        return _ask(form, user_id, status=422)
    try:
        return _give(services().exports.proofs.of_user(user_id, _order(form)))
    except TooMuchError:
        return _ask(form, user_id, status=422, too_much=True)


@_period()
def period_proof() -> ResponseReturnValue:
    """Ask which period's pack, and what it is for."""
    return _ask(PeriodProofForm(restore_form("exports.give_period_proof")))


@_period(method="POST", form_at="exports.period_proof")
def give_period_proof() -> ResponseReturnValue:
    """Give the pack of a period."""
    form = PeriodProofForm(request.form)
    if not form.validate():
        return _ask(form, status=422)
    try:
        return _give(services().exports.proofs.of_period(*form.period(zone()), _order(form)))
    except TooMuchError:
        return _ask(form, status=422, too_much=True)


def _ask(
    form: ProofForm, user_id: UUID | None = None, *, status: int = 200, too_much: bool = False
) -> Response:
    return respond(
        "exports/proof.html",
        fragments={},
        status=status,
        form=form,
        user_id=user_id,
        too_much=too_much,
        rows_max=ROWS_MAX,
        sent_to=url_for(_SENT_TO[user_id is not None], user_id=user_id),
    )


def _order(form: ProofForm) -> ProofOrder:
    guide = render_template("exports/proof.txt", rows_max=ROWS_MAX)
    return ProofOrder(actor(), form.reason.data or "", plain=sees_personal(), guide=guide)


def _give(export: Export) -> Response:
    name = f"proof-{settings().environment}-{export.at:%Y-%m-%d-%H%M%S}.zip"
    return give(export, name, "application/zip")
