"""What every view of a dangerous action does the same way: the intent, and a refused call."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from flask import Response, request
from wtforms import Form

from dashboard.forms.api_errors import put_on_fields
from dashboard.partner.errors import Conflict, Forbidden, NotFound, PartnerError, Rejected
from dashboard.services.attempts.conflicts import Busy, NotRecordedError, Overtaken, Running
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.reconcile import How, Looker
from dashboard.services.registrations.sample_identity import Identity, recognise
from dashboard.services.tokens.hourly_limit import TokenLimitError
from dashboard.web.context import request_id, services, settings, signed_in
from dashboard.web.errors import Problem, answer, problem_of
from dashboard.web.htmx import asks_by_itself


def new_intent(action: StrEnum, subject_id: UUID | None, email: str | None = None) -> str:
    """Return the value that a rendered form carries."""
    return services().intents.new(signed_in().staff.id, action, subject_id, email)


def sent_intent(action: StrEnum, subject_id: UUID | None) -> Intent:
    """Return the intent of the form that was sent.

    Raises:
        IntentRefusedError: it is not for this person, action and subject, or too old.

    """
    value = request.form.get("intent", "")
    return services().intents.read(value, signed_in().staff.id, action, subject_id)


def looker(how: How) -> Looker:
    """Return who looks whether something happened whose answer was lost."""
    return Looker(how, signed_in().staff.id, request_id(), follows=asks_by_itself())


def must_confirm(email: str | None) -> str | None:
    """Return the email that has to be typed again: in production alone."""
    return email if settings().is_production else None


def failed(
    form: Form, error: PartnerError | NotRecordedError | TokenLimitError | Busy
) -> dict[str, Any]:
    """Return what a form's page shows of a call that did nothing.

    A reason that names a field stands beside it, another one above the form. What was not even
    recorded keeps its intent: should it have been after all, it is not sent twice.
    """
    if isinstance(error, Busy):
        problem = Problem(409, "busy", shown={"busy": error})
        return {"status": 409, "problem": problem, "intent": request.form["intent"]}
    if isinstance(error, TokenLimitError):
        problem = Problem(
            429,
            "token_limit",
            retry_after_s=error.retry_after_s,
            shown={"limit": error.reached},
        )
        return {"status": 429, "problem": problem, "intent": request.form["intent"]}
    if isinstance(error, Rejected) and put_on_fields(form, error.reason):
        return {"status": 422}
    nobody = isinstance(error, NotFound) and "user_id" not in (request.view_args or {})
    if nobody or isinstance(error, Rejected | Conflict | Forbidden):
        return {"status": 422, "refused": error}
    problem = problem_of(error)
    kept = request.form["intent"] if isinstance(error, NotRecordedError) else None
    return {"status": problem.status, "problem": problem, "intent": kept}


def made_up_with(email: str) -> Identity | None:
    """Return the test identity of an email, None for others, and for all in production."""
    return None if settings().is_production else recognise(email, settings().test_email)


def running(since: Running) -> Response:
    """Say that the same form is being worked on."""
    return answer(Problem(409, "running", shown={"since_at": since.since_at}))


def overtaken(by: Overtaken, user_id: UUID | None, **shown: object) -> Response:
    """Say that somebody was quicker, and that nothing was sent."""
    return answer(Problem(409, "overtaken", shown={"by": by, "user_id": user_id, **shown}))
