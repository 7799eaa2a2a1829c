"""In production the email is typed again before anything is done to a real person."""

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages import audit_log
from tests.support.pages.forms import KYC, TOKEN, intent_of, registration, send
from tests.support.people import Hire
from tests.support.servers.simulator_process import RunningSimulator


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
    if "email" in fields:
        fields = {**fields, "email": about["email"], "sure": about["email"]}
    for wrong in ("", "somebody@example.com", about["email"] + "x"):
        again = send(admin, path, {**fields, "confirm": wrong}, status=422)
        assert "Enter the same email as above. Nothing was sent." in again.words
    missing = admin.post(path, {**fields, "intent": intent_of(page)}, status=422)
    assert "Nothing was sent." in missing.words
    assert posts(simulator) == 0
    send(admin, path, {**fields, "confirm": f" {about['email'].upper()} "}, status=done)
    assert posts(simulator) == 1


def test_the_email_that_is_sent_is_the_one_to_confirm_and_another_one_is_told(
    admin: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    about = user(simulator, "pending")
    path = f"/users/{about['id']}/kyc"
    assert f"Registered: {about['email']}." in admin.get(path).words
    elsewhere = {**KYC, "email": "Mallory@example.com", "sure": "mallory@example.com"}
    again = send(admin, path, {**elsewhere, "confirm": about["email"]}, status=422)
    assert "Enter the same email as above. Nothing was sent." in again.words
    assert "This isn’t the registered email" in again.words
    assert posts(simulator) == 0
    send(admin, path, {**elsewhere, "confirm": "mallory@example.com"}, status=303)
    assert "KYC was started with an email other than the registered one." in admin.get(path).words
    assert "started with an email other than" not in admin.get(path).words
    (row,) = (row for row in audit_log.entries(database) if row.outcome == "attempted")
    assert row.details == '{"email_changed": true}'


def test_a_start_with_the_registered_email_says_nothing_about_another(
    admin: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    about = user(simulator, "pending")
    path, email = f"/users/{about['id']}/kyc", about["email"].upper()
    assert "isn’t the registered email" not in admin.get(path).words
    send(admin, path, {**KYC, "email": email, "confirm": email, "sure": email}, status=303)
    assert "an email other than" not in admin.get(path).words
    (row,) = (row for row in audit_log.entries(database) if row.outcome == "attempted")
    assert row.details == '{"email_changed": false}'


def test_a_registration_repeats_its_own_email_and_has_no_test_identity(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    page = admin.get("/users/new?identity=1")
    assert "Test identity" not in page.words
    assert "qa+" not in page.text
    fields = registration()
    fields["sure"] = fields["email"]
    send(admin, "/users", {**fields, "confirm": "other@example.com"}, status=422)
    assert posts(simulator) == 0
    send(admin, "/users", {**fields, "confirm": fields["email"]}, status=303)


def test_an_address_fills_in_neither_email_nor_confirmation(admin: Visitor) -> None:
    page = admin.get(
        "/users/new?email=evil@example.org&confirm=evil@example.org&phone=%2B573001234567"
        "&country_code=CO&user_type=business&preferred_language=es"
    )
    assert "evil" not in page.text
    assert "3001234567" not in page.text
    assert '<option value="CO" selected>' in page.text
    assert 'value="business" checked' in page.text


def test_the_confirmation_is_typed_each_time(admin: Visitor, simulator: RunningSimulator) -> None:
    fields = registration(phone="123")
    page = send(admin, "/users", {**fields, "confirm": fields["email"]}, status=422)
    assert f'value="{fields["email"]}"' in page.text.split('id="confirm"')[0]
    assert "value=" not in page.text.split('id="confirm"')[1].split(">")[0]
    about = user(simulator, "active")
    path = f"/users/{about['id']}/tokens"
    page = send(admin, path, {"reason": "", "confirm": about["email"]}, status=422)
    assert "value=" not in page.text.split('id="confirm"')[1].split(">")[0]


def test_a_privy_exchange_says_why_no_email_is_asked_for(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    page = admin.get("/tokens/privy")
    assert "This is production." in page.words
    assert (
        "You’ll see whose token it is after the exchange, so we don’t ask for an email."
        in page.words
    )
    assert "Exchange token in production" in page.words
    fields = {**TOKEN, "privy_token": f"privy-{user(simulator, 'active')['id']}"}
    send(admin, "/tokens/privy", fields, status=200)


def test_the_line_along_the_top_names_production(admin: Visitor) -> None:
    assert 'data-env="production"' in admin.get("/users").text
