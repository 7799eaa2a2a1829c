"""The table of errors and their pages. Views catch only what a form can fix."""

from traceback import extract_tb

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from dashboard.forms.auth import LoginForm
from dashboard.partner import errors as partner
from dashboard.services.attempts.attempts import OutcomeLostError
from dashboard.services.attempts.conflicts import AnotherBodyError, NotRecordedError
from dashboard.services.attempts.intents import IntentRefusedError
from dashboard.services.auth.sessions import SessionOverError
from dashboard.services.recorder.budgets import BudgetSpentError
from dashboard.store.db.database import CommitLostError, StoreError
from dashboard.store.limits.table import LimitsUnavailableError
from dashboard.web.auth.guard import to_login
from dashboard.web.auth.saved_forms import keep
from dashboard.web.context import find_current_user, services, signed_in
from dashboard.web.htmx import redirect_to
from dashboard.web.problems import RETRY_S, Problem, log_problem, problem_of, render_problem
from dashboard.web.request_ids import request_id
from dashboard.web.security.events import SecurityEvent, note
from dashboard.web.security.redirects import safe_path

log = structlog.get_logger()
SERVER_ERROR = 500  # from here on the mistake is not the browser's


def init_errors(app: Flask) -> None:
    """Answer every error by the table."""
    app.register_error_handler(partner.PartnerError, _partner)
    app.register_error_handler(StoreError, _store)
    app.register_error_handler(LimitsUnavailableError, _limits)
    app.register_error_handler(CommitLostError, _commit_lost)
    app.register_error_handler(OutcomeLostError, _outcome_lost)
    app.register_error_handler(
        IntentRefusedError, lambda _error: render_problem(Problem(400, "form_too_old"))
    )
    app.register_error_handler(
        AnotherBodyError, lambda _error: render_problem(Problem(409, "another_body"))
    )
    app.register_error_handler(BudgetSpentError, _budget)
    app.register_error_handler(SessionOverError, lambda _error: to_login())
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _bug)


def _form_too_old(_error: CSRFError) -> ResponseReturnValue:
    note(SecurityEvent.CSRF)
    if request.endpoint == "auth.log_in":
        form = LoginForm(request.form)
        if find_current_user():  # in another tab of the same browser
            return redirect_to(safe_path(form.next.data) or "/")
        page = render_template("auth/login.html", form=form, too_old=True)
        return make_response(page, 400)
    return render_problem(Problem(400, "form_too_old"))


def _partner(error: partner.PartnerError) -> Response:
    log_problem(error)
    return render_problem(problem_of(error))


def _store(error: StoreError) -> Response:
    return render_problem(problem_of(NotRecordedError(str(error))))


def _budget(error: BudgetSpentError) -> Response:
    """Refuse an action beyond its budget; a form's page keeps what was typed."""
    wait_s = services().audit.budgets.spent(error)
    back = keep(signed_in().staff.id) if request.method == "POST" else None
    shown = {"spent": error, "back": back}
    return render_problem(Problem(429, "budget", retry_after_s=wait_s, shown=shown))


def _commit_lost(error: CommitLostError) -> Response:
    log.error("commit_lost", cause=str(error), request_id=request_id())
    return render_problem(Problem(503, "commit_lost"))


def _limits(error: LimitsUnavailableError) -> Response:
    log.error("limits_unavailable", cause=str(error), request_id=request_id())
    return render_problem(Problem(503, "limits", retry_after_s=RETRY_S))


def _outcome_lost(error: OutcomeLostError) -> Response:
    log.error("outcome_lost", kind=str(error), request_id=request_id())
    return render_problem(Problem(503, "outcome_lost"))


def _http(error: HTTPException) -> Response:
    if isinstance(error, InternalServerError) and error.original_exception:
        return _bug(error.original_exception)
    if isinstance(error, SecurityError):
        note(SecurityEvent.UNTRUSTED_HOST)
    status = error.code or 500
    if error.response is not None:  # a redirect of the router, such as a missing slash
        return make_response(error.response)
    response = render_problem(
        Problem(status, _HTTP.get(status, "failed" if status >= SERVER_ERROR else "refused"))
    )
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


_HTTP = {400: "bad_request", 403: "forbidden", 404: "not_found", 405: "method", 413: "too_large"}


def _bug(error: BaseException) -> Response:
    if isinstance(error, LimitsUnavailableError):
        return _limits(error)
    if isinstance(error, CommitLostError):
        return _commit_lost(error)
    if isinstance(error, StoreError):
        return _store(error)
    # Only the frames: an exception's text may hold a person's data or a secret.
    frames = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)
    ]
    log.error("bug", kind=type(error).__name__, request_id=request_id(), frames=frames[-12:])
    return render_problem(Problem(500, "failed"))
