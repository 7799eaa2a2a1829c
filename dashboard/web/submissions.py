"""The common part of all dangerous actions: one form, one page, one `submit()`."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from wtforms import Form

from dashboard.forms.api_errors import add_api_errors
from dashboard.forms.doubted_email import doubt_about
from dashboard.partner.errors import Conflict, Forbidden, NotFound, PartnerError, Rejected
from dashboard.services.attempts.conflicts import (
    BusyElsewhere,
    InProgress,
    NotRecordedError,
    Superseded,
)
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.operations import Refused, RefusedBefore
from dashboard.services.registrations.sample_identity import SampleIdentity, is_sample
from dashboard.web.context import services, settings, signed_in
from dashboard.web.htmx import respond
from dashboard.web.problems import Problem, problem_of, render_problem, retry_later

T = TypeVar("T")


@dataclass(frozen=True)
class FormPage:
    """A form that may be sent once, and the page around it, with what that shows (`context`)."""

    template: str
    action: StrEnum
    form: Form
    user_id: UUID | None = None
    email: str | None = None
    fragment: str | None = None
    context: Callable[[], dict[str, Any]] = dict

    def render(
        self,
        status: int = 200,
        *,
        intent: str | None = None,
        problem: Problem | None = None,
        **shown: Any,  # noqa: ANN401  what the template shows
    ) -> Response:
        """Render the form with a new intent, or with the one that was sent."""
        response = respond(
            self.template,
            fragments={"form": self.fragment} if self.fragment else {},
            status=problem.status if problem else status,
            form=self.form,
            intent=intent or new_intent(self.action, self.user_id, self.email),
            problem=problem,
            user_id=self.user_id,
            email=self.email,
            **self.context(),
            **shown,
        )
        return retry_later(response, problem)

    def again(self, problem: Problem | None = None, **shown: Any) -> Response:  # noqa: ANN401
        """Render the form with its intent: if the attempt was recorded, it isn't sent twice."""
        return self.render(422, intent=request.form["intent"], problem=problem, **shown)

    def refused(self, error: PartnerError, **shown: Any) -> Response:  # noqa: ANN401
        """Render the API's reason: beside the field that it names, or above the form."""
        if isinstance(error, Rejected) and add_api_errors(self.form, error.reason):
            return self.render(422, **shown)
        is_about_form = isinstance(error, NotFound) and self.user_id is None
        if is_about_form or isinstance(error, Rejected | Conflict | Forbidden):
            return self.render(422, refused=error, **shown)
        return self.render(problem=problem_of(error), **shown)


def submit(
    page: FormPage,
    send: Callable[[], T],
    answer: Callable[[T], ResponseReturnValue | None],
) -> ResponseReturnValue:
    """Send a form, once; `answer` gives the response where a view has its own, else None."""
    if not page.form.validate():
        return page.again()
    try:
        result = send()
    except NotRecordedError as error:
        return page.again(problem_of(error))
    own = answer(result)
    return _usual_answer(page, result) if own is None else own


def _usual_answer(page: FormPage, result: object) -> Response:
    match result:
        case Refused(PartnerError() as error):
            return page.refused(error)
        case RefusedBefore(at):
            return page.render(422, refused_at=at)
        case BusyElsewhere():
            return page.again(Problem(409, "busy", shown={"busy": result}))
        case InProgress(at):
            return render_problem(Problem(409, "running", shown={"since_at": at}))
        case Superseded():
            return render_superseded(result, page.user_id)
        case _:
            raise TypeError(f"no answer for {type(result).__name__}")


def new_intent(action: StrEnum, subject_id: UUID | None, email: str | None = None) -> str:
    """Return the value that a rendered form carries."""
    return services().attempts.intents.new(signed_in().staff.id, action, subject_id, email)


def sent_intent(action: StrEnum, subject_id: UUID | None) -> Intent:
    """Return the intent of the form that was sent.

    Raises:
        IntentRefusedError: it is not for this person, action and subject, or too old.

    """
    value = request.form.get("intent", "")
    return services().attempts.intents.read(value, signed_in().staff.id, action, subject_id)


def must_confirm(email: str | None) -> str | None:
    """Return the email that has to be typed again: only in production."""
    return email if settings().is_production else None


def email_doubt() -> Callable[[str], str]:
    """Return what asks about an email that fits another environment."""
    here = settings()
    return partial(doubt_about, in_production=here.is_production, test_email=here.test_email)


def made_up_with(email: str) -> SampleIdentity | None:
    """Return the test identity of an email, None for others, and for all in production."""
    return None if settings().is_production else is_sample(email, settings().test_email)


def render_superseded(by: Superseded, user_id: UUID | None, **shown: object) -> Response:
    """Say that someone else was quicker, and that nothing was sent."""
    return render_problem(Problem(409, "overtaken", shown={"by": by, "user_id": user_id, **shown}))
