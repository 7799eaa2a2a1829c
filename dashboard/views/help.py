"""The help page: meanings of statuses, roles and words, and the contact at Qash."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from dashboard.services.permissions import ROLE_TABLE, Role
from dashboard.web.htmx import respond
from dashboard.web.routing import Open, route

blueprint = Blueprint("help", __name__)


@route(blueprint, "/help", access=Open.STAFF)
def index() -> ResponseReturnValue:
    """Show the help page. Makes no call to the API."""
    return respond("help/index.html", fragments={}, roles=tuple(Role), table=ROLE_TABLE)
