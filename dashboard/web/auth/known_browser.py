"""A secret of a browser in which someone has logged in: no stranger's tries count against it.

It does not log anyone in: it gives people who logged in here a count of their own (ADR 16).
"""

import secrets

from flask import Response, after_this_request, g, request

from dashboard.services.auth.throttle import KNOWN_FOR_S, Stranger
from dashboard.web.client_address import client_address
from dashboard.web.context import settings
from dashboard.web.request_ids import request_id


def stranger() -> Stranger:
    """Return the actor of a request without a session; its browser gets a secret to be known by."""
    if "browser" not in g:
        g.browser = request.cookies.get(_cookie_name()) or secrets.token_urlsafe(32)
    return Stranger(request_id=request_id(), address=client_address(), browser=g.browser)


def remember_browser() -> None:
    """Let the browser keep its secret: someone has just logged in with it."""
    kept = stranger().browser

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            _cookie_name(),
            kept,
            max_age=int(KNOWN_FOR_S),
            path="/",
            secure=True,
            httponly=True,
            samesite="Strict",
        )
        return response


def _cookie_name() -> str:
    return f"__Host-dashboard-{settings().environment}-browser"
