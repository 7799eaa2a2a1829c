"""Issuing a user's token, by id or by Privy, and the ledger of those that were issued."""

from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from dashboard.forms.tokens import LedgerForm, PrivyForm, ReasonForm, TokenForm
from dashboard.partner.errors import Forbidden, PartnerError
from dashboard.services.actions import Action
from dashboard.services.attempts.conflicts import (
    BusyElsewhere,
    InProgress,
    NotRecordedError,
    Superseded,
)
from dashboard.services.attempts.reconcile import Source
from dashboard.services.permissions import Permission
from dashboard.services.tokens.hourly_limit import Reached, TokenLimitError
from dashboard.services.tokens.outcomes import Issued, IssuedBefore, MayExist, WasRefused
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import request_id, services, signed_in
from dashboard.web.errors import Problem, render_problem, retry_later
from dashboard.web.htmx import respond
from dashboard.web.routing import route
from dashboard.web.submissions import (
    failure_context,
    must_confirm,
    new_intent,
    render_in_progress,
    render_superseded,
    sent_intent,
    trigger,
)

blueprint = Blueprint("tokens", __name__)


@route(blueprint, "/users/<uuid:user_id>/tokens", access=Permission.TOKENS_ISSUE, step_up=True)
def new(user_id: UUID) -> ResponseReturnValue:
    """Show the form, or why this user gets no token."""
    record = services().users.directory.get(user_id, trigger(Source.VIEW))
    form = TokenForm(restore_form("tokens.issue"))
    form.must_confirm(must_confirm(record.user.email))
    busy = services().attempts.log.find_busy(user_id)
    email = record.user.email
    return _form(user_id, form, email, record=record, busy=busy, limit=_limit(user_id))


@route(
    blueprint,
    "/users/<uuid:user_id>/tokens",
    access=Permission.TOKENS_ISSUE,
    method="POST",
    step_up=True,
    form_at="tokens.new",
)
def issue(user_id: UUID) -> ResponseReturnValue:
    """Issue a token, once a form. This answer alone holds it."""
    intent = sent_intent(Permission.TOKENS_ISSUE, user_id)
    email = intent.email or ""
    form = TokenForm(request.form)
    form.must_confirm(must_confirm(email))
    if not form.validate():
        return _form(user_id, form, email, status=422, intent=request.form["intent"])
    try:
        result = services().tokens.issuer.issue(intent, form.why(), request_id=request_id())
    except Forbidden as error:
        shown = {"error": error, "user_id": user_id}
        return render_problem(Problem(409, "token_forbidden", shown=shown))
    except (PartnerError, NotRecordedError, TokenLimitError) as error:
        return _form(user_id, form, email, **failure_context(form, error))
    if isinstance(result, BusyElsewhere):
        return _form(user_id, form, email, **failure_context(form, result))
    if isinstance(result, WasRefused):
        return _form(user_id, form, email, status=422, refused_at=result.at)
    return _outcome(result, form, user_id)


@route(blueprint, "/tokens/privy", access=Permission.TOKENS_ISSUE, step_up=True)
def privy() -> ResponseReturnValue:
    """Show the form of the deprecated exchange. It asks nobody."""
    return _privy_form(PrivyForm(restore_form("tokens.exchange_privy")), limit=_limit(None))


@route(
    blueprint,
    "/tokens/privy",
    access=Permission.TOKENS_ISSUE,
    method="POST",
    step_up=True,
    form_at="tokens.privy",
)
def exchange_privy() -> ResponseReturnValue:
    """Exchange a Privy token, once a form. Whose it is, the answer says."""
    intent = sent_intent(Action.TOKENS_PRIVY, None)
    form = PrivyForm(request.form)
    if not form.validate():
        return _privy_form(form, 422, intent=request.form["intent"])
    try:
        result = services().tokens.issuer.exchange_privy(
            intent, form.command(), form.why(), request_id=request_id()
        )
    except (PartnerError, NotRecordedError, TokenLimitError) as error:
        return _privy_form(form, **failure_context(form, error))
    if isinstance(result, BusyElsewhere):
        return _privy_form(form, **failure_context(form, result))
    if isinstance(result, WasRefused):
        return _privy_form(form, 422, refused_at=result.at)
    return _outcome(result, form, None)


@route(blueprint, "/tokens", access=Permission.USERS_READ)
def index() -> ResponseReturnValue:
    """List who had a token issued for whom and why, newest first; never a token."""
    form = LedgerForm(request.args)
    form.validate()
    return respond(
        "tokens/index.html",
        fragments={"ledger": "tokens/_ledger.html"},
        ledger=services().tokens.issuer.ledger(form.query()),
        before=form.query(),
    )


def _limit(user_id: UUID | None) -> Reached | None:
    return services().tokens.limit.find(signed_in().staff.id, user_id)


def _outcome(
    result: Issued | InProgress | IssuedBefore | MayExist | Superseded,
    form: ReasonForm,
    user_id: UUID | None,
) -> ResponseReturnValue:
    match result:
        case Issued():
            return render_template("tokens/issued.html", issued=result, form=form)
        case InProgress():
            return render_in_progress(result)
        case Superseded():
            return render_superseded(result, user_id)
        case IssuedBefore():
            shown = {"user_id": user_id, "at": result.at}
            return render_problem(Problem(409, "token_issued", shown=shown))
        case MayExist():
            shown = {"user_id": user_id, "until_at": result.until_at}
            return render_problem(Problem(502, "token_unknown", shown=shown))


def _form(
    user_id: UUID,
    form: TokenForm,
    email: str,
    *,
    status: int = 200,
    intent: str | None = None,
    problem: Problem | None = None,
    **shown: Any,  # noqa: ANN401  what the template shows
) -> ResponseReturnValue:
    page = render_template(
        "tokens/new.html",
        form=form,
        intent=intent or new_intent(Permission.TOKENS_ISSUE, user_id, email),
        problem=problem,
        user_id=user_id,
        email=email,
        **shown,
    )
    return retry_later(make_response(page, status), problem)


def _privy_form(
    form: PrivyForm,
    status: int = 200,
    *,
    intent: str | None = None,
    problem: Problem | None = None,
    **shown: Any,  # noqa: ANN401  what the template shows
) -> ResponseReturnValue:
    page = render_template(
        "tokens/privy.html",
        form=form,
        intent=intent or new_intent(Action.TOKENS_PRIVY, None),
        problem=problem,
        **shown,
    )
    return retry_later(make_response(page, status), problem)
