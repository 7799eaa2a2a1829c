"""The audit: one line an attempt, each with an address of its own, and what one person did."""

from dataclasses import replace
from functools import partial

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.audit import OUTCOMES, AuditForm, StaffAuditForm
from dashboard.services.audit.log import ACTIONS
from dashboard.services.permissions import Permission
from dashboard.services.tokens.lifetime import may_exist_until
from dashboard.web.context import services, zone
from dashboard.web.htmx import respond
from dashboard.web.routing import route

blueprint = Blueprint("audit", __name__)
NUMBER_MAX = 2**31
ENTRIES = {"entries": "audit/_entries.html"}
CHOICES = {"action": ACTIONS, "outcome": OUTCOMES}


@route(blueprint, "/audit", access=Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    """List what was done and refused, newest first."""
    form = AuditForm(request.args)
    form.validate()
    return respond(
        "audit/index.html",
        fragments=ENTRIES,
        url=url_for("audit.index", **form.arguments()),
        found=services().audit.log.search(form.query(zone())),
        may_exist_until=may_exist_until,
        form=form,
        dropped=form.dropped(),
        choices=CHOICES,
        list_url=partial(url_for, "audit.index"),
        export_url=url_for("exports.audit", **form.arguments()),
    )


@route(blueprint, "/audit/people/<int(max=2147483647):staff_id>", access=Permission.AUDIT_READ)
def person(staff_id: int) -> ResponseReturnValue:
    """Show what one member of staff did: how often, and line by line."""
    form = StaffAuditForm(request.args)
    form.validate()
    dossier = services().staff.activity.find(staff_id)
    if dossier is None:
        abort(404)
    email = dossier.colleague.member.email
    return respond(
        "audit/person.html",
        fragments=ENTRIES,
        url=url_for("audit.person", staff_id=staff_id, **form.arguments()),
        dossier=dossier,
        found=services().audit.log.search(replace(form.query(zone()), staff_id=staff_id)),
        may_exist_until=may_exist_until,
        form=form,
        dropped=form.dropped(),
        choices=CHOICES,
        list_url=partial(url_for, "audit.person", staff_id=staff_id),
        export_url=url_for("exports.audit", person=email, **form.arguments()),
    )


@route(blueprint, "/audit/<int:seq>", access=Permission.AUDIT_READ)
def show(seq: int) -> ResponseReturnValue:
    """Show one line with every row of the chain that belongs to it; each row leads to its line."""
    line = services().audit.log.line_of(seq) if seq <= NUMBER_MAX else None
    if line is not None and line != seq:
        return redirect(url_for("audit.show", seq=line), 303)
    found = services().audit.log.find(seq) if line else None
    if found is None:
        abort(404)
    return respond("audit/show.html", fragments={}, found=found, may_exist_until=may_exist_until)
