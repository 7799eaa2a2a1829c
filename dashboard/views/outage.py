"""While calls are held back: trying immediately, for a person who chose not to wait.

Open to all staff: the read shows no data, and the breaker counts it.
"""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.partner.errors import PartnerError
from dashboard.web.context import services
from dashboard.web.htmx import redirect_to
from dashboard.web.problems import log_problem
from dashboard.web.routing import Open, route
from dashboard.web.security.redirects import safe_path

blueprint = Blueprint("outage", __name__)


@route(blueprint, "/outage/try", access=Open.STAFF, method="POST")
def try_now() -> ResponseReturnValue:
    """Make one read, and go back to the page, whose banner says what came of it."""
    try:
        services().upstream.probe.try_now()
    except PartnerError as error:
        log_problem(error)
    return redirect_to(safe_path(request.form.get("back")) or url_for("overview.index"))
