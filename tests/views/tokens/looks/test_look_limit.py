"""In production, looks count as tokens do, and ask for a confirmation."""

import pytest
from flask import Flask

from dashboard.config.settings import Config, load_config
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import TOKEN, send, trail
from tests.support.pages.looks import LOOK, look
from tests.support.people import Hire
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def config(settings: dict[str, str]) -> Config:
    return load_config(None, **{**settings, "DASHBOARD_ENVIRONMENT": "production"})


@pytest.fixture
def issuer(app: Flask, hire: Hire) -> Visitor:
    visitor = Visitor(app)
    visitor.log_in(*hire(Role.ISSUER))
    return visitor


def test_looks_and_tokens_share_one_limit(
    issuer: Visitor, simulator: RunningSimulator, database: Database, path: str, user_id: str
) -> None:
    email = next(user["email"] for user in simulator.users() if user["id"] == user_id)
    token = {**TOKEN, "confirm": email}
    for _ in range(5):
        send(issuer, path.replace("/look", "/tokens"), token, status=200)
        look(issuer, path)
    assert "10 of 10" in issuer.get(path).words
    simulator.clear_requests()
    refused = look(issuer, path, status=429)
    assert "reached your hourly limit of 10 tokens" in refused.words
    assert f'value="{LOOK["reason"]}"' in refused.text
    send(issuer, path.replace("/look", "/tokens"), token, status=429)
    assert {call.method for call in simulator.requests()} == {"GET"}
    assert [outcome for outcome, _ in trail(database, "tokens:look")].count("succeeded") == 5


def test_after_five_minutes_a_look_asks_for_a_confirmation(
    issuer: Visitor, simulator: RunningSimulator, clock: TestClock, path: str
) -> None:
    issuer.get(path)
    clock.advance(minutes=6)
    simulator.clear_requests()
    assert issuer.get(path, status=303).headers["Location"].startswith("/confirm")
    assert issuer.post(path, LOOK, status=303).headers["Location"].startswith("/confirm")
    assert simulator.requests() == []


def test_onboarding_does_not_look_in_production(app: Flask, hire: Hire, path: str) -> None:
    visitor = Visitor(app)
    visitor.log_in(*hire(Role.ONBOARDING))
    visitor.get(path, status=403)
