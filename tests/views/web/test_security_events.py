"""Security refusals are named events in the log, whichever route refuses."""

import json

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.web.security.events import SecurityEvent
from tests.support.browsing import Visitor
from tests.support.people import Hire, LogIn
from tests.support.walking import UNSAFE, walk

Captured = pytest.CaptureFixture[str]


def events(capsys: Captured) -> list[str]:
    """Return the security events since the last look."""
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line[:1] == "{"]
    return [line["event"] for line in lines if line.get("security")]


def test_every_unsafe_route_names_a_foreign_origin_and_a_missing_token(
    app: Flask, log_in: LogIn, capsys: Captured
) -> None:
    admin, walked = log_in(Role.ADMIN), 0
    for step in walk(app):
        if step.method not in UNSAFE:
            continue
        events(capsys)
        for headers in ({"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}):
            admin.http.open(step.path, method=step.method, headers=headers)
            assert events(capsys) == [SecurityEvent.FOREIGN_ORIGIN], step.path
        admin.http.open(step.path, method=step.method)
        assert events(capsys) == [SecurityEvent.CSRF], step.path
        walked += 1
    assert walked > 20


def test_every_route_that_a_role_may_not_open_names_it(
    app: Flask, log_in: LogIn, capsys: Captured
) -> None:
    viewer, refused = log_in(Role.VIEWER), 0
    for step in walk(app):
        events(capsys)
        data = {"csrf_token": viewer.csrf_token()} if step.method in UNSAFE else None
        answer = viewer.http.open(step.path, method=step.method, data=data)
        if answer.status_code == 403:
            assert events(capsys) == [SecurityEvent.FORBIDDEN], step.path
            refused += 1
    assert refused > 10


def test_a_host_that_is_not_ours_and_too_large_a_form_are_named(
    app: Flask, capsys: Captured
) -> None:
    visitor = Visitor(app)
    visitor.http.get("/login", headers={"Host": "evil.test"})
    assert events(capsys) == [SecurityEvent.UNTRUSTED_HOST]
    visitor.http.post("/login", data={f"field{number}": "" for number in range(1100)})
    assert events(capsys) == [SecurityEvent.TOO_LARGE]


def test_whoever_tries_too_often_is_named_as_throttled(
    app: Flask, hire: Hire, capsys: Captured
) -> None:
    email, _ = hire(Role.SUPPORT)
    visitor = Visitor(app)
    for _ in range(10):
        visitor.post("/login", {"email": email, "password": "wrong"}, status=422)
    events(capsys)
    visitor.post("/login", {"email": email, "password": "wrong"}, status=429)
    assert events(capsys) == [SecurityEvent.THROTTLED]


def test_an_event_names_neither_a_person_nor_an_address(log_in: LogIn, capsys: Captured) -> None:
    admin = log_in(Role.ADMIN)
    capsys.readouterr()
    admin.http.post("/staff?email=ana@example.com", headers={"Origin": "https://evil.test"})
    line = json.loads(capsys.readouterr().err.splitlines()[0])
    assert set(line) == {
        "event", "security", "method", "route", "request_id", "level", "timestamp",
    }  # fmt: skip
