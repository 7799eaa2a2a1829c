"""Staff: who is here, what each may do, and the links that let them in."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, abort, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.staff import NewMemberForm, RolesForm
from dashboard.services.actors import Actor
from dashboard.services.auth.one_time_links import OneTimeLink
from dashboard.services.permissions import ROLE_TABLE, Permission, Role
from dashboard.services.staff.manage import StaffError
from dashboard.services.staff.profiles import StaffProfile
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services, settings, signed_in
from dashboard.web.htmx import redirect_to, respond
from dashboard.web.link_mail import mail_link
from dashboard.web.rendering.collation import in_order
from dashboard.web.routing import route

blueprint = Blueprint("staff", __name__)
PERSON = "/staff/<int:staff_id>"
_action = partial(
    route,
    blueprint,
    access=Permission.STAFF_MANAGE,
    method="POST",
    step_up=True,
    form_at="staff.show",
)


@route(blueprint, "/staff", access=Permission.STAFF_MANAGE)
def index() -> ResponseReturnValue:
    """List all staff, and what each role may do."""
    return respond(
        "staff/index.html",
        fragments={"people": "staff/_people.html"},
        people=_by_name(services().staff.profiles.every()),
        roles=tuple(Role),
        table=ROLE_TABLE,
    )


@route(blueprint, "/staff/new", access=Permission.STAFF_MANAGE)
def new() -> ResponseReturnValue:
    """Show the form that adds a member."""
    return _new(NewMemberForm(restore_form("staff.add")))


@route(
    blueprint,
    "/staff",
    access=Permission.STAFF_MANAGE,
    method="POST",
    step_up=True,
    form_at="staff.new",
)
def add() -> ResponseReturnValue:
    """Add a member. Only this answer holds their link."""
    form = NewMemberForm(request.form)
    if not form.validate():
        return _new(form, 422)
    try:
        link = services().staff.members.invite(
            form.email.data or "", form.name.data or "", form.wanted(), actor()
        )
    except StaffError as error:
        form.refuse(error.cause)
        return _new(form, 422, is_refused=True)
    return _link(link)


@route(blueprint, PERSON, access=Permission.STAFF_MANAGE)
def show(staff_id: int) -> ResponseReturnValue:
    """Show one person, with what can be changed about them."""
    person = _get(staff_id)
    again = restore_form("staff.set_roles")
    return _person(person, RolesForm(again) if again else None)


@route(
    blueprint,
    f"{PERSON}/confirm/<any(disable, 'end-sessions', 'reset-second-factors'):change>",
    access=Permission.STAFF_MANAGE,
)
def confirm(staff_id: int, change: str) -> ResponseReturnValue:
    """Ask before a staff member loses something, where no dialog can: without JavaScript."""
    person = _get(staff_id)
    if not person.member.active or person.member.id == signed_in().staff.id:
        return redirect_to(url_for("staff.show", staff_id=staff_id))
    return respond("staff/confirm.html", fragments={}, colleague=person, change=change)


@_action(f"{PERSON}/roles")
def set_roles(staff_id: int) -> ResponseReturnValue:
    """Replace a member's roles."""
    person, form = _get(staff_id), RolesForm(request.form)
    if not form.validate():
        return _person(person, form, 422)
    return _change(
        person, lambda email, by: services().staff.members.set_roles(email, form.wanted(), by), form
    )


@_action(f"{PERSON}/link")
def make_link(staff_id: int) -> ResponseReturnValue:
    """Make a link for a member who can't log in. Only this answer holds it."""
    return _with_link(_get(staff_id), services().staff.members.make_link)


@_action(f"{PERSON}/link/withdraw")
def withdraw_link(staff_id: int) -> ResponseReturnValue:
    """Withdraw a member's link."""
    return _change(_get(staff_id), services().staff.members.withdraw_link)


@_action(f"{PERSON}/second-factors/require")
def require_second_factor(staff_id: int) -> ResponseReturnValue:
    """Require a second factor of a staff member."""
    require = partial(services().staff.members.require_second_factor, required=True)
    return _change(_get(staff_id), require)


@_action(f"{PERSON}/second-factors/no-longer")
def require_no_longer(staff_id: int) -> ResponseReturnValue:
    """Let a member's roles decide whether they need a second factor."""
    leave = partial(services().staff.members.require_second_factor, required=False)
    return _change(_get(staff_id), leave)


@_action(f"{PERSON}/second-factors/reset", step_up="always")
def reset_second_factors(staff_id: int) -> ResponseReturnValue:
    """Remove a member's second factors and password. Only this answer holds their link."""
    return _with_link(_get(staff_id), services().staff.members.reset_second_factors)


@_action(f"{PERSON}/sessions/end")
def end_sessions(staff_id: int) -> ResponseReturnValue:
    """Log a member out everywhere."""
    return _change(_get(staff_id), services().staff.members.end_sessions)


@_action(f"{PERSON}/disable")
def disable(staff_id: int) -> ResponseReturnValue:
    """Disable a member."""
    return _change(_get(staff_id), services().staff.members.disable)


@_action(f"{PERSON}/enable")
def enable(staff_id: int) -> ResponseReturnValue:
    """Enable a member again."""
    return _change(_get(staff_id), services().staff.members.enable)


def _get(staff_id: int) -> StaffProfile:
    return services().staff.profiles.find(staff_id) or abort(404)


def _change(
    person: StaffProfile, change: Callable[[str, Actor], None], form: RolesForm | None = None
) -> ResponseReturnValue:
    try:
        change(person.member.email, actor())
    except StaffError as error:
        return _person(person, form, 409, refused=error.cause)
    flash(str(request.endpoint), "staff")
    return redirect_to(url_for("staff.show", staff_id=person.member.id))


def _with_link(
    person: StaffProfile, make: Callable[[str, Actor], OneTimeLink]
) -> ResponseReturnValue:
    try:
        return _link(make(person.member.email, actor()))
    except StaffError as error:
        return _person(person, status=409, refused=error.cause)


def _new(form: NewMemberForm, status: int = 200, **shown: object) -> ResponseReturnValue:
    page = render_template(
        "staff/new.html",
        form=form,
        roles=tuple(Role),
        mails=services().staff.link_mail.is_set_up,
        **shown,
    )
    return make_response(page, status)


def _person(
    person: StaffProfile, form: RolesForm | None = None, status: int = 200, **shown: object
) -> ResponseReturnValue:
    page = render_template(
        "staff/show.html",
        colleague=person,
        form=form or RolesForm(roles=sorted(person.member.roles)),
        roles=tuple(Role),
        mails=services().staff.link_mail.is_set_up,
        is_oneself=person.member.id == signed_in().staff.id,
        **shown,
    )
    return make_response(page, status)


def _link(link: OneTimeLink) -> ResponseReturnValue:
    origin = settings().address or request.host_url.rstrip("/")
    url = f"{origin}{url_for('links.show', token=link.token)}"
    return render_template("staff/link.html", link=link, url=url, mailed=mail_link(link, url))


def _by_name(people: list[StaffProfile]) -> list[StaffProfile]:
    """Return the members by name, the disabled last."""
    by_name = in_order(people, lambda each: each.member.name)
    return [*(p for p in by_name if p.member.active), *(p for p in by_name if not p.member.active)]
