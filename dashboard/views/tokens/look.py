"""A look at what a user has, without giving anyone a token."""

from functools import partial
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from dashboard.forms.tokens import UserLookForm
from dashboard.partner.errors import Forbidden
from dashboard.services.actions import Action
from dashboard.services.attempts.operations import MayHaveHappened, Refused, SucceededBefore
from dashboard.services.permissions import Permission
from dashboard.services.tokens.issue import LimitReached
from dashboard.services.tokens.lifetime import LIFETIME
from dashboard.services.tokens.looks import Looked, LookedAt, UserLooks
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services, signed_in
from dashboard.web.problems import Problem, render_problem
from dashboard.web.routing import route
from dashboard.web.submissions import FormPage, sent_intent, submit

PATH = "/users/<uuid:user_id>/look"
ACCESS = Permission.USERS_LOOK
blueprint = Blueprint("looks", __name__)


@route(blueprint, PATH, access=ACCESS, step_up=True)
def new(user_id: UUID) -> ResponseReturnValue:
    """Ask for a reason, or say why there is nothing to look at."""
    _looks()
    record = services().users.api.get(user_id, actor())
    page = _page(UserLookForm(restore_form("looks.look")), user_id, record.user.email)
    busy = services().attempts.log.find_busy(user_id)
    staff_id, limit = signed_in().staff.id, services().tokens.limit
    return page.render(
        record=record,
        busy=busy,
        used=limit.used(staff_id),
        limit=limit.find(staff_id, user_id),
    )


@route(blueprint, PATH, access=ACCESS, method="POST", step_up=True, form_at="looks.new")
def look(user_id: UUID) -> ResponseReturnValue:
    """Look, once per form: the only page that makes more than one call, namely five (ADR 46)."""
    looks = _looks()
    intent = sent_intent(Action.TOKENS_LOOK, user_id)
    form = UserLookForm(request.form)
    page = _page(form, user_id, intent.email or "")
    return submit(
        page, lambda: looks.look(intent, form.why(), actor()), partial(_answer, page, form)
    )


def _looks() -> UserLooks:
    """Return the service, or answer 404 if looks are off."""
    return services().tokens.looks or abort(404)


def _page(form: UserLookForm, user_id: UUID, email: str) -> FormPage:
    return FormPage("tokens/look.html", Action.TOKENS_LOOK, form, user_id, email)


def _answer(page: FormPage, form: UserLookForm, result: Looked) -> ResponseReturnValue | None:
    match result:
        case LookedAt():
            used = services().tokens.limit.used(signed_in().staff.id)
            return render_template("tokens/looked.html", looked=result, form=form, used=used)
        case Refused(Forbidden() as error):
            return _problem(page, 409, "token_forbidden", error=error)
        case LimitReached(limit, retry_after_s):
            return page.again(Problem(429, "token_limit", retry_after_s, {"limit": limit}))
        case SucceededBefore(_, at):
            return _problem(page, 409, "looked_before", at=at)
        case MayHaveHappened(_, at):
            return _problem(page, 502, "token_unknown", until_at=at + LIFETIME)
        case _:
            return None


def _problem(page: FormPage, status: int, name: str, **shown: object) -> Response:
    return render_problem(Problem(status, name, shown={"user_id": page.user_id, **shown}))
