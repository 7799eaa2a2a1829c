"""What every page says: that calls are stopped or held back, that a pair fell back."""

from flask import Flask, g, request

from dashboard.services.credentials.active import CallStatus
from dashboard.services.upstream.breaker import Outage
from dashboard.store.db.database import StoreError
from dashboard.web.context import services


def init_standing(app: Flask) -> None:
    """Give templates `find_standing()` and `find_outage()`."""
    app.jinja_env.globals.update(
        find_standing=find_standing, find_outage=find_outage, page_address=page_address
    )


def find_standing() -> CallStatus | None:
    """Return it, None where there is nothing to say, or nobody can tell."""
    standing = _standing()
    return standing if standing and (standing.freeze or standing.alarm) else None


def find_outage() -> Outage | None:
    """Return why calls are held back just now, None where they are not, or nobody can tell."""
    standing = _standing()
    return services().breaker.outage(standing.breaker) if standing else None


def page_address() -> str:
    """Return where a page that a form of every page was sent from can be opened again."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def _standing() -> CallStatus | None:
    """Return how things stand, read once a request."""
    if "standing" not in g:
        try:
            g.standing = services().api_credentials.standing()
        except StoreError:
            g.standing = None
    standing: CallStatus | None = g.standing
    return standing
