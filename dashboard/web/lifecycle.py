"""Both ends of every request: who waits for it, and its log line.

The log has one JSON line per event, on stderr. No query string, body, cookie or secret is in it.
"""

import secrets
from functools import partial
from time import perf_counter

import structlog
from flask import Flask, Response, g, request

from dashboard.logs import configure_logs
from dashboard.partner.asker import Asker, Caller, asker, caller
from dashboard.services.ports import Meter
from dashboard.web.compression import compress
from dashboard.web.htmx import is_poll
from dashboard.web.request_ids import request_method
from dashboard.web.security.events import BY_STATUS, note

log = structlog.get_logger()


def init_lifecycle(app: Flask, meter: Meter | None) -> None:
    """Give each request an id, and log it when it is answered, by its route, not its address."""
    configure_logs()
    app.before_request(_begin)
    if meter:
        app.after_request(partial(_measure, meter))  # they are called from the last to the first
    app.after_request(_answer)
    app.teardown_request(_end)


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.started = perf_counter()
    g.asker = asker.set(Asker.PROGRAM if is_poll() else Asker.PERSON)
    g.caller = caller.set(Caller(request_id=g.request_id))


def _answer(response: Response) -> Response:
    """Complete the response: no page may be kept (static files have their own headers)."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Request-Id"] = g.request_id
    compress(response)
    if event := BY_STATUS.get(response.status_code):
        note(event)
    log.info(
        "request",
        method=request_method(),
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        took_ms=round((perf_counter() - g.started) * 1000, 1),
        request_id=g.request_id,
    )
    return response


def _measure(meter: Meter, response: Response) -> Response:
    meter.answered(request.endpoint, response.status_code, perf_counter() - g.started)
    return response


def _end(_error: BaseException | None) -> None:
    if "asker" in g:
        asker.reset(g.pop("asker"))
        caller.reset(g.pop("caller"))
