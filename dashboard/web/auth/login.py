"""From a right password or a link to a session: directly, or by the second step."""

from datetime import datetime

from flask import redirect, url_for
from flask import session as flask_session
from flask.typing import ResponseReturnValue

from dashboard.services.auth.mfa.login import Linking
from dashboard.services.auth.sessions import Method, Showing
from dashboard.store.staff.members import StaffMember
from dashboard.web.auth.guard import log_in_as
from dashboard.web.auth.known_browser import remember_browser, stranger
from dashboard.web.context import now, services
from dashboard.web.security.redirects import safe_path

TICKET, FIRST_STEP, TO_LINK = "half_way", "first_step", "to_link"


def log_in_and_redirect(
    member: StaffMember, method: Method, wanted: str | None = None
) -> ResponseReturnValue:
    """Log in and go to the requested page; a second factor, where there is one, comes first."""
    return redirect(start_login(member, method, wanted, now()), 303)


def start_login(
    member: StaffMember,
    method: Method,
    wanted: str | None,
    confirmed_at: datetime | None,
    *,
    to_link: str = "",
) -> str:
    """Log in, or begin the second step if there is a second factor; return the next page.

    `to_link` is the account at the provider that becomes theirs after the second step.
    """
    remember_browser()
    if member.has_second_factor:
        flask_session.clear()
        flask_session[TICKET] = services().auth.second_factor.begin(member.id)
        flask_session[FIRST_STEP] = method.value
        flask_session[TO_LINK] = to_link
        return url_for("second_step.form", next=safe_path(wanted))
    # A one-time link is recorded when it is used.
    log_in = None if method is Method.LINK else Showing(method, stranger())
    log_in_as(member, method, confirmed_at, log_in)
    return page_after(wanted)


def finish_login(
    member: StaffMember, method: Method, wanted: str | None = None
) -> ResponseReturnValue:
    """Log in and go to the requested page, without a further step.

    A log-in that began at the identity provider stays one.
    """
    remember_browser()
    began_by = Method.SSO if _began_at_provider() else method
    log_in_as(member, began_by, now(), Showing(method, stranger()))
    return redirect(page_after(wanted), 303)


def find_linking() -> Linking | None:
    """Return the linking of the account found at the identity provider, if there was one."""
    single_sign_on, to_link = services().auth.sso, flask_session.get(TO_LINK)
    if not (single_sign_on and to_link and _began_at_provider()):
        return None
    return single_sign_on.linking(to_link, stranger())


def _began_at_provider() -> bool:
    return mfa_pending() is not None and flask_session.get(FIRST_STEP) == Method.SSO


def mfa_pending() -> StaffMember | None:
    """Return the member who has done the first step in this browser."""
    ticket = flask_session.get(TICKET)
    return services().auth.second_factor.find(str(ticket)) if ticket else None


def page_after(wanted: str | None) -> str:
    """Return the page to go to after a log-in."""
    return safe_path(wanted) or url_for("overview.index")
