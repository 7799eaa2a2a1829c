"""The walk once more where everything is set up: production, single sign-on, mail."""

import pytest
from flask import Flask

from dashboard.config.settings import Config, load_config
from dashboard.services.permissions import Permission, Role, permissions
from dashboard.web.routing import Open
from tests.rules.test_route_requests import FOREIGN, check
from tests.support.browsing import HTMX, Visitor
from tests.support.pages.sso import provider, running_provider, settings
from tests.support.people import LogIn
from tests.support.sampling import pairs
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import UNSAFE, Step, unsafe, walk

__all__ = ["provider", "running_provider", "settings"]
pytestmark = pytest.mark.long
PLAIN: dict[str, str] = {}
SSO = "__Host-dashboard-production-sso"


@pytest.fixture
def config(settings: dict[str, str]) -> Config:
    mail = {"MAIL_URL": "smtp://127.0.0.1:9", "MAIL_FROM": "dashboard@example.com"}
    return load_config(None, **{**settings, **mail, "DASHBOARD_ENVIRONMENT": "production"})


@pytest.mark.parametrize(("role", "headers"), pairs([*Role], [PLAIN, HTMX], at=1))
def test_every_role_opens_what_its_permissions_say_and_every_answer_has_its_headers(
    app: Flask, log_in: LogIn, simulator: RunningSimulator, role: Role, headers: dict[str, str]
) -> None:
    log_in()  # the first row of staff is another person
    visitor = log_in(role)
    may = {*Open, *permissions([role], "production")}

    def visit(step: Step) -> int:
        sent = {"csrf_token": visitor.csrf_token()} if step.method in UNSAFE else None
        answer = visitor.http.open(step.path, method=step.method, data=sent, headers=headers)
        check(answer, lax=SSO)
        return answer.status_code

    for step in walk(app):
        if step.policy.access not in may:
            assert visit(step) == 403, step
    assert simulator.requests() == []
    for step in walk(app):
        if step.policy.access in may:
            assert visit(step) not in {401, 403}, step


def test_nobody_and_no_other_site_gets_anywhere(
    app: Flask, log_in: LogIn, simulator: RunningSimulator
) -> None:
    admin, visitor = log_in(Role.ADMIN), Visitor(app)
    for step in walk(app):
        sent = {"csrf_token": visitor.csrf_token()} if step.method in UNSAFE else None
        answer = visitor.http.open(step.path, method=step.method, data=sent)
        check(answer, lax=SSO)
        if isinstance(step.policy.access, Permission):
            assert answer.status_code == 303, step
            assert answer.headers["Location"].startswith("/login"), step
    for step in unsafe(app):
        for who in (admin, visitor):
            assert who.http.open(step.path, method=step.method).status_code in {303, 400}, step
            sent = {"csrf_token": who.csrf_token()}
            for headers in FOREIGN:
                answer = who.http.open(step.path, method=step.method, data=sent, headers=headers)
                assert answer.status_code == 400, step
    assert simulator.requests() == []
