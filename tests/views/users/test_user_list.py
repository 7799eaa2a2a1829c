"""A row of the list tells the phone number and where KYC is."""

import re
from uuid import uuid4

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.pages.forms import KYC, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres

PHONE = "+573001234567"


@pytest.fixture
def pending(simulator: RunningSimulator) -> dict[str, str]:
    known = next(user for user in simulator.users() if user["status"] == "pending")
    user = {**known, "id": str(uuid4()), "email": "pia@example.com", "phone": PHONE}
    simulator.add_user(user)
    return user


def row_of(visitor: Visitor, user: dict[str, str]) -> str:
    page = visitor.get("/users?limit=100").text
    rows = re.finditer(r"<tr.*?</tr>", page, re.DOTALL)
    return next(row[0] for row in rows if user["id"] in row[0])


def test_a_phone_number_is_below_the_email_and_masked_as_the_role_asks(
    log_in: LogIn, pending: dict[str, str]
) -> None:
    assert PHONE in row_of(log_in(Role.SUPPORT), pending)
    shown = row_of(log_in(Role.VIEWER), pending)
    assert PHONE[1:8] not in shown
    assert "…67" in shown


def test_the_column_kyc_says_what_a_pending_user_waits_for(
    log_in: LogIn, simulator: RunningSimulator, pending: dict[str, str]
) -> None:
    support = log_in(Role.SUPPORT)
    active = next(user for user in simulator.users() if user["status"] == "active")
    assert "Not started here" in row_of(support, pending)
    assert "Not started here" not in row_of(support, active)
    send(support, f"/users/{pending['id']}/kyc", {**KYC, "email": pending["email"]}, status=303)
    assert "Link active" in row_of(support, pending)


def test_filters_are_cleared_only_where_one_is_set(support: Visitor) -> None:
    assert "Clear filters" not in support.get("/users").words
    assert "Clear filters" in support.get("/users?country=MX").words
    assert "Filters · 2" in support.get("/users?country=MX&user_type=business").words
