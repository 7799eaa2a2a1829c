"""Step-up: dangerous actions need a confirmation no older than five minutes (ADR 14)."""

from flask import Flask, current_app, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.web.auth.guard import current_row, send_whole_page
from dashboard.web.auth.saved_forms import keep
from dashboard.web.context import find_current_user, now, settings, signed_in
from dashboard.web.htmx import return_path
from dashboard.web.routing import StepUp, find_policy
from dashboard.web.security.csrf import UNSAFE


def init_step_up(app: Flask) -> None:
    """Guard the routes that need a fresh confirmation. The CSRF token has been checked before."""
    app.before_request(_guard)
    app.jinja_env.globals["will_ask"] = _will_ask


def is_fresh() -> bool:
    """Return whether the person has just confirmed who they are."""
    return current_row().is_confirmed(now())


def _will_ask(*, always: bool = False) -> bool:
    return bool(find_current_user()) and _asks("always" if always else True)


def _asks(step_up: StepUp) -> bool:
    """Return whether a route with this `step_up` needs a confirmation now."""
    needed = step_up == "always" or (step_up and settings().asks_again)
    return needed and not is_fresh()


def _is_first_factor() -> bool:
    """Return whether this sets up the first factor of someone who has nothing to confirm with."""
    by_password = settings().password_log_in
    return request.blueprint == "factors" and current_row().may_begin(now(), by_password)


def _guard() -> ResponseReturnValue | None:
    """Redirect to the confirmation, and back here afterwards; a typed form is kept.

    Raises:
        StoreError: it cannot be kept; nothing was done.

    """
    policy = find_policy(current_app, request.endpoint)
    if policy is None or not policy.step_up or not _asks(policy.step_up) or _is_first_factor():
        return None
    kept = keep(signed_in().staff.id) if request.method in UNSAFE else None
    return send_whole_page(url_for("confirm.form", next=kept or return_path()))
