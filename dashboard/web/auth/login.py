"""From a right password, or a link, to a session: at once, or by the second step."""

from datetime import datetime

from flask import redirect, url_for
from flask import session as flask_session
from flask.typing import ResponseReturnValue

from dashboard.services.auth.sessions import Method
from dashboard.store.staff.members import StaffMember
from dashboard.web.auth.guard import log_in_as
from dashboard.web.context import now, services
from dashboard.web.security.redirects import safe_path

TICKET, FIRST_STEP = "half_way", "first_step"


def log_in_and_redirect(
    member: StaffMember, method: Method, wanted: str | None = None
) -> ResponseReturnValue:
    """Log in and go to the page that was wanted; who has a second factor is asked for it first."""
    return redirect(start_login(member, method, wanted, now()), 303)


def start_login(
    member: StaffMember,
    method: Method,
    wanted: str | None,
    confirmed_at: datetime | None,
) -> str:
    """Log in, or begin the second step of who has a second factor; return the page that follows."""
    if member.has_second_factor:
        flask_session.clear()
        flask_session[TICKET] = services().second_step.begin(member.id)
        flask_session[FIRST_STEP] = method.value
        return url_for("second_step.form", next=safe_path(wanted))
    log_in_as(member, method, confirmed_at)
    return page_after(wanted)


def finish_login(
    member: StaffMember, method: Method, wanted: str | None = None
) -> ResponseReturnValue:
    """Log in and go to the page that was wanted: nothing more is asked.

    A log-in that began at the identity provider stays one.
    """
    at_provider = half_way() and flask_session.get(FIRST_STEP) == Method.SSO
    log_in_as(member, Method.SSO if at_provider else method, now())
    return redirect(page_after(wanted), 303)


def half_way() -> StaffMember | None:
    """Return who has done the first step in this browser."""
    ticket = flask_session.get(TICKET)
    return services().second_step.find(str(ticket)) if ticket else None


def page_after(wanted: str | None) -> str:
    """Return the page to go to after a log-in."""
    return safe_path(wanted) or url_for("overview.index")
