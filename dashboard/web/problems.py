"""Error pages and error fragments.

One makes no call upstream and does not need a good Host header. Under htmx it is a fragment that
takes the place of what was asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from uuid import UUID

import structlog
from flask import Response, make_response, render_template, request
from werkzeug.exceptions import SecurityError

from dashboard.partner import errors as partner
from dashboard.services.attempts.conflicts import NotRecordedError, UnguardedError
from dashboard.services.upstream.breaker import PERSON_WAITS_AT_MOST
from dashboard.store.db.database import StoreError
from dashboard.web.context import find_current_user, now, services
from dashboard.web.htmx import VARY, is_poll, target, wants_fragment
from dashboard.web.middleware import close_after_response
from dashboard.web.rendering.banners import find_call_status, find_outage
from dashboard.web.request_ids import request_id

log = structlog.get_logger()

RETRY_S = 10
PERSON_WAITS_S = PERSON_WAITS_AT_MOST.total_seconds()  # whatever the API asks for
TARGETS = frozenset(
    {
        "attention",
        "directory",
        "editor",
        "entries",
        "form",
        "inquiry",
        "list",
        "ledger",
        "looking",
        "next",
        "people",
        "record",
        "results",
        "timeline",
        "user",
    }
)
# Parts with tabs or filters: an error replaces only their list.
LISTS: Mapping[str, str] = {
    "attention": "attention-list",
    "entries": "table",
    "list": "table",
    "results": "table",
}


@dataclass(frozen=True)
class Problem:
    """An error as a page: `name` is a template of `errors/`, `shown` what it says."""

    status: int
    name: str
    retry_after_s: int | None = None
    shown: Mapping[str, object] = field(default_factory=dict)


def render_problem(problem: Problem) -> Response:
    """Render a problem: a page, or under htmx a fragment in the place of what was asked for."""
    if is_poll():  # the page stays as it is, and asks again later
        return Response(status=problem.status, headers={"HX-Reswap": "none", "Vary": VARY})
    fragment = wants_fragment()
    known = target() if fragment and target() in TARGETS else ""
    place = LISTS.get(known, known)
    template = "errors/_problem.html" if fragment else "errors/page.html"
    shown = {**problem.shown, "level": "h2" if fragment else "h1", "fragment": fragment}
    response = make_response(
        render_template(template, problem=problem, place=place, layout=_layout(), **shown),
        problem.status,
    )
    response.headers["Vary"] = VARY
    if fragment:
        response.headers["HX-Retarget"] = f"#{place or 'main'}"
        response.headers["HX-Reswap"] = "outerHTML" if place else "innerHTML"
    return retry_later(response, problem)


def retry_later(response: Response, problem: Problem | None) -> Response:
    """Add to a response when to try again, if the problem knows it."""
    if problem and problem.retry_after_s is not None:
        response.headers["Retry-After"] = str(problem.retry_after_s)
    return response


def _layout() -> str:
    """Return the page around the problem. With a Host that is not ours no address can be built."""
    if isinstance(request.routing_exception, SecurityError):
        return "bare.html"
    return "base.html" if find_current_user() else "gate.html"


def log_problem(error: partner.PartnerError) -> None:
    """Log a call that failed, for a view that answers it in its own way."""
    log.warning(
        "partner_error", kind=type(error).__name__, call=str(error), request_id=request_id()
    )


def problem_of(error: partner.PartnerError | NotRecordedError) -> Problem:
    """Return the page, or the part of a form's page, that says what went wrong."""
    match error:
        case UnguardedError():
            log.error("audit_unguarded", cause=str(error), request_id=request_id())
            return Problem(503, "unguarded")
        case NotRecordedError() | partner.Unavailable(kind=partner.UnavailableKind.UNREAD):
            log.error("store_error", kind=str(error), request_id=request_id())
            return Problem(503, "store", retry_after_s=RETRY_S)
        case partner.NotFound():
            return Problem(404, "no_such_user", shown=_known() | _known_until())
        case partner.CredentialsRefused():
            return Problem(502, "credentials", shown=_known())
        case partner.RateLimited() | partner.Unavailable():
            return _unavailable(error)
        case _:
            return Problem(502, "malformed", shown={"error": error, **_known()})


def _unavailable(error: partner.RateLimited | partner.Unavailable) -> Problem:
    if isinstance(error, partner.Unavailable) and error.kind is partner.UnavailableKind.FROZEN:
        return Problem(503, "frozen", shown={"standing": find_call_status(), **_known()})
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


def _known_until() -> dict[str, object]:
    """Return when the user in the address was last seen, in our copy too."""
    user_id = (request.view_args or {}).get("user_id")
    try:
        known = isinstance(user_id, UUID) and services().directory.box.find_last_seen(user_id)
    except StoreError:
        known = None
    return {"known_until": known or None}


def _known() -> dict[str, object]:
    """Return what we remember of the user in the address, and of their KYC."""
    user_id = (request.view_args or {}).get("user_id")
    if not isinstance(user_id, UUID):
        return {}
    try:
        return vars(services().kyc.starts.get(user_id))
    except StoreError:
        return {}
