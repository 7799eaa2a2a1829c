"""Issuing a user's token, by id or by Privy."""

from functools import partial
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from dashboard.forms.tokens import PrivyForm, ReasonForm, TokenForm
from dashboard.partner.errors import Forbidden
from dashboard.services.actions import Action
from dashboard.services.attempts.operations import MayHaveHappened, Refused, SucceededBefore
from dashboard.services.permissions import Permission
from dashboard.services.tokens.hourly_limit import TokenLimitReached
from dashboard.services.tokens.issue import Asked, Issued, LimitReached
from dashboard.services.tokens.lifetime import LIFETIME
from dashboard.views.tokens import blueprint
from dashboard.web.auth.guard import current_row
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services, signed_in
from dashboard.web.problems import Problem, render_problem
from dashboard.web.routing import route
from dashboard.web.submissions import (
    FormPage,
    made_up_with,
    must_confirm,
    sent_intent,
    submit,
)

_page = partial(FormPage, "tokens/new.html", Permission.TOKENS_ISSUE)
_privy_page = partial(FormPage, "tokens/privy.html", Action.TOKENS_PRIVY)


@route(blueprint, "/users/<uuid:user_id>/tokens", access=Permission.TOKENS_ISSUE, step_up=True)
def new(user_id: UUID) -> ResponseReturnValue:
    """Show the form, or why this user gets no token."""
    record = services().users.api.get(user_id, actor())
    last_reason = services().tokens.issuer.last_reason(
        signed_in().staff.id, current_row().started_at
    )
    form = TokenForm(restore_form("tokens.issue"), reason=last_reason)
    form.must_confirm(must_confirm(record.user.email))
    busy = services().attempts.log.find_busy(user_id)
    page = _page(form, user_id, record.user.email)
    return page.render(record=record, busy=busy, limit=_limit(user_id), last_reason=last_reason)


@route(
    blueprint,
    "/users/<uuid:user_id>/tokens",
    access=Permission.TOKENS_ISSUE,
    method="POST",
    step_up=True,
    form_at="tokens.new",
)
def issue(user_id: UUID) -> ResponseReturnValue:
    """Issue a token, once per form. Only this answer holds it."""
    intent = sent_intent(Permission.TOKENS_ISSUE, user_id)
    email = intent.email or ""
    form = TokenForm(request.form)
    form.must_confirm(must_confirm(email))
    page = _page(form, user_id, email)
    return submit(
        page,
        lambda: services().tokens.issuer.issue(intent, form.why(), actor()),
        partial(_answer, page, form),
    )


@route(blueprint, "/tokens/privy", access=Permission.TOKENS_ISSUE, step_up=True)
def privy() -> ResponseReturnValue:
    """Show the form of the deprecated exchange. Makes no API call."""
    form = PrivyForm(restore_form("tokens.exchange_privy"))
    return _privy_page(form).render(limit=_limit(None))


@route(
    blueprint,
    "/tokens/privy",
    access=Permission.TOKENS_ISSUE,
    method="POST",
    step_up=True,
    form_at="tokens.privy",
)
def exchange_privy() -> ResponseReturnValue:
    """Exchange a Privy token, once per form. The answer says whose it is."""
    intent = sent_intent(Action.TOKENS_PRIVY, None)
    form = PrivyForm(request.form)
    page = _privy_page(form)
    return submit(
        page,
        lambda: services().tokens.issuer.issue(intent, form.why(), actor(), form.command()),
        partial(_answer, page, form),
    )


def _limit(user_id: UUID | None) -> TokenLimitReached | None:
    return services().tokens.limit.find(signed_in().staff.id, user_id)


def _answer(page: FormPage, form: ReasonForm, result: Asked) -> ResponseReturnValue | None:
    match result:
        case Issued():
            return render_template(
                "tokens/issued.html", issued=result, form=form, made_up=made_up_with(result.email)
            )
        case Refused(Forbidden() as error) if page.user_id:
            shown = {"error": error, "user_id": page.user_id}
            return render_problem(Problem(409, "token_forbidden", shown=shown))
        case LimitReached(limit, retry_after_s):
            return page.again(Problem(429, "token_limit", retry_after_s, {"limit": limit}))
        case SucceededBefore(_, at):
            shown = {"user_id": page.user_id, "at": at}
            return render_problem(Problem(409, "token_issued", shown=shown))
        case MayHaveHappened(_, at):
            shown = {"user_id": page.user_id, "until_at": at + LIFETIME}
            return render_problem(Problem(502, "token_unknown", shown=shown))
        case _:
            return None
