"""Step-up: what is dangerous asks again who it is, after five minutes (ADR 14)."""

from flask import Flask, current_app, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.web.access import current_row, send_whole_page
from dashboard.web.context import find_signed_in, now, settings, signed_in
from dashboard.web.htmx import came_from
from dashboard.web.kept import keep
from dashboard.web.routing import find_policy
from dashboard.web.security import UNSAFE


def init_step_up(app: Flask) -> None:
    """Guard the routes that want a fresh confirmation. The CSRF token has been looked at then."""
    app.before_request(_guard)
    app.jinja_env.globals["will_ask"] = lambda: bool(find_signed_in()) and not is_confirmed()


def is_confirmed() -> bool:
    """Say whether the person has just shown who they are, or need not here."""
    return not settings().asks_again or current_row().is_confirmed(now())


def _guard() -> ResponseReturnValue | None:
    """Send to the page that asks, and back here afterwards; what was typed is kept.

    Raises:
        StoreError: it cannot be kept; nothing was done.

    """
    policy = find_policy(current_app, request.endpoint)
    if policy is None or not policy.step_up or is_confirmed():
        return None
    kept = keep(signed_in().staff.id) if request.method in UNSAFE else None
    return send_whole_page(url_for("confirm.form", next=kept or came_from()))
