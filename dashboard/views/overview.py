"""The overview: what needs attention, what changed and happened, and how users get on."""

from functools import partial
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.directory import list_arguments
from dashboard.forms.overview import AttentionForm
from dashboard.forms.users import STATUSES
from dashboard.services.directory.filters import ROWS
from dashboard.services.overview.attention import DESK
from dashboard.services.permissions import Permission
from dashboard.web.context import services, signed_in
from dashboard.web.htmx import FOLLOW, is_poll, respond
from dashboard.web.parts import render_parts
from dashboard.web.routing import route
from dashboard.web.sight import reader

blueprint = Blueprint("overview", __name__)
ZONE_COOKIE = "zone"  # static/app-times.js sets it where the answer is "Not now"
PARTS = {
    name: f"overview/_{name}.html"
    for name in ("mine", "users", "since", "attention", "weeks", "activity", "upstream", "time")
}
"""The parts of the page, by root id."""
FOLLOW_S = 30


@route(blueprint, "/", access=Permission.USERS_READ)
def index() -> ResponseReturnValue:
    """Show the overview without an API call, or tell an open page which of its parts changed."""
    form = AttentionForm(request.args)
    form.validate()
    person, kind, rows = signed_in(), form.kind_wanted(), form.rows_wanted()
    overview, staff = services().overview, person.staff
    visit = overview.visits.since if is_poll() else overview.visits.note
    url = url_for("overview.index", kind=kind, rows=rows)
    coverage = services().directory.listing.status()
    shown: dict[str, Any] = {
        "activity": overview.activity.recent(
            reader(), staff.email, everything=person.may(Permission.AUDIT_READ)
        ),
        "attention": overview.attention.find(kind, reader(), rows),
        "coverage": coverage,
        "desk_lists": DESK,
        "digest": overview.digests.since(visit(staff.id), reader()),
        "list_arguments": partial(list_arguments, rows=ROWS[0]),
        "health": services().upstream.monitor.health(),
        "mine": overview.mine.read(reader()) if person.may(Permission.NOTES_WRITE) else None,
        "progress": overview.progress.read(reader()),
        "reached": (
            services().audit.budgets.reached() if person.may(Permission.STAFF_MANAGE) else None
        ),
        "users": overview.counts.ours(reader()) if coverage.is_complete else None,
        "statuses": STATUSES,
        "worker_runs": services().operations.heartbeat.is_running(),
    }
    parts = render_parts(PARTS, in_place=is_poll(), **shown)
    return respond(
        "overview/index.html",
        fragments={**PARTS, FOLLOW: "overview/_poll.html"},
        url=None if is_poll() else url,
        parts=parts,
        changed=parts.changed(request.args.get("seen", "")),
        follow_s=FOLLOW_S,
        in_place="",
        page_url=url,
        unusable=form.dropped(),
        asks_zone=not staff.time_zone and ZONE_COOKIE not in request.cookies,
        **shown,
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
        found=services().overview.counts.count(status),
        word=status,
    )
