"""One address in whatever spelling: A-label or U-label, composed or not, padded, in any case."""

import unicodedata
from urllib.parse import quote
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from dashboard.forms.tokens import TokenForm
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from tests.support.browsing import Visitor
from tests.support.pages.forms import KYC, send
from tests.support.people import Hire, LogIn
from tests.support.sampling import pairs
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres

U_LABEL, A_LABEL = "max@bücher.example", "max@xn--bcher-kva.example"
SPELLINGS = [
    U_LABEL,
    A_LABEL,
    "MAX@Bücher.Example",
    unicodedata.normalize("NFD", U_LABEL),
    f"\u202a{U_LABEL}\u202c",
    f"\ufeff{U_LABEL}\u200b",
    f" {A_LABEL}\u2060\u200e",
]


def added(simulator: RunningSimulator, email: str) -> str:
    return simulator.add_user({"id": str(uuid4()), "email": email, "status": "pending"})


@pytest.fixture
def support(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


@pytest.mark.parametrize(("typed", "held"), pairs(SPELLINGS, [U_LABEL, A_LABEL]))
def test_a_search_for_any_spelling_finds_a_user_never_seen_before(
    support: Visitor, simulator: RunningSimulator, held: str, typed: str
) -> None:
    user_id = added(simulator, held)
    page = support.get(f"/users?q={quote(typed)}")
    assert "1–1 of 1" in page.words
    assert f"/users/{user_id}" in page.text


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_search_for_any_spelling_leads_to_a_user_whom_we_saw(
    support: Visitor, simulator: RunningSimulator, typed: str
) -> None:
    path = f"/users/{added(simulator, U_LABEL)}"
    support.get(path)
    found = support.get(f"/users?q={quote(typed)}", status=303)
    assert found.headers["Location"] == path


@pytest.mark.parametrize(("registered", "sent"), [(U_LABEL, A_LABEL), (A_LABEL, U_LABEL)])
def test_kyc_goes_to_the_registered_spelling(
    support: Visitor, simulator: RunningSimulator, registered: str, sent: str
) -> None:
    path = f"/users/{added(simulator, registered)}/kyc"
    answer = send(support, path, {**KYC, "email": sent}, status=303)
    (call,) = [call for call in simulator.requests() if call.method == "POST"]
    assert call.body["email"] == registered
    assert "an email other than" not in support.get(answer.headers["Location"]).words


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_confirmation_may_be_typed_in_any_spelling(app: Flask, typed: str) -> None:
    with app.test_request_context():
        form = TokenForm(MultiDict({"reason": "A good one", "confirm": typed}))
        form.must_confirm(A_LABEL)
        assert form.validate(), form.errors


@pytest.mark.parametrize(
    "typed", ["josé@example.com", "jose\u0301@example.com", " JOSÉ@example.com"]
)
def test_a_staff_member_logs_in_with_any_spelling_of_their_email(
    visitor: Visitor, hire: Hire, staff: Staff, typed: str
) -> None:
    _, password = hire(Role.VIEWER, email="jose\u0301@example.com")
    assert [each.email for each in staff.every()] == ["josé@example.com"]
    visitor.log_in(typed, password)
