"""In production the email is typed again before anything is done to a real person."""

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config import load_config
from dashboard.services.roles import Role
from dashboard.store.database import Database
from tests.browsing import Visitor
from tests.conftest import Hire
from tests.simulator_process import RunningSimulator
from tests.views.forms import KYC, TOKEN, intent_of, registration, send


@pytest.fixture
def app(settings: dict[str, str], database: Database) -> Flask:
    assert database
    return create_app(load_config(None, **settings, DASHBOARD_ENVIRONMENT="production"))


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in settings.items() if name != "DASHBOARD_ENVIRONMENT"}


@pytest.fixture
def config(settings: dict[str, str]) -> object:
    return load_config(None, **settings, DASHBOARD_ENVIRONMENT="production")


@pytest.fixture
def admin(app: Flask, hire: Hire) -> Visitor:
    visitor = Visitor(app)
    visitor.log_in(*hire(Role.ADMIN))
    return visitor


def user(simulator: RunningSimulator, status: str) -> dict[str, str]:
    return next(user for user in simulator.users() if user["status"] == status)


def posts(simulator: RunningSimulator) -> int:
    return sum(call.method == "POST" for call in simulator.requests())


@pytest.mark.parametrize(
    ("status", "part", "fields", "done"),
    [("pending", "kyc", KYC, 303), ("active", "tokens", TOKEN, 200)],
)
def test_the_email_is_compared_before_anything_is_sent(
    admin: Visitor,
    simulator: RunningSimulator,
    status: str,
    part: str,
    fields: dict[str, str],
    done: int,
) -> None:
    about = user(simulator, status)
    path = f"/users/{about['id']}/{part}"
    page = admin.get(path)
    assert "This is production." in page.words
    assert "in production" in page.words
    for wrong in ("", "somebody@example.com", about["email"] + "x"):
        again = send(admin, path, {**fields, "confirm": wrong}, status=422)
        assert "This is not the email above. Nothing was sent." in again.words
    missing = admin.post(path, {**fields, "intent": intent_of(page)}, status=422)
    assert "Nothing was sent." in missing.words
    assert posts(simulator) == 0
    send(admin, path, {**fields, "confirm": f" {about['email'].upper()} "}, status=done)
    assert posts(simulator) == 1


def test_a_registration_repeats_its_own_email_and_has_no_test_identity(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    page = admin.get("/users/new?identity=1")
    assert "Test identity" not in page.words
    assert "qa+" not in page.text
    fields = registration()
    send(admin, "/users", {**fields, "confirm": "other@example.com"}, status=422)
    assert posts(simulator) == 0
    send(admin, "/users", {**fields, "confirm": fields["email"]}, status=303)


def test_a_privy_exchange_says_why_no_email_is_asked_for(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    page = admin.get("/tokens/privy")
    assert "This is production." in page.words
    assert "No email is asked for: whose token it is, only the answer says." in page.words
    assert "Exchange in production" in page.words
    fields = {**TOKEN, "privy_token": f"privy-{user(simulator, 'active')['id']}"}
    send(admin, "/tokens/privy", fields, status=200)


def test_the_line_along_the_top_names_production(admin: Visitor) -> None:
    assert 'data-env="production"' in admin.get("/users").text
