"""What every view of a dangerous action does the same way: the intent, and a refused call."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from flask import Response, request
from wtforms import Form

from dashboard.forms.api_errors import add_api_errors
from dashboard.partner.errors import Conflict, Forbidden, NotFound, PartnerError, Rejected
from dashboard.services.attempts.conflicts import (
    BusyElsewhere,
    InProgress,
    NotRecordedError,
    Superseded,
)
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.reconcile import Source, Trigger
from dashboard.services.registrations.sample_identity import Identity, is_sample
from dashboard.services.tokens.hourly_limit import TokenLimitError
from dashboard.web.context import request_id, services, settings, signed_in
from dashboard.web.errors import Problem, problem_of, render_problem
from dashboard.web.htmx import is_poll


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


def trigger(how: Source) -> Trigger:
    """Return who looks whether something happened whose answer was lost."""
    return Trigger(how, signed_in().staff.id, request_id(), follows=is_poll())


def must_confirm(email: str | None) -> str | None:
    """Return the email that has to be typed again: in production alone."""
    return email if settings().is_production else None


def failure_context(
    form: Form, error: PartnerError | NotRecordedError | TokenLimitError | BusyElsewhere
) -> dict[str, Any]:
    """Return what a form's page shows of a call that did nothing.

    A reason that names a field stands beside it, another one above the form. What was not even
    recorded keeps its intent: should it have been after all, it is not sent twice.
    """
    if isinstance(error, BusyElsewhere):
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
    if isinstance(error, Rejected) and add_api_errors(form, error.reason):
        return {"status": 422}
    nobody = isinstance(error, NotFound) and "user_id" not in (request.view_args or {})
    if nobody or isinstance(error, Rejected | Conflict | Forbidden):
        return {"status": 422, "refused": error}
    problem = problem_of(error)
    kept = request.form["intent"] if isinstance(error, NotRecordedError) else None
    return {"status": problem.status, "problem": problem, "intent": kept}


def made_up_with(email: str) -> Identity | None:
    """Return the test identity of an email, None for others, and for all in production."""
    return None if settings().is_production else is_sample(email, settings().test_email)


def render_in_progress(since: InProgress) -> Response:
    """Say that the same form is being worked on."""
    return render_problem(Problem(409, "running", shown={"since_at": since.since_at}))


def render_superseded(by: Superseded, user_id: UUID | None, **shown: object) -> Response:
    """Say that somebody was quicker, and that nothing was sent."""
    return render_problem(Problem(409, "overtaken", shown={"by": by, "user_id": user_id, **shown}))
