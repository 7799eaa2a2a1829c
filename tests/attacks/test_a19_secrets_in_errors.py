"""T-A19: whatever breaks, wherever: no page and no log holds what the error held."""

import secrets

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from tests.support.browsing import HTMX, Visitor
from tests.support.people import LogIn
from tests.support.walking import UNSAFE, walk


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_an_error_in_any_view_shows_nothing_of_itself(
    capsys: pytest.CaptureFixture[str],
    app: Flask,
    log_in: LogIn,
    settings: dict[str, str],
    headers: dict[str, str],
) -> None:
    canary = f"canary-{secrets.token_hex(8)}"
    held = (canary, settings["PARTNER_API_SECRET"], settings["DASHBOARD_SECRET_KEY"])
    visitors = {each: each.csrf_token() for each in (log_in(Role.ADMIN), Visitor(app))}
    capsys.readouterr()

    def broken(**_arguments: object) -> str:
        raise RuntimeError(" ".join(held)) from ValueError(canary, {"secret": held})

    steps = walk(app)
    for step in steps:  # a view without a policy: open to everyone
        app.view_functions[step.endpoint] = broken
    for visitor, token in visitors.items():
        for step in steps:
            data = {"csrf_token": token} if step.method in UNSAFE else None
            answer = visitor.http.open(step.path, method=step.method, data=data, headers=headers)
            assert answer.status_code == 500, step
            told = answer.text + str(answer.headers)
            assert not [value for value in (*held, "Traceback", "RuntimeError") if value in told]
    printed = "".join(capsys.readouterr())
    assert printed.count('"event": "bug"') == len(steps) * len(visitors)
    assert not [value for value in held if value in printed]
