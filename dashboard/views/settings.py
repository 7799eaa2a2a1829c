"""Settings, to be read: the environment sets them, and a restart takes them."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from dashboard.services.roles import Permission
from dashboard.web.context import services
from dashboard.web.htmx import respond
from dashboard.web.routing import route

blueprint = Blueprint("settings", __name__)


@route(blueprint, "/settings", access=Permission.CREDENTIALS_MANAGE)
def index() -> ResponseReturnValue:
    """Show what this dashboard is set to, and what it saw of the API. Asks nobody."""
    return respond(
        "settings/index.html",
        fragments={},
        seen=services().upstream.seen(),
        versions=services().health.versions(),
    )
