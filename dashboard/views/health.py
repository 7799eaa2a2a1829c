"""Health checks: is the process alive, and can it serve."""

import structlog
from flask import Blueprint
from flask.typing import ResponseReturnValue

from dashboard.services.operations.readiness import NotReadyError
from dashboard.web.context import services
from dashboard.web.routing import Open, route

blueprint = Blueprint("health", __name__)
log = structlog.get_logger()
TEXT = {"Content-Type": "text/plain; charset=utf-8"}


@route(blueprint, "/healthz", access=Open.EVERYBODY)
def alive() -> ResponseReturnValue:
    """Answer as long as the process does."""
    return "ok\n", 200, TEXT


@route(blueprint, "/readyz", access=Open.EVERYBODY)
def ready() -> ResponseReturnValue:
    """Check the database and its schema. What is wrong goes to the log, not to strangers."""
    try:
        services().operations.readiness.check()
    except NotReadyError as error:
        log.error("not_ready", cause=str(error))  # noqa: TRY400  the cause says it all
        return "not ready\n", 503, TEXT
    return "ok\n", 200, TEXT
