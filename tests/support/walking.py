"""Every route of the application, with an address of each.

`example` gives an address: by the name of its argument where that tells more than
its kind. A route whose argument is of an unknown kind fails the walk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import pytest
from flask import Flask, request, request_started
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule, UnicodeConverter
from werkzeug.routing.converters import UUIDConverter

from dashboard.services.permissions import Role
from dashboard.web.problems import TARGETS
from dashboard.web.routing import Policy, find_policy
from tests.support.browsing import HTMX

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
ENDS_THE_SESSION = frozenset({"auth.log_out"})
NAMED: dict[str, str] = {"number": "1", "token": "never-made"}
MASKED = [Role.VIEWER, Role.AUDITOR]  # who see users masked
DOWN: list[dict[str, object]] = [{"status": 503}]
NO_PARTS = slice(0)
# Each run asks for each part of a page while the API answers, and for a quarter while it is down.
MASKED_PARTS = [
    *((role, [], slice(at, None, len(MASKED))) for at, role in enumerate(MASKED)),
    (MASKED[1], DOWN, slice(0, None, 4)),
    *(
        pytest.param(role, faults, slice(None), marks=pytest.mark.weekly)
        for role in MASKED
        for faults in ([], DOWN)
    ),
]


@dataclass(frozen=True)
class Step:
    """A route, and one address of it."""

    endpoint: str
    method: str
    path: str
    policy: Policy

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def walk(app: Flask) -> list[Step]:
    """Return a step for every route; what ends the session comes last."""
    steps = [_step(app, rule) for rule in app.url_map.iter_rules()]
    return sorted(steps, key=lambda step: step.endpoint in ENDS_THE_SESSION)


def unsafe(app: Flask) -> list[Step]:
    """Return the steps that change something."""
    return [step for step in walk(app) if step.method in UNSAFE]


def in_parts(app: Flask, parts: slice = NO_PARTS) -> Iterator[tuple[Step, dict[str, str]]]:
    """Return each step of the walk as a page, and as these parts that htmx asks for."""
    fragments = [{**HTMX, "HX-Target": part} for part in ("", *sorted(TARGETS))][parts]
    for step in walk(app):
        yield step, {}
        if step.method not in UNSAFE:
            yield from ((step, headers) for headers in fragments)


@contextmanager
def reached(app: Flask) -> Iterator[list[str | None]]:
    """Note the endpoint of every request until the block ends."""
    found: list[str | None] = []

    def note(_sender: Flask) -> None:
        found.append(request.endpoint)

    with request_started.connected_to(note, app):
        yield found


def _step(app: Flask, rule: Rule) -> Step:
    (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
    policy = find_policy(app, rule.endpoint)
    assert policy is not None, rule
    values = {name: example(name, kind) for name, kind in rule._converters.items()}  # noqa: SLF001  no other way to the kinds
    path = app.url_map.bind("").build(rule.endpoint, values, method=method)
    return Step(rule.endpoint, method, path, policy)


def example(name: str, kind: BaseConverter) -> object:
    """Return a value for an argument: an unknown id, the first row, the first choice."""
    match kind:
        case _ if name in NAMED:
            return NAMED[name]
        case UUIDConverter():
            return uuid4()
        case IntegerConverter():
            return 1
        case AnyConverter():
            return min(kind.items)
        case UnicodeConverter():
            return "none"
    raise AssertionError(
        f"{name}: say in tests/support/walking.py what an address of it looks like"
    )
