"""What every page says while calls to the Partner API are held back."""

from flask import Flask

from dashboard.services.breaker import Outage
from dashboard.store.database import StoreError
from dashboard.web.context import services


def init_outage(app: Flask) -> None:
    """Give templates `find_outage()`."""
    app.jinja_env.globals["find_outage"] = find_outage


def find_outage() -> Outage | None:
    """Return why calls are held back just now, None where they are not, or nobody can tell."""
    try:
        return services().breaker.find_outage(services().credentials().id)
    except StoreError:
        return None
