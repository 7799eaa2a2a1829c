"""The overview: what needs attention, what happened, and how many users there are."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.overview import AttentionForm
from dashboard.forms.users import STATUSES
from dashboard.services.permissions import Permission
from dashboard.web.context import services, signed_in
from dashboard.web.htmx import respond
from dashboard.web.routing import route

blueprint = Blueprint("overview", __name__)
ZONE_COOKIE = "zone"  # static/app-times.js sets it where the answer is "Not now"
FRAGMENTS = {"attention": "overview/_attention.html", "upstream": "overview/_upstream.html"}


@route(blueprint, "/", access=Permission.USERS_READ)
def index() -> ResponseReturnValue:
    """Show the overview without an API call; the counts load later."""
    form = AttentionForm(request.args)
    form.validate()
    person, kind, rows = signed_in(), form.kind_wanted(), form.rows_wanted()
    return respond(
        "overview/index.html",
        fragments=FRAGMENTS,
        url=url_for("overview.index", kind=kind, rows=rows),
        reached=services().audit.budgets.reached() if person.may(Permission.STAFF_MANAGE) else None,
        attention=services().overview.attention(kind, rows),
        activity=services().overview.activity(
            person.staff.email, everything=person.may(Permission.AUDIT_READ)
        ),
        health=services().upstream.monitor.health(),
        statuses=STATUSES,
        unusable=form.dropped(),
        asks_zone=not person.staff.time_zone and ZONE_COOKIE not in request.cookies,
    )


@route(
    blueprint,
    "/overview/counts/<any(active, pending, suspended, banned):status>",
    access=Permission.USERS_READ,
    keeps_alive=False,
)
def count(status: str) -> ResponseReturnValue:
    """Show the number of users of a status: a fragment of the overview, or a page of its own."""
    return respond(
        "overview/count.html",
        fragments={f"count-{status}": "overview/_count.html"},
        found=services().overview.count(status),
        word=status,
    )
