"""The id that connects a request's log lines, audit entries and page."""

from flask import g


def request_id() -> str:
    """Return this request's id: 16 hexadecimal digits, in our log and on error pages."""
    return str(g.request_id)
