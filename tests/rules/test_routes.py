"""Every route, whoever comes: the walk fails on a route that nobody thought through."""

import re
from uuid import uuid4

import pytest
from flask import Blueprint, Flask
from werkzeug.routing import Rule

from dashboard.config import Config
from dashboard.services.roles import TABLE, Permission, Role, permissions
from dashboard.web.routing import (
    Cache,
    Open,
    Policy,
    UndeclaredRouteError,
    find_policy,
    require_policies,
    route,
)
from tests.browsing import HTMX, Visitor
from tests.conftest import LogIn
from tests.simulator_process import RunningSimulator

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
READING = {Permission.USERS_READ, Permission.AUDIT_READ}
ONLY_RECORDED = {"/audit/export"}  # reads, and writes no more than that it did


def walk(app: Flask) -> list[tuple[str, str, Policy]]:
    """Return method, an address and policy of every route."""
    found = []
    for rule in app.url_map.iter_rules():
        policy = find_policy(app, rule.endpoint)
        assert policy is not None
        method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        found.append((method, address(rule), policy))
    return found


def address(rule: Rule) -> str:
    """Return an address of the rule: an id of nobody, the first row, a link that never was."""
    path = rule.rule.replace("<uuid:user_id>", str(uuid4())).replace("<token>", "never-made")
    path = re.sub(r"<any\((\w+).*?>", r"\1", path)
    return re.sub(r"<int(\(\S*\))?:\w+>", "1", path)


def test_a_route_without_a_policy_keeps_the_application_from_starting(app: Flask) -> None:
    unguarded = Flask("unguarded", static_folder=None)
    unguarded.add_url_rule("/forgotten", "forgotten", lambda: "")
    with pytest.raises(UndeclaredRouteError, match="/forgotten"):
        require_policies(unguarded)
    require_policies(app)


def test_an_anonymous_visitor_is_sent_to_the_log_in(
    app: Flask, visitor: Visitor, simulator: RunningSimulator
) -> None:
    for method, path, policy in walk(app):
        if policy.access is Open.EVERYBODY:
            continue
        answer = visitor.http.open(path, method=method, data={"csrf_token": visitor.csrf_token()})
        assert answer.status_code == 303, path
        assert answer.headers["Location"].startswith("/login"), path
        under_htmx = visitor.http.open(
            path, method=method, headers=HTMX, data={"csrf_token": visitor.csrf_token()}
        )
        assert under_htmx.status_code == 401, path
        assert under_htmx.headers["HX-Redirect"].startswith("/login"), path
        assert not under_htmx.text
    assert simulator.requests() == []


@pytest.mark.long
def test_every_role_opens_what_its_permissions_say_and_nothing_else(
    app: Flask, log_in: LogIn, simulator: RunningSimulator
) -> None:
    for role in Role:
        visitor = log_in(role)
        for method, path, policy in walk(app):
            if not isinstance(policy.access, Permission):
                continue
            simulator.clear_requests()
            status = visitor.http.open(
                path, method=method, data={"csrf_token": visitor.csrf_token()}
            ).status_code
            if policy.access in permissions([role], "local"):
                assert status not in {401, 403}, (role, path)
            else:
                assert status == 403, (role, path)
                assert simulator.requests() == [], (role, path)


def test_somebody_without_roles_is_refused_everywhere(
    app: Flask, log_in: LogIn, simulator: RunningSimulator
) -> None:
    nobody = log_in()
    for method, path, policy in walk(app):
        if isinstance(policy.access, Permission):
            sent = {"csrf_token": nobody.csrf_token()}
            assert nobody.http.open(path, method=method, data=sent).status_code == 403, path
    assert simulator.requests() == []


@pytest.mark.parametrize("token", [None, "made-up", "foreign"])
def test_an_unsafe_request_without_the_session_s_token_is_refused(
    app: Flask, log_in: LogIn, simulator: RunningSimulator, token: str | None
) -> None:
    admin, other = log_in(Role.ADMIN), log_in(Role.ADMIN)
    sent = {None: {}, "made-up": {"csrf_token": "x"}, "foreign": {"csrf_token": other.csrf_token()}}
    for method, path, _ in walk(app):
        if method in UNSAFE:
            answer = admin.http.open(path, method=method, data=sent[token])
            # Who is logged in and sends a log-in form of before is led on, and stays who they are.
            assert answer.status_code == (303 if path == "/login" else 400), path
    assert simulator.requests() == []
    assert admin.get("/users")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "//[a"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_an_unsafe_request_from_another_origin_is_refused(
    app: Flask, log_in: LogIn, headers: dict[str, str]
) -> None:
    admin = log_in(Role.ADMIN)
    for method, path, _ in walk(app):
        if method in UNSAFE:
            data = {"csrf_token": admin.csrf_token()}
            answer = admin.http.open(path, method=method, data=data, headers=headers)
            assert answer.status_code == 400, path


def test_no_answer_may_be_stored_and_each_has_the_security_headers(
    app: Flask, support: Visitor, visitor: Visitor
) -> None:
    paths = [path for method, path, _ in walk(app) if method == "GET"]
    for path in [*paths, "/no-such-page", "/static/none.css"]:
        for who in (support, visitor):
            headers = who.http.get(path).headers
            assert headers["Cache-Control"] == Cache.NO_STORE, path
            assert "default-src 'none'" in headers["Content-Security-Policy"]
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["X-Frame-Options"] == "DENY"
            for cookie in headers.getlist("Set-Cookie"):
                assert cookie.startswith("__Host-")
                assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(
                    cookie.split("; ")
                )


def test_a_write_never_hides_behind_a_reading_permission(app: Flask) -> None:
    for method, path, policy in walk(app):
        if method in UNSAFE and path not in ONLY_RECORDED:
            assert policy.access not in READING, path


def test_onboarding_issues_tokens_outside_production_only() -> None:
    assert Permission.TOKENS_ISSUE in permissions(["onboarding"], "sandbox")
    assert Permission.TOKENS_ISSUE not in permissions(["onboarding"], "production")
    assert Permission.TOKENS_ISSUE in permissions(["onboarding", "issuer"], "production")


def test_the_admin_has_every_permission_and_a_forgotten_role_has_none() -> None:
    assert TABLE[Role.ADMIN] == frozenset(Permission)
    assert permissions(["astronaut"], "local") == frozenset()


def test_route_registers_one_method_under_one_path(config: Config) -> None:  # noqa: ARG001
    blueprint = Blueprint("one", __name__)

    @route(blueprint, "/one", access=Open.STAFF, method="POST")
    def one() -> str:
        return ""

    app = Flask("one", static_folder=None)
    app.register_blueprint(blueprint)
    rule = next(app.url_map.iter_rules())
    assert rule.methods is not None
    assert rule.methods - {"OPTIONS"} == {"POST"}
