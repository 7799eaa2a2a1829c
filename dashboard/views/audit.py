"""The audit: one line an attempt, and each with an address of its own."""

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.audit import OUTCOMES, AuditForm
from dashboard.services.audit import ACTIONS
from dashboard.services.roles import Permission
from dashboard.web.context import services, zone
from dashboard.web.htmx import respond
from dashboard.web.routing import route

blueprint = Blueprint("audit", __name__)


@route(blueprint, "/audit", access=Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    """List what was done and refused, newest first."""
    form = AuditForm(request.args)
    form.validate()
    return respond(
        "audit/index.html",
        fragments={"entries": "audit/_entries.html"},
        url=url_for("audit.index", **form.arguments()),
        found=services().audit.search(form.query(zone())),
        form=form,
        dropped=form.dropped(),
        choices={"action": ACTIONS, "outcome": OUTCOMES},
    )


@route(blueprint, "/audit/<int:seq>", access=Permission.AUDIT_READ)
def show(seq: int) -> ResponseReturnValue:
    """Show one line with every row of the chain that belongs to it."""
    found = services().audit.find(seq) if seq <= 2**31 else None
    if found is None:
        abort(404)
    line, rows = found
    return respond("audit/show.html", fragments={}, line=line, rows=rows)
