"""Where the filters of a list are sent: a POST, because what is typed may hold a secret."""

from urllib.parse import urlencode

from flask import Blueprint, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from dashboard.web.routing import Open, route
from dashboard.web.security.free_text import lead

blueprint = Blueprint("filters", __name__)
LISTS = frozenset({"audit.index", "audit.person", "desk.index", "requests.index", "tokens.index"})
OURS = frozenset({"csrf_token", "list"})


@route(blueprint, "/filters", access=Open.STAFF, method="POST")
def narrow() -> ResponseReturnValue:
    """Lead to a list with these filters: a script sends them to the list itself.

    A token leads to its receipt, and a verification link to its user.
    """
    path = request.form.get("list", "")
    if not _is_list(path):
        abort(400)
    given = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if value.strip() and name not in OURS
    ]
    address = f"{path}?{urlencode(given)}" if given else path
    return lead(path, given) or redirect(address, 303)


def _is_list(path: str) -> bool:
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return endpoint in LISTS
