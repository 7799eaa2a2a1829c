"""From an approved KYC to a token, and on to the next user."""

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from tests.support.browsing import Page, Visitor
from tests.support.pages.forms import TOKEN, send
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator

REASON = TOKEN["reason"]
VIEW_ONLY, ISSUER = (Role.KYC,), (Role.KYC, Role.ISSUER)


@pytest.fixture
def user(simulator: RunningSimulator) -> str:
    active = next(user for user in simulator.users() if user["status"] == "active")
    return f"/users/{active['id']}"


def reason_in(page: Page) -> str:
    field = page.text.split('id="reason"')[1].split(">")[0]
    return field.split('value="')[1].split('"')[0] if "value=" in field else ""


@pytest.mark.parametrize(
    ("roles", "link", "label"),
    [(ISSUER, "/tokens", "Issue token"), (VIEW_ONLY, "", "View user")],
    ids=["issuer", "kyc"],
)
def test_after_an_approval_the_next_step_is_first(
    log_in: LogIn, user: str, roles: tuple[Role, ...], link: str, label: str
) -> None:
    page = log_in(*roles).get(f"{user}/kyc")
    primary = page.markup.split('class="btn primary" href="')[1]
    assert primary.split('"')[0] == f"{user}{link}"
    assert label in primary.split("</a>")[0]
    assert page.words.count("View user") == 1


def test_the_reason_of_the_last_token_of_a_session_is_filled_in(
    log_in: LogIn, user: str, hire: Hire
) -> None:
    other, issuer = log_in(Role.ISSUER), log_in(Role.ISSUER)
    path = f"{user}/tokens"
    assert reason_in(issuer.get(path)) == ""
    send(issuer, path, TOKEN, status=200)
    page = issuer.get(path)
    assert reason_in(page) == REASON
    assert "the reason of your last token" in page.words
    assert "SUP-1" not in page.text.split('id="ticket"')[1].split(">")[0]
    assert reason_in(other.get(path)) == ""
    issuer.post("/logout")
    issuer.log_in(*hire(Role.ISSUER))
    assert reason_in(issuer.get(path)) == ""


def test_the_reason_of_an_earlier_session_is_not_filled_in(
    hire: Hire, app: Flask, user: str
) -> None:
    credentials = hire(Role.ISSUER)
    first, second = Visitor(app), Visitor(app)
    first.log_in(*credentials)
    send(first, f"{user}/tokens", TOKEN, status=200)
    second.log_in(*credentials)
    assert reason_in(second.get(f"{user}/tokens")) == ""


@pytest.mark.parametrize("roles", [(Role.ISSUER,), (Role.ISSUER, Role.ONBOARDING)])
def test_who_may_register_goes_on_from_the_token(
    log_in: LogIn, user: str, roles: tuple[Role, ...]
) -> None:
    page = send(log_in(*roles), f"{user}/tokens", TOKEN, status=200)
    assert ("Register another user" in page.words) == (Role.ONBOARDING in roles)
