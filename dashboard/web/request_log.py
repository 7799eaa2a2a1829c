"""One JSON line an event on stderr. No query string, body, cookie or secret is ever in it."""

from time import perf_counter

import structlog
from flask import Flask, Response, g, request

from dashboard.logs import configure_logs
from dashboard.web.request_ids import request_id

log = structlog.get_logger()


def init_logs(app: Flask) -> None:
    """Log each request once it is answered, by its route rather than its address."""
    configure_logs()
    app.before_request(_start)
    app.after_request(_log)


def _start() -> None:
    g.started = perf_counter()


def _log(response: Response) -> Response:
    log.info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        took_ms=round((perf_counter() - g.started) * 1000, 1),
        request_id=request_id(),
    )
    return response
