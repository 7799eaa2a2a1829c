"""The directory's upkeep: how complete and fresh it is, and the sweeps, one POST each."""

from flask import Blueprint, after_this_request, flash, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from dashboard.services.permissions import Permission
from dashboard.web.context import actor, services
from dashboard.web.htmx import FOLLOW, is_poll, redirect_to, respond
from dashboard.web.routing import route

blueprint = Blueprint("directory", __name__)
PAGE = "/settings/directory"
ACCESS = Permission.DIRECTORY_MANAGE
STATUS = "directory/_status.html"
POLL_S = 5


@route(blueprint, PAGE, access=ACCESS)
def index() -> ResponseReturnValue:
    """Show coverage, freshness, sweeps and the budget. Makes no API call."""
    fragments = {"directory": STATUS}
    if is_poll():
        fragments[FOLLOW] = STATUS
        after_this_request(_in_place_of_all)
    return respond(
        "directory/index.html",
        fragments=fragments,
        directory=services().directory.status.read(),
        follow=services().desk.follow.status(),
        late_count=services().desk.follow.count_late(),
        poll_s=POLL_S,
    )


@route(blueprint, f"{PAGE}/start", access=ACCESS, method="POST")
def start() -> ResponseReturnValue:
    """Begin a sweep."""
    return _done("started", is_new=services().directory.control.start(actor()))


@route(blueprint, f"{PAGE}/pause", access=ACCESS, method="POST")
def pause() -> ResponseReturnValue:
    """Pause the sweep that runs."""
    return _done("paused", is_new=services().directory.control.pause(actor()))


@route(blueprint, f"{PAGE}/resume", access=ACCESS, method="POST")
def resume() -> ResponseReturnValue:
    """Let the sweep go on where it was."""
    return _done("resumed", is_new=services().directory.control.resume(actor()))


def _done(what: str, *, is_new: bool) -> ResponseReturnValue:
    flash(what if is_new else "unchanged", "directory")
    return redirect_to(url_for("directory.index"))


def _in_place_of_all(response: Response) -> Response:
    response.headers["HX-Retarget"] = "#directory"
    return response
