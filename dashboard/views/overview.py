"""The start page: until there is an overview, the list of users."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from dashboard.services.roles import Permission
from dashboard.web.routing import route

blueprint = Blueprint("overview", __name__)


@route(blueprint, "/", access=Permission.USERS_READ)
def index() -> ResponseReturnValue:
    """Lead to the users."""
    return redirect(url_for("users.index"), 303)
