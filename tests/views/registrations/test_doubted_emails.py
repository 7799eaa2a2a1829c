"""An email that fits another environment is asked about before anything is sent."""

import re

import pytest
from flask import Flask

from dashboard.config.settings import Config, load_config
from dashboard.services.permissions import Role
from dashboard.services.registrations.likely_tests import looks_like_test
from tests.support.browsing import Page, Visitor
from tests.support.pages.forms import KYC, intent_of, send
from tests.support.people import Hire
from tests.support.servers.simulator_process import RunningSimulator

PATTERN = "qa+{n}@mail.andes.co"
TEST, REAL = "ana+test@andes.co", "ana.rojas@andes.co"
SAID = {
    "production": (TEST, REAL, "This looks like a test address, and this is production."),
    "sandbox": (REAL, TEST, "This looks like a real person’s address, and this isn’t production."),
}


@pytest.mark.parametrize(
    ("email", "is_test"),
    [
        ("ana@example.com", True),
        ("ana@users.example.org", True),
        ("ana@EXAMPLE.net", True),
        ("ana@andes.test", True),
        ("ana@andes.example", True),
        ("ana+test@andes.co", True),
        ("test7@andes.co", True),
        ("qa@andes.co", True),
        ("ana.qa@andes.co", True),
        ("qa+100001@mail.andes.co", True),
        ("ana@mail.andes.co", True),
        ("ana.rojas@andes.co", False),
        ("testa@andes.co", False),
        ("contesta@andes.co", False),
        ("iraqa@andes.co", False),
        ("ana@example.com.co", False),
        ("ana@myexample.com", False),
    ],
)
def test_what_looks_like_a_test(email: str, *, is_test: bool) -> None:
    assert looks_like_test(email, PATTERN) is is_test


@pytest.fixture(params=["production", "sandbox"])
def environment(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def config(settings: dict[str, str], environment: str) -> Config:
    changed = {"DASHBOARD_ENVIRONMENT": environment, "TEST_EMAIL": PATTERN}
    return load_config(None, **{**settings, **changed})


@pytest.fixture
def visitor(app: Flask, hire: Hire) -> Visitor:
    visitor = Visitor(app)
    visitor.log_in(*hire(Role.ADMIN))
    return visitor


def registration(email: str, **more: str) -> dict[str, str]:
    return {"user_type": "personal", "email": email, "country_code": "CO", "confirm": email, **more}


def sent(simulator: RunningSimulator) -> int:
    return sum(call.method == "POST" for call in simulator.requests())


def asked(page: Page, email: str, said: str) -> None:
    """Check that a page asks about an email beside its field, and keeps it."""
    assert said in page.words
    assert f'name="email" type="email" autocomplete="off" required value="{email}"' in page.text
    assert re.search(rf'name="sure" value="{re.escape(email)}"(?! checked)', page.text)


def test_an_unusual_email_is_asked_about_before_a_registration(
    visitor: Visitor, simulator: RunningSimulator, environment: str
) -> None:
    unusual, usual, said = SAID[environment]
    page = send(visitor, "/users", registration(unusual), status=422)
    asked(page, unusual, said)
    again = {**registration(unusual), "intent": intent_of(page)}
    visitor.post("/users", {**again, "sure": usual}, status=422)
    assert sent(simulator) == 0
    visitor.post("/users", {**again, "sure": unusual}, status=303)
    send(visitor, "/users", registration(usual), status=303)
    assert sent(simulator) == 2


def test_an_unusual_email_is_asked_about_before_a_start_of_kyc(
    visitor: Visitor, simulator: RunningSimulator, environment: str
) -> None:
    unusual, usual, said = SAID[environment]
    pending = next(user for user in simulator.users() if user["status"] == "pending")
    path = f"/users/{pending['id']}/kyc"
    page = send(visitor, path, {**KYC, "email": unusual, "confirm": unusual}, status=422)
    asked(page, unusual, said)
    assert sent(simulator) == 0
    fields = {**KYC, "email": unusual, "confirm": unusual, "intent": intent_of(page)}
    visitor.post(path, {**fields, "sure": unusual}, status=303)
    assert sent(simulator) == 1
    assert usual != unusual
