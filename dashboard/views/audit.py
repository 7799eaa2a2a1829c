"""The audit: one line per attempt, each with an address of its own, and what one person did."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.logs.audit import OUTCOMES, AuditForm, StaffAuditForm, presets
from dashboard.forms.story.story import OpenedForm
from dashboard.services.audit.log import ACTIONS
from dashboard.services.permissions import Permission
from dashboard.services.staff.activity import ActivityReport
from dashboard.services.story.keys import write_place
from dashboard.services.tokens.lifetime import may_exist_until
from dashboard.web.context import now, services, zone
from dashboard.web.htmx import respond, triggered_by
from dashboard.web.routing import route
from dashboard.web.sight import sees_personal

blueprint = Blueprint("audit", __name__)
ENTRIES = {"entries": "audit/_entries.html"}
CHOICES = {"action": ACTIONS, "outcome": OUTCOMES}
INPUTS = ("audit-q", "audit-person", "audit-action", "audit-outcome", "audit-since", "audit-until")


@route(blueprint, "/audit", access=Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    """List what was done and refused, newest first."""
    return _lines("audit/index.html", AuditForm(request.args), partial(url_for, "audit.index"))


@route(blueprint, "/audit/people/<int:staff_id>", access=Permission.AUDIT_READ)
def person(staff_id: int) -> ResponseReturnValue:
    """Show what one member of staff did: how often, and line by line."""
    dossier = services().staff.activity.find(staff_id)
    if dossier is None:
        abort(404)
    return _lines(
        "audit/person.html",
        StaffAuditForm(request.args),
        partial(url_for, "audit.person", staff_id=staff_id),
        staff_id=staff_id,
        dossier=dossier,
    )


@route(blueprint, "/audit/people/<int:staff_id>/opened", access=Permission.AUDIT_READ)
def opened(staff_id: int) -> ResponseReturnValue:
    """List the users whom one member of staff opened, newest first."""
    colleague = services().staff.profiles.find(staff_id)
    if colleague is None:
        abort(404)
    form = OpenedForm(request.args)
    form.validate()
    visits = services().story.visits
    return respond(
        "audit/opened.html",
        fragments={},
        member=colleague.member,
        found=visits.of_person(staff_id, form.place()),
        write_place=write_place,
        is_newest=form.place() is None,
        kept_days=visits.kept.days,
        dropped=form.dropped(),
    )


@route(blueprint, "/audit/<int:seq>", access=Permission.AUDIT_READ)
def show(seq: int) -> ResponseReturnValue:
    """Show one line with every row of the chain that belongs to it; each row leads to its line."""
    line = services().audit.log.line_of(seq)
    if line is not None and line != seq:
        return redirect(url_for("audit.show", seq=line), 303)
    found = services().audit.log.find(seq) if line else None
    if found is None:
        abort(404)
    is_token = found.line.action.startswith("tokens:")
    return respond(
        "audit/show.html",
        fragments={},
        found=found,
        receipt=services().tokens.receipts.of_attempt(seq) if is_token else None,
        may_exist_until=may_exist_until,
    )


def _lines(
    page: str,
    form: AuditForm,
    list_url: Callable[..., str],
    staff_id: int | None = None,
    dossier: ActivityReport | None = None,
) -> Response:
    form.validate()
    changing = next(filter(triggered_by, INPUTS), None)
    filters = replace(form.query(zone(), partly=sees_personal()), staff_id=staff_id)
    found = services().audit.log.search(filters)
    return respond(
        page,
        fragments=ENTRIES,
        url=list_url(**form.arguments()),
        replaces=changing == INPUTS[0],
        found=found,
        users_left_out=services().audit.log.leaves_users_out(filters),
        staff_names={str(each_id): name for _, name, each_id in found.people},
        may_exist_until=may_exist_until,
        form=form,
        dropped=form.dropped(),
        choices=CHOICES,
        presets=presets(now().astimezone(zone()).date()),
        changing=changing,
        list_url=list_url,
        dossier=dossier,
    )
