"""The list of security refusals, as named events in the log.

An event names the route and the request's id. Who it was is in the audit log and the proxy's log.
"""

from enum import StrEnum

import structlog
from flask import request

from dashboard.web.request_ids import request_id, request_method

log = structlog.get_logger()


class SecurityEvent(StrEnum):
    """Refusals. Alerts look for the values."""

    FOREIGN_ORIGIN = "foreign_origin"
    CSRF = "csrf_refused"
    UNTRUSTED_HOST = "untrusted_host"
    FORBIDDEN = "forbidden"
    THROTTLED = "throttled"
    TOO_LARGE = "too_large"


BY_STATUS = {  # the event of an answer's status
    403: SecurityEvent.FORBIDDEN,
    413: SecurityEvent.TOO_LARGE,
    429: SecurityEvent.THROTTLED,
}


def note(event: SecurityEvent) -> None:
    """Log an event of this request."""
    log.warning(
        event.value,
        security=True,
        method=request_method(),
        route=request.url_rule.rule if request.url_rule else None,
        request_id=request_id(),
    )
