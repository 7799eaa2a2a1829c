"""A user's KYC: the form, the inquiry that we hold, or "started elsewhere"."""

from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.kyc import KycForm
from dashboard.partner.errors import PartnerError, Rejected
from dashboard.services.attempts import Running
from dashboard.services.kyc import WasRefused
from dashboard.services.roles import Permission
from dashboard.web.attempts import must_confirm, new_intent, running, sent_intent
from dashboard.web.context import request_id, services
from dashboard.web.errors import Problem, problem_of
from dashboard.web.follow import followed
from dashboard.web.htmx import redirect_to, respond
from dashboard.web.routing import route

blueprint = Blueprint("kyc", __name__)


@route(blueprint, "/users/<uuid:user_id>/kyc", access=Permission.KYC_START)
def show(user_id: UUID) -> ResponseReturnValue:
    """Show what is to be done or what was done; `again` offers the form after a lost answer."""
    record = services().users.get(user_id)
    kind = record.next_step.kind
    if kind == "not_started" or (kind == "start_unknown" and request.args.get("again")):
        form = KycForm(email=record.user.email, phone=record.user.phone)
        form.must_confirm(must_confirm(record.user.email))
        return _form(user_id, form, record.user.email)
    fragments = {"inquiry": "kyc/_inquiry.html"}
    return respond(
        "kyc/show.html",
        fragments=fragments,
        follow=followed(record, "inquiry", fragments),
        record=record,
        email=record.user.email,
        user_id=user_id,
    )


@route(blueprint, "/users/<uuid:user_id>/kyc", access=Permission.KYC_START, method="POST")
def start(user_id: UUID) -> ResponseReturnValue:
    """Start KYC, once a form; whatever the outcome, the page shows it."""
    intent = sent_intent(Permission.KYC_START, user_id)
    email = intent.email or ""
    form = KycForm(request.form)
    form.must_confirm(must_confirm(email))
    if not form.validate():
        return _form(user_id, form, email, 422, intent=request.form["intent"])
    try:
        result = services().kyc.start(intent, form.command(), request_id=request_id())
    except Rejected as error:
        return _form(user_id, form, email, 422, refused=error)
    except PartnerError as error:
        problem = problem_of(error)
        return _form(user_id, form, email, problem.status, problem=problem)
    if isinstance(result, Running):
        return running(result)
    if isinstance(result, WasRefused):
        return _form(user_id, form, email, 422, refused_at=result.at)
    return redirect_to(url_for("kyc.show", user_id=user_id))


def _form(
    user_id: UUID,
    form: KycForm,
    email: str,
    status: int = 200,
    *,
    intent: str | None = None,
    problem: Problem | None = None,
    **shown: Any,  # noqa: ANN401  what the template shows
) -> ResponseReturnValue:
    return respond(
        "kyc/new.html",
        fragments={"form": "kyc/_form.html"},
        status=status,
        form=form,
        intent=intent or new_intent(Permission.KYC_START, user_id, email),
        problem=problem,
        user_id=user_id,
        email=email,
        **shown,
    )
