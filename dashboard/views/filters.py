"""Where the filters of a list are sent: a POST, because what is typed may hold a secret."""

from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.web.routing import Open, route
from dashboard.web.security.free_text import lead
from dashboard.web.security.redirects import find_page, safe_path

blueprint = Blueprint("filters", __name__)
LISTS = frozenset({"audit.index", "audit.person", "desk.index", "requests.index", "tokens.index"})
OURS = frozenset({"csrf_token", "list"})
VALUE_MAX = 400  # characters: longer text can't be used, as the list says


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
    if place := lead(path, given):
        return place
    shortened = [(name, value[:VALUE_MAX]) for name, value in given]
    return redirect(f"{path}?{urlencode(shortened)}" if given else path, 303)


def _is_list(path: str) -> bool:
    return bool(safe_path(path)) and find_page(path) in LISTS
