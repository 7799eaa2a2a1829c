"""Every route for every visitor: the walk fails on a route that is not accounted for."""

import pytest
from flask import Blueprint, Flask

from dashboard.app import create_app
from dashboard.config.settings import Config
from dashboard.services.permissions import ROLE_PERMISSIONS, Permission, Role, permissions
from dashboard.views import health
from dashboard.web.routing import Open, UndeclaredRouteError, require_policies, route
from tests.support.browsing import HTMX, Visitor
from tests.support.people import LogIn
from tests.support.sampling import pairs
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import UNSAFE, Step, reached, unsafe, walk

READING = {Permission.USERS_READ, Permission.AUDIT_READ}
RECORDED_READING = {  # a POST, for its reason and its audit row
    *(
        "bundles.write",
        "lab.bundle",
        "exports.export_audit",
        "exports.give_period_proof",
        "exports.give_user_proof",
    ),
}
LONG_READING = {"users.look_further", "users.look_through", "users.stop_looking"}  # one's own
SECRET_READING = {
    "filters.narrow",
    "users.find",
    "tokens.find",
}  # a POST: its text may hold a secret
PLAIN: dict[str, str] = {}


def visit(visitor: Visitor, step: Step, headers: dict[str, str] = PLAIN) -> int:
    """Go there, with the token of the session where something is sent; return the status."""
    data = {"csrf_token": visitor.csrf_token()} if step.method in UNSAFE else None
    answer = visitor.http.open(step.path, method=step.method, data=data, headers=headers)
    return answer.status_code


def test_the_walk_reaches_every_route_there_is(app: Flask, visitor: Visitor) -> None:
    with reached(app) as endpoints:
        for step in walk(app):
            visitor.http.open(step.path, method=step.method)
    assert endpoints == [step.endpoint for step in walk(app)]  # each path reaches its own route
    assert set(endpoints) == {rule.endpoint for rule in app.url_map.iter_rules()}
    assert set(endpoints) == set(app.view_functions)


def test_a_route_without_a_policy_keeps_the_application_from_starting(app: Flask) -> None:
    unguarded = Flask("unguarded", static_folder=None)
    unguarded.add_url_rule("/forgotten", "forgotten", lambda: "")
    with pytest.raises(UndeclaredRouteError, match="/forgotten"):
        require_policies(unguarded)
    require_policies(app)


@pytest.mark.usefixtures("database")
def test_the_application_itself_checks_its_routes_at_the_start(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten = [lambda state: state.add_url_rule("/forgotten", "forgotten", lambda: "")]
    monkeypatch.setattr(health.blueprint, "deferred_functions", forgotten)
    with pytest.raises(UndeclaredRouteError, match="/forgotten"):
        create_app(config)


@pytest.mark.parametrize("access", [None, "users:read"])
def test_half_a_policy_keeps_the_application_from_starting(access: object) -> None:
    blueprint = Blueprint("half", __name__)
    route(blueprint, "/half", access=access)(lambda: "")  # type: ignore[arg-type]  # the point
    app = Flask("half", static_folder=None)
    app.register_blueprint(blueprint)
    with pytest.raises(UndeclaredRouteError, match="has no declared access"):
        require_policies(app)


def test_an_anonymous_visitor_is_sent_to_the_log_in(
    app: Flask, visitor: Visitor, simulator: RunningSimulator
) -> None:
    for step in walk(app):
        if step.policy.access is Open.EVERYBODY:
            continue
        sent = {"csrf_token": visitor.csrf_token()}
        answer = visitor.http.open(step.path, method=step.method, data=sent)
        assert answer.status_code == 303, step
        assert answer.headers["Location"].startswith("/login"), step
        under_htmx = visitor.http.open(step.path, method=step.method, headers=HTMX, data=sent)
        assert under_htmx.status_code == 401, step
        assert under_htmx.headers["HX-Redirect"].startswith("/login"), step
        assert not under_htmx.text
    assert simulator.requests() == []


def test_what_is_open_to_everybody_was_decided(app: Flask) -> None:
    everybody = {step.endpoint for step in walk(app) if step.policy.access is Open.EVERYBODY}
    assert everybody <= {
        "auth.form",
        "auth.log_in",
        "health.alive",
        "health.ready",
        "links.show",
        "links.use",
        "second_step.check",
        "second_step.check_passkey",
        "second_step.form",
        "second_step.options",
        "single_sign_on.begin",
        "single_sign_on.end",
    }


@pytest.mark.long
@pytest.mark.parametrize(("role", "headers"), pairs([*Role], [PLAIN, HTMX]))
def test_every_role_opens_what_its_permissions_say_and_nothing_else(
    app: Flask, log_in: LogIn, simulator: RunningSimulator, role: Role, headers: dict[str, str]
) -> None:
    log_in()  # the first row of staff is another person
    visitor = log_in(role)
    may = {*Open, *permissions([role], "local")}
    for step in walk(app):
        if step.policy.access not in may:
            assert visit(visitor, step, headers) == 403, step
    assert simulator.requests() == []
    for step in walk(app):
        if step.policy.access in may:
            assert visit(visitor, step, headers) not in {401, 403}, step


@pytest.mark.parametrize("headers", [PLAIN, HTMX], ids=["plain", "htmx"])
def test_somebody_without_roles_is_refused_everywhere(
    app: Flask, log_in: LogIn, simulator: RunningSimulator, headers: dict[str, str]
) -> None:
    nobody = log_in()
    for step in walk(app):
        if isinstance(step.policy.access, Permission):
            assert visit(nobody, step, headers) == 403, step
    assert simulator.requests() == []


def test_a_write_never_hides_behind_a_reading_permission(app: Flask) -> None:
    for step in unsafe(app):
        if step.endpoint not in RECORDED_READING | LONG_READING | SECRET_READING:
            assert step.policy.access not in READING, step


@pytest.mark.parametrize("permission", [Permission.TOKENS_ISSUE, Permission.USERS_LOOK])
def test_onboarding_issues_tokens_and_looks_outside_production_only(permission: Permission) -> None:
    assert permission in permissions(["onboarding"], "sandbox")
    assert permission not in permissions(["onboarding"], "production")
    assert permission in permissions(["onboarding", "issuer"], "production")


def test_the_admin_has_every_permission_and_a_forgotten_role_has_none() -> None:
    assert ROLE_PERMISSIONS[Role.ADMIN] == frozenset(Permission)
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
