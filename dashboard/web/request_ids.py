"""A request in the log: its method, and the id that connects its lines, audit entries and page."""

from flask import g, request

METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})


def request_id() -> str:
    """Return this request's id: 16 hexadecimal digits, in our log and on error pages."""
    return str(g.request_id)


def request_method() -> str:
    """Return the method, `OTHER` for any other word: a client chooses it."""
    return request.method if request.method in METHODS else "OTHER"
