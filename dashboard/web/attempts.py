"""What every view of a dangerous action does the same way: the intent, and a refused call."""

from uuid import UUID

from flask import Response, request

from dashboard.services.attempts import Running
from dashboard.services.identities import Identity, recognise
from dashboard.services.intents import Intent
from dashboard.services.roles import Permission
from dashboard.web.context import services, settings, signed_in
from dashboard.web.errors import Problem, answer


def new_intent(action: Permission, subject_id: UUID | None, email: str | None = None) -> str:
    """Return the value that a rendered form carries."""
    return services().intents.new(signed_in().staff.id, action, subject_id, email)


def sent_intent(action: Permission, subject_id: UUID | None) -> Intent:
    """Return the intent of the form that was sent.

    Raises:
        IntentRefusedError: it is not for this person, action and subject, or too old.

    """
    value = request.form.get("intent", "")
    return services().intents.read(value, signed_in().staff.id, action, subject_id)


def must_confirm(email: str | None) -> str | None:
    """Return the email that has to be typed again: in production alone."""
    return email if settings().is_production else None


def made_up_with(email: str) -> Identity | None:
    """Return the test identity of an email, None for others, and for all in production."""
    return None if settings().is_production else recognise(email, settings().test_email)


def running(since: Running) -> Response:
    """Say that the same form is being worked on."""
    return answer(Problem(409, "running", shown={"since_at": since.since_at}))
