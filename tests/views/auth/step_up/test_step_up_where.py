"""Where step-up applies: in production always, elsewhere by setting."""

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.web.routing import Open
from tests.support.clock import TestClock
from tests.support.people import LogIn
from tests.support.walking import unsafe, walk

WHERE = [("production", "0", 303), ("local", "1", 303), ("local", "0", 200), ("sandbox", "0", 200)]


@pytest.fixture(params=WHERE, ids=lambda each: f"{each[0]} {each[1]}")
def where(request: pytest.FixtureRequest) -> tuple[str, str, int]:
    """An environment, the setting, and the answer to who has been there for six minutes."""
    environment, step_up, status = request.param
    return environment, step_up, status


@pytest.fixture
def settings(settings: dict[str, str], where: tuple[str, str, int]) -> dict[str, str]:
    return {**settings, "DASHBOARD_ENVIRONMENT": where[0], "STEP_UP": where[1]}


def test_production_always_asks_and_others_by_setting(
    log_in: LogIn, clock: TestClock, where: tuple[str, str, int]
) -> None:
    admin = log_in(Role.ADMIN)
    admin.get("/tokens/privy")
    clock.advance(minutes=6)
    page = admin.get("/tokens/privy", status=where[2])
    assert ("/confirm" in page.headers.get("Location", "")) == (where[2] == 303)
    hint = "You’ll confirm that it’s you" in admin.get("/staff/new").words
    assert hint == (where[2] == 303)


# Routes that change only preferences, or that are the confirmation itself.
ANY_TIME = {
    "account.save",
    "account.save_list",
    "account.show_test_users",
    "auth.log_out",
    "auth.stay",
    "confirm.by_code",
    "confirm.by_passkey",
    "confirm.by_password",
    "factors.passkey_options",
    "filters.narrow",
    "kept.keep",
    "outage.try_now",
    "palette.find",
    "saved_views.change",
    "saved_views.create",
    "single_sign_on.confirm",
}


def test_ways_in_change_only_after_a_fresh_confirmation_in_every_environment(
    app: Flask, log_in: LogIn, clock: TestClock
) -> None:
    """Kind: adds or removes a factor, ends sessions, or changes a password."""
    own = {step for step in unsafe(app) if step.policy.access is Open.STAFF}
    always = {step for step in walk(app) if step.policy.step_up == "always"}
    assert {step.endpoint for step in own - always} <= ANY_TIME
    assert "staff.reset_second_factors" in {step.endpoint for step in always}
    admin = log_in(Role.ADMIN)
    token = admin.csrf_token()
    clock.advance(minutes=6)
    for step in always:
        answer = admin.http.open(step.path, method=step.method, data={"csrf_token": token})
        assert answer.status_code == 303, step
        assert answer.headers["Location"].startswith("/confirm?"), step
    assert len(always) > 10
