"""What every page says of the API credentials: that all calls are stopped, that one fell back."""

from flask import Flask

from dashboard.services.credentials import Standing
from dashboard.store.database import StoreError
from dashboard.web.context import services


def init_standing(app: Flask) -> None:
    """Give templates `find_standing()`."""
    app.jinja_env.globals["find_standing"] = find_standing


def find_standing() -> Standing | None:
    """Return it, None where there is nothing to say, or nobody can tell."""
    try:
        standing = services().api_credentials.standing()
    except StoreError:
        return None
    return standing if standing.freeze or standing.alarm else None
