"""A refusal is shown beside the field that it names, or above the form in the API's words."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.forms.api_errors import add_api_errors
from dashboard.forms.kyc import KycForm
from dashboard.forms.registrations import RegistrationForm
from dashboard.services.permissions import Role
from tests.faults.support.fault_scripts import answer
from tests.faults.support.fault_server import FaultServer
from tests.support.browsing import Page, Visitor
from tests.support.pages.forms import KYC, TOKEN, intent_of, registration, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

Refused = Callable[..., Page]


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


@pytest.fixture
def refused(settings: dict[str, str], admin: Visitor, server: FaultServer) -> Refused:
    """Fill in a form of the dashboard, and let another API answer it."""

    def refused(path: str, fields: dict[str, str], status: int, says: str) -> Page:
        page = admin.get("/users/new" if path == "/users" else path)
        data = {**fields, "intent": intent_of(page), "csrf_token": admin.csrf_token()}
        url = server.on(answer({"success": False, "error": says}, status))
        other = create_app(load_config(None, **{**settings, "PARTNER_API_URL": url}))
        client = other.test_client()
        client._cookies = dict(admin.http._cookies or {})  # noqa: SLF001  the same browser
        return Page(client.post(path, data=data), 422)

    return refused


def user(simulator: RunningSimulator, status: str) -> str:
    return next(f"/users/{user['id']}" for user in simulator.users() if user["status"] == status)


@pytest.mark.parametrize(
    ("says", "named"),
    [
        ("phone must be in international format", ["phone"]),
        ("E-mail is not valid", ["email"]),
        ("countryCode must be an ISO 3166-1 alpha-2 code", ["country_code"]),
        ("Country is not supported", ["country_code"]),
        ("preferredLanguage must be a language code", ["preferred_language"]),
        ("userType must be one of: personal, business", ["user_type"]),
        ("email must be an email; phone must be valid", ["email", "phone"]),
        ("lastName is required", []),
        ("Something is wrong", []),
        ("", []),
    ],
)
def test_a_text_names_the_fields_of_a_registration(app: Flask, says: str, named: list[str]) -> None:
    with app.test_request_context():
        form = RegistrationForm()
        assert add_api_errors(form, says) is bool(named)
        assert sorted(form.errors) == named


@pytest.mark.parametrize(
    ("says", "named"),
    [
        ("firstName must be a string", ["first_name"]),
        ("last_name is too long", ["last_name"]),
        ("birthDate must be YYYY-MM-DD", ["birth_date"]),
        ("Country is not supported", []),
    ],
)
def test_a_text_names_the_fields_of_a_start(app: Flask, says: str, named: list[str]) -> None:
    with app.test_request_context():
        form = KycForm()
        assert add_api_errors(form, says) is bool(named)
        assert sorted(form.errors) == named


def test_a_refused_field_is_told_beside_it(refused: Refused, simulator: RunningSimulator) -> None:
    page = refused("/users", registration(), 400, "phone <b>must</b> be valid")
    assert "Fix one field" in page.words
    assert "The API refused this: “phone <b>must</b> be valid”" in page.words
    assert 'id="phone-error"' in page.text
    assert re.search(r'id="phone"[^>]* aria-invalid="true"', page.text)
    page = refused(f"{user(simulator, 'pending')}/kyc", KYC, 400, "lastName is too long")
    assert 'id="last_name-error"' in page.text
    assert 'value="Pérez Nguyễn"' in page.text


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_any_other_refusal_of_a_registration_is_told_in_the_api_s_words(
    refused: Refused, status: int
) -> None:
    page = refused("/users", registration(), status, "Partner may not register")
    assert "The API refused this, so no changes were made." in page.words
    assert "The API says: “Partner may not register”" in page.words
    assert re.search(r"Request ID [0-9a-f]{16}", page.words)


def test_what_the_status_of_a_user_does_not_allow_is_told_in_the_api_s_words(
    refused: Refused, simulator: RunningSimulator
) -> None:
    page = refused(f"{user(simulator, 'pending')}/kyc", KYC, 403, "User account is suspended")
    assert "The API says: “User account is suspended”" in page.words
    page = refused(f"{user(simulator, 'active')}/tokens", TOKEN, 409, "Busy")
    assert "The API says: “Busy”" in page.words
    assert TOKEN["reason"] in page.text


def test_a_duplicate_that_comes_as_a_400_is_told_on_the_email_with_our_own_attempt(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_rivals(duplicate_status=400, list_order="oldest")
    simulator.set_faults([{"method": "POST", "reset": "after"}])
    fields = registration()
    send(admin, "/users", fields, status=502)
    simulator.set_faults([])
    page = send(admin, "/users", {**fields, "anyway": fields["email"]}, status=422)
    assert 'id="email-error"' in page.text
    assert "so it may be registered." in page.words
    simulator.reset()
