"""`@route`: a path and its permission in one place.

An endpoint that was added any other way has no policy, and `require_policies` keeps the
application from starting.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Literal, ParamSpec

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue
from werkzeug.routing import IntegerConverter, Map

from dashboard.forms.query import ROW_MAX
from dashboard.services.permissions import Permission

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]
StepUp = bool | Literal["always"]


class Open(Enum):
    """Routes without a permission."""

    EVERYBODY = "everybody"
    STAFF = "staff"  # anyone who is logged in


@dataclass(frozen=True)
class Policy:
    """The declared policy of a route. `keeps_alive` is False for automatic requests of a page.

    `step_up` needs a confirmation of the last minutes: True where the settings ask for it,
    "always" everywhere, for what changes who can log in as a person. `form_at` is the
    endpoint of the page with the form that is sent here: it shows again what could not be sent.
    """

    access: Permission | Open
    keeps_alive: bool
    step_up: StepUp
    form_at: str | None


class UndeclaredRouteError(Exception):
    """A route does not say who may open it: the application does not start."""


class RowConverter(IntegerConverter):
    """`<int:…>` in a path: the number of a row, as every database takes it."""

    regex = r"\d{1,10}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=ROW_MAX)


_policies: dict[object, Policy] = {}


def init_routing(app: Flask) -> None:
    """Bound the numbers in paths, before any route is registered."""
    app.url_map.converters["int"] = RowConverter


def route(
    blueprint: Blueprint,
    path: str,
    *,
    access: Permission | Open,
    method: str = "GET",
    keeps_alive: bool = True,
    step_up: StepUp = False,
    form_at: str | None = None,
) -> Callable[[View[P]], View[P]]:
    """Register a view under one path and one method, with its permission."""

    def register(view: View[P]) -> View[P]:
        _policies[view] = Policy(access, keeps_alive, step_up, form_at)
        blueprint.add_url_rule(path, view_func=view, methods=[method])
        return view

    return register


def find_policy(app: Flask, endpoint: str | None) -> Policy | None:
    """Return the policy of an endpoint, None for no endpoint."""
    return _policies.get(app.view_functions[endpoint]) if endpoint else None


def require_policies(app: Flask) -> None:
    """Check that every route was declared.

    Raises:
        UndeclaredRouteError: one was not.

    """
    for rule in app.url_map.iter_rules():
        policy = find_policy(app, rule.endpoint)
        if policy is None or not isinstance(policy.access, Permission | Open):
            raise UndeclaredRouteError(f"{rule.rule} ({rule.endpoint}) has no declared access")
