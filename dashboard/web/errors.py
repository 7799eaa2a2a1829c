"""THE table: what goes wrong, and the page that says so. Views catch only what a form can mend.

An error page makes no call upstream and does not need a good Host header. Under htmx it is a
fragment that takes the place of what was asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from traceback import extract_tb
from uuid import UUID

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from dashboard.forms.auth import LoginForm
from dashboard.partner import errors as partner
from dashboard.services.attempts.attempts import OutcomeLostError
from dashboard.services.attempts.conflicts import AnotherBodyError, NotRecordedError, UnguardedError
from dashboard.services.attempts.intents import IntentRefusedError
from dashboard.services.auth.sessions import SessionOverError
from dashboard.services.recorder.budgets import BudgetSpentError
from dashboard.services.upstream.breaker import PERSON_WAITS_AT_MOST
from dashboard.store.db.database import CommitLostError, StoreError
from dashboard.store.limits.table import LimitsUnavailableError
from dashboard.web.auth.guard import to_login
from dashboard.web.auth.saved_forms import keep
from dashboard.web.close_connection import close_after_response
from dashboard.web.context import find_current_user, now, request_id, services
from dashboard.web.htmx import VARY, is_poll, redirect_to, target, wants_fragment
from dashboard.web.rendering.banners import find_outage, find_standing
from dashboard.web.security.events import SecurityEvent, note
from dashboard.web.security.redirects import safe_path

log = structlog.get_logger()

RETRY_S = 10
PERSON_WAITS_S = PERSON_WAITS_AT_MOST.total_seconds()  # whatever the API asks for
OURS = 500  # from here on the mistake is not the browser's
TARGETS = frozenset(
    {
        "attention",
        "entries",
        "form",
        "inquiry",
        "lanes",
        "ledger",
        "next",
        "people",
        "record",
        "results",
        "timeline",
        "user",
    }
)


@dataclass(frozen=True)
class Problem:
    """An error as a page: `name` is a template of `errors/`, `shown` what it says.

    `root` is the id of the part of a page that it stands in for.
    """

    status: int
    name: str
    retry_after_s: int | None = None
    shown: Mapping[str, object] = field(default_factory=dict)
    root: str = ""


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


def render_problem(problem: Problem) -> Response:
    """Render a problem: a page, or under htmx a fragment in the place of what was asked for."""
    if is_poll():  # the page stays as it is, and asks again later
        return Response(status=problem.status, headers={"HX-Reswap": "none", "Vary": VARY})
    fragment = wants_fragment()
    known = target() if target() in TARGETS else ""
    root = known if fragment else problem.root
    template = "errors/_problem.html" if fragment else "errors/page.html"
    shown = {**problem.shown, "layout": _layout(), "level": "h2" if fragment else "h1"}
    response = make_response(
        render_template(template, problem=problem, root=root, **shown), problem.status
    )
    response.headers["Vary"] = VARY
    if fragment:
        response.headers["HX-Retarget"] = f"#{root or 'main'}"
        response.headers["HX-Reswap"] = "outerHTML" if root else "innerHTML"
    return retry_later(response, problem)


def retry_later(response: Response, problem: Problem | None) -> Response:
    """Say when to try again, where a problem knows."""
    if problem and problem.retry_after_s is not None:
        response.headers["Retry-After"] = str(problem.retry_after_s)
    return response


def _layout() -> str:
    """Return the page around the problem. With a Host that is not ours no address can be built."""
    if isinstance(request.routing_exception, SecurityError):
        return "bare.html"
    return "base.html" if find_current_user() else "gate.html"


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


def log_problem(error: partner.PartnerError) -> None:
    """Log a call that failed, for whoever answers it in another way than by a page of these."""
    log.warning(
        "partner_error", kind=type(error).__name__, call=str(error), request_id=request_id()
    )


def problem_of(error: partner.PartnerError | NotRecordedError) -> Problem:
    """Return the page, or the part of a form's page, that says what went wrong."""
    match error:
        case UnguardedError():
            log.error("audit_unguarded", cause=str(error), request_id=request_id())
            return Problem(503, "unguarded")
        case NotRecordedError():
            log.error("store_error", kind=str(error), request_id=request_id())
            return Problem(503, "store", retry_after_s=RETRY_S)
        case partner.NotFound():
            return Problem(404, "no_such_user", shown=_known())
        case partner.CredentialsRefused():
            return Problem(502, "credentials", shown=_known())
        case partner.RateLimited() | partner.Unavailable():
            return _unavailable(error)
        case _:
            return Problem(502, "malformed", shown={"error": error, **_known()})


def _unavailable(error: partner.RateLimited | partner.Unavailable) -> Problem:
    if isinstance(error, partner.Unavailable) and error.kind is partner.UnavailableKind.FROZEN:
        return Problem(503, "frozen", shown={"standing": find_standing(), **_known()})
    wait = ceil(_wait_s(error))
    if isinstance(error, partner.Unavailable) and error.kind is partner.UnavailableKind.BULKHEAD:
        close_after_response()
    shown = {"error": error, "wait_s": wait, **_known()}
    if isinstance(error, partner.Unavailable) and error.kind is partner.UnavailableKind.REFUSED:
        return Problem(503, "credentials", retry_after_s=wait, shown=shown)
    return Problem(503, "unavailable", retry_after_s=wait, shown=shown)


def _wait_s(error: partner.RateLimited | partner.Unavailable) -> float:
    """Return the seconds until a next try goes out: the breaker's where it holds calls back."""
    outage = find_outage()
    left_s = (outage.retry_at - now()).total_seconds() if outage else 0.0
    return left_s if left_s > 0 else min(error.retry_after_s or RETRY_S, PERSON_WAITS_S)


def _known() -> dict[str, object]:
    """Return what we remember of the user whom the address names, and of their KYC."""
    user_id = (request.view_args or {}).get("user_id")
    if not isinstance(user_id, UUID):
        return {}
    try:
        return vars(services().kyc.get(user_id))
    except StoreError:
        return {}


def _store(error: StoreError) -> Response:
    return render_problem(problem_of(NotRecordedError(str(error))))


def _budget(error: BudgetSpentError) -> Response:
    """Refuse what a person did too often; a form's page has what they typed."""
    wait_s = services().budgets.spent(error, request_id=request_id())
    back = keep(error.staff_id) if request.method == "POST" else None
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
        Problem(status, _HTTP.get(status, "failed" if status >= OURS else "refused"))
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
    # The frames alone: an exception's text may hold a person's data or a secret.
    frames = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)
    ]
    log.error("bug", kind=type(error).__name__, request_id=request_id(), frames=frames[-12:])
    return render_problem(Problem(500, "failed"))
