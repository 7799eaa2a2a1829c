"""The audit: one line an attempt, and each with an address of its own."""

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.audit import OUTCOMES, AuditForm
from dashboard.services.audit import ACTIONS, may_exist_until
from dashboard.services.roles import Permission
from dashboard.web.context import services, zone
from dashboard.web.htmx import respond
from dashboard.web.routing import route

blueprint = Blueprint("audit", __name__)
NUMBER_MAX = 2**31


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
        may_exist_until=may_exist_until,
        form=form,
        dropped=form.dropped(),
        choices={"action": ACTIONS, "outcome": OUTCOMES},
    )


@route(blueprint, "/audit/<int:seq>", access=Permission.AUDIT_READ)
def show(seq: int) -> ResponseReturnValue:
    """Show one line with every row of the chain that belongs to it; each row leads to its line."""
    line = services().audit.line_of(seq) if seq <= NUMBER_MAX else None
    if line is not None and line != seq:
        return redirect(url_for("audit.show", seq=line), 303)
    found = services().audit.find(seq) if line else None
    if found is None:
        abort(404)
    return respond("audit/show.html", fragments={}, found=found, may_exist_until=may_exist_until)
