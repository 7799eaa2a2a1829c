"""In production a person asks for ten tokens an hour at most, even with a stolen session."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import Config, load_config
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.forms import TOKEN, intent_of, send, trail
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator

PRIVY = {"privy_token": "a.b.c", "reason": "Reproduce a failed withdrawal"}


@pytest.fixture
def config(settings: dict[str, str]) -> Config:
    return load_config(None, **{**settings, "DASHBOARD_ENVIRONMENT": "production"})


@pytest.fixture
def account(hire: Hire) -> tuple[str, str]:
    """An issuer's email and password."""
    return hire(Role.ISSUER)


@pytest.fixture
def issuer(app: Flask, account: tuple[str, str]) -> Visitor:
    visitor = Visitor(app)
    visitor.log_in(*account)
    return visitor


@pytest.fixture
def about(simulator: RunningSimulator) -> dict[str, str]:
    return next(user for user in simulator.users() if user["status"] == "active")


@pytest.fixture
def path(about: dict[str, str]) -> str:
    return f"/users/{about['id']}/tokens"


@pytest.fixture
def token(about: dict[str, str]) -> dict[str, str]:
    """The form of a token for this user, as production asks for it."""
    return {**TOKEN, "confirm": about["email"]}


def issues(simulator: RunningSimulator) -> int:
    return sum(call.method == "POST" for call in simulator.requests())


def test_the_eleventh_is_refused_before_anything_is_sent_and_keeps_what_was_typed(
    issuer: Visitor,
    account: tuple[str, str],
    simulator: RunningSimulator,
    database: Database,
    clock: TestClock,
    path: str,
    token: dict[str, str],
) -> None:
    for _ in range(10):
        send(issuer, path, token, status=200)
    clock.advance(minutes=30)
    issuer.log_in(*account)
    intent = intent_of(issuer.get(path))
    refused = issuer.post(path, {**token, "intent": intent}, status=429)
    assert "reached your hourly limit of 10 tokens" in refused.words
    assert f'value="{TOKEN["reason"]}"' in refused.text
    assert 29 * 60 < int(refused.headers["Retry-After"]) <= 30 * 60
    assert issues(simulator) == 10
    clock.advance(minutes=31)
    issuer.log_in(*account)
    issuer.post(path, {**token, "intent": intent_of(refused)}, status=200)
    assert issues(simulator) == 11
    assert [outcome for outcome, _ in trail(database, "tokens:issue")].count("rejected") == 1


def test_both_kinds_of_token_count_and_what_the_api_refuses_too(
    issuer: Visitor, simulator: RunningSimulator, path: str, token: dict[str, str]
) -> None:
    for _ in range(5):
        send(issuer, path, token, status=200)
        send(issuer, "/tokens/privy", PRIVY, status=422)
    send(issuer, path, token, status=429)
    page = send(issuer, "/tokens/privy", PRIVY, status=429)
    assert "a.b.c" not in page.text
    assert issues(simulator) == 10


def test_what_was_certainly_not_sent_does_not_count(
    issuer: Visitor,
    simulator: RunningSimulator,
    database: Database,
    path: str,
    token: dict[str, str],
    log_in: LogIn,
) -> None:
    admin = log_in(Role.ADMIN)
    intents = [intent_of(issuer.get(path)) for _ in range(12)]
    admin.post("/settings/credentials/freeze", {"reason": "a drill"})
    for intent in intents[:11]:
        issuer.post(path, {**token, "intent": intent}, status=503)
    assert issues(simulator) == 0
    assert len(trail(database, "tokens:issue")) == 22
    admin.post("/settings/credentials/thaw", {"thaw": "y"})
    send(issuer, path, token, status=200)


def test_the_same_form_again_is_told_what_came_of_it_whatever_the_limit(
    issuer: Visitor, path: str, token: dict[str, str]
) -> None:
    intent = intent_of(issuer.get(path))
    issuer.post(path, {**token, "intent": intent}, status=200)
    for _ in range(9):
        send(issuer, path, token, status=200)
    again = issuer.post(path, {**token, "intent": intent}, status=409)
    assert "as many tokens" not in again.words


@pytest.mark.on_postgres
def test_two_workers_at_the_ninth_let_one_more_through(
    issuer: Visitor,
    app: Flask,
    config: Config,
    clock: TestClock,
    simulator: RunningSimulator,
) -> None:
    users = [user for user in simulator.users() if user["status"] == "active"][:6]
    first = f"/users/{users[0]['id']}/tokens"
    for _ in range(9):
        send(issuer, first, {**TOKEN, "confirm": users[0]["email"]}, status=200)
    forms = []
    for user in users:
        path = f"/users/{user['id']}/tokens"
        sent = {**TOKEN, "confirm": user["email"], "intent": intent_of(issuer.get(path))}
        forms.append((path, {**sent, "csrf_token": issuer.csrf_token()}))
    cookies = issuer.cookies()
    workers = [app, create_app(config, clock)]

    def press(number: int) -> int:
        browser = workers[number % 2].test_client()
        for name, value in cookies.items():
            browser.set_cookie(name, value, secure=True)
        path, sent = forms[number]
        return browser.post(path, data=sent).status_code

    with ThreadPoolExecutor(len(forms)) as pool:
        answers = sorted(pool.map(press, range(len(forms))))
    assert answers == [200, *[429] * (len(forms) - 1)]
    assert issues(simulator) == 10


def test_it_is_recorded_once_logged_once_and_told_only_to_admins(
    capsys: pytest.CaptureFixture[str],
    issuer: Visitor,
    log_in: LogIn,
    database: Database,
    clock: TestClock,
    path: str,
    token: dict[str, str],
) -> None:
    admin = log_in(Role.ADMIN)
    for _ in range(10):
        send(issuer, path, token, status=200)
    assert "went over the hourly limit for tokens" not in admin.get("/").words
    for _ in range(3):
        send(issuer, path, token, status=429)
    (row,) = (row for row in audit_log.entries(database) if row.outcome == "rejected")
    action = "tokens:privy" if path.endswith("privy") else "tokens:issue"
    told = {"cause": "limit", "most": 10, "scope": "person"}
    assert (row.action, json.loads(row.details)) == (action, told)
    assert capsys.readouterr().err.count('"tokens_limit"') == 1
    assert "went over the hourly limit for tokens" in admin.get("/").words
    assert "went over the hourly limit for tokens" not in issuer.get("/").words
    clock.advance(minutes=59)
    assert "went over the hourly limit for tokens" in admin.get("/").words
    clock.advance(minutes=2)
    assert "went over the hourly limit for tokens" not in log_in(Role.ADMIN).get("/").words


def test_a_colleague_has_ten_of_their_own(
    issuer: Visitor, log_in: LogIn, path: str, token: dict[str, str]
) -> None:
    for _ in range(10):
        send(issuer, path, token, status=200)
    send(log_in(Role.ISSUER), path, token, status=200)


def test_whoever_is_at_the_limit_is_told_before_they_type(
    issuer: Visitor, path: str, token: dict[str, str]
) -> None:
    for _ in range(9):
        send(issuer, path, token, status=200)
    assert "as many tokens" not in issuer.get(path).words
    send(issuer, path, token, status=200)
    for form in (path, "/tokens/privy"):
        page = issuer.get(form)
        assert "reached your hourly limit of 10 tokens" in page.words
        assert "What you typed" not in page.words
        assert "Error:" not in page.text
