"""Settings, read-only: the environment sets them, and a change needs a restart."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from dashboard.services.permissions import Permission
from dashboard.web.context import services
from dashboard.web.htmx import respond
from dashboard.web.rendering import runbook
from dashboard.web.routing import route

blueprint = Blueprint("settings", __name__)


@route(blueprint, "/settings", access=Permission.CREDENTIALS_MANAGE)
def index() -> ResponseReturnValue:
    """Show the settings of this dashboard, and what it saw of the API. Makes no API call."""
    return respond(
        "settings/index.html",
        fragments={},
        seen=services().upstream.monitor.seen(),
        in_use=services().credentials.overview.show().in_use,
        versions=services().operations.readiness.versions(),
        worker_at=services().operations.heartbeat.find_last(),
        worker_runs=services().operations.heartbeat.is_running(),
        backup=services().backups.log.find(),
        recipes=runbook.recipes()[1:],
    )


@route(blueprint, "/settings/runbook", access=Permission.CREDENTIALS_MANAGE)
def show_runbook() -> ResponseReturnValue:
    """Show the runbook, one recipe per card."""
    return respond("settings/runbook.html", fragments={}, recipes=runbook.recipes())
