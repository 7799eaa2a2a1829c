"""Deny by default: every request is matched with its route's policy before the view runs."""

import secrets
from datetime import datetime
from typing import cast

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, login_user

from dashboard.partner.asker import Caller, caller
from dashboard.services.actors import Actor
from dashboard.services.auth.sessions import LoginContext, Method, OpenSession, Showing
from dashboard.services.permissions import Permission, permissions
from dashboard.store.staff.members import StaffMember
from dashboard.web.auth.same_site import go_on_here, is_cross_site_navigation
from dashboard.web.auth.saved_forms import keep
from dashboard.web.auth.session_interface import (
    CSRF_SECRET,
    LOGGED_IN_AS,
    ServerSession,
    data_of,
    to_json,
)
from dashboard.web.client_address import client_address
from dashboard.web.context import CurrentUser, actor, find_current_user, services, settings
from dashboard.web.htmx import (
    is_poll,
    redirect_to,
    redirect_whole_page,
    return_path,
    wants_fragment,
)
from dashboard.web.routing import Open, find_policy
from dashboard.web.security.csrf import has_token_of

BROWSER_MAX = 300
current_session = cast("ServerSession", session)  # Flask's proxy of it


def init_access(app: Flask) -> None:
    """Guard every route of the application."""
    login_manager = LoginManager()
    login_manager.session_protection = None  # the session is on our side of the wire
    login_manager.user_loader(_load)
    login_manager.init_app(app)
    app.before_request(guard)


def guard() -> ResponseReturnValue | None:
    """Let the request through, send it to the log-in, or refuse and record it.

    People who must use a second factor and have none are sent to set one up.

    Raises:
        StoreError: the session or the audit is out of reach; nothing was done.

    """
    policy = find_policy(current_app, request.endpoint)
    if policy and not session and is_cross_site_navigation():
        return go_on_here()
    if current_session.failed and request.blueprint != "health":
        raise current_session.failed
    if policy is None or policy.access is Open.EVERYBODY:
        return None
    person = find_current_user()
    if person is None:
        return to_login(_keep_for_owner())
    caller.set(Caller(person.staff.id, g.request_id))
    if isinstance(policy.access, Permission):
        if person.lacks_factor:
            return redirect_to(url_for("factors.index"))
        if not person.may(policy.access):
            _refuse(policy.access)
    row = current_session.row
    if row and policy.keeps_alive and not is_poll():
        asks = Actor(person.staff.id, g.request_id)
        current_session.row = services().auth.sessions.touch(row, asks)
    return None


def to_login(back: str | None = None) -> ResponseReturnValue:
    """Send to the log-in, and back here afterwards."""
    return send_whole_page(url_for("auth.form", next=back or return_path()))


def send_whole_page(url: str) -> ResponseReturnValue:
    """Redirect before any action: 303, or for htmx 401 with `HX-Redirect`."""
    return redirect_whole_page(url, status=401) if wants_fragment() else redirect(url, 303)


def log_in_as(
    member: StaffMember,
    method: Method,
    confirmed_at: datetime | None,
    log_in: Showing | None = None,
) -> None:
    """Begin a session of this person: empty, and under a new id. A `log_in` is recorded with it.

    They showed who they are at `confirmed_at`, None where that is unknown.
    Its CSRF secret is made now: later the first page would have to write it.

    Raises:
        StoreError: it can't be saved; the session is as it was.

    """
    row = current_session.row
    data = {LOGGED_IN_AS: str(member.id), CSRF_SECRET: secrets.token_hex(20)}
    browser = request.headers.get("User-Agent", "")[:BROWSER_MAX]
    new_id = services().auth.sessions.start(
        member,
        to_json(data),
        LoginContext(method, client_address(), browser, confirmed_at),
        log_in,
        replaces=row.id_hash if row else None,
    )
    session.clear()
    session.update(data)
    if new_id:
        login_user(_signed_in(member, method))
    current_session.row = None
    current_session.continue_as(new_id)


def confirm_session(confirmation: Showing | None = None) -> None:
    """Continue under a new id: its owner has just shown who they are.

    A `confirmation` is recorded with it.

    Raises:
        StoreError: it can't be saved; the session is as it was.

    """
    data = to_json(dict(session))
    current_session.continue_as(services().auth.sessions.renew(current_row(), data, confirmation))


def current_row() -> OpenSession:
    """Return the session's row; for views that require a log-in."""
    row = current_session.row
    if row is None:
        raise LookupError("there is no session behind a logged-in request")
    return row


def _load(staff_id: str) -> CurrentUser | None:
    row = current_session.row
    if row is None or str(row.staff.id) != staff_id:
        return None
    return _signed_in(row.staff, row.method)


def _signed_in(member: StaffMember, method: Method) -> CurrentUser:
    """Return the logged-in person with their permissions.

    Where roles follow from a claim, they count only in sessions that began at the provider: only
    the provider knows whether the claim still gives them.
    """
    elsewhere = settings().roles_from_claim and member.has_sso_account and method is not Method.SSO
    granted = frozenset[Permission]()
    if not elsewhere:
        granted = permissions(member.roles, settings().environment)
    lacks_factor = (
        services().auth.factors.is_required(member)
        and not member.has_second_factor
        and method is not Method.SSO  # the provider asked for one
    )
    return CurrentUser(member, granted, needs_sso=elsewhere, lacks_factor=lacks_factor)


def _keep_for_owner() -> str | None:
    """Keep what was typed by a person whose session ended meanwhile; return where it is."""
    ended = current_session.ended
    if ended is None or not has_token_of(data_of(ended)):
        return None
    return keep(ended.staff.id, ended.id_hash)


def _refuse(permission: Permission) -> None:
    subject = (request.view_args or {}).get("user_id")
    g.has_own_entry = services().audit.log.refused(
        actor(),
        permission,
        subject_id=str(subject) if subject else None,
        details={"endpoint": str(request.endpoint), "method": request.method},
    )
    abort(403)
