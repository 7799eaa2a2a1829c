"""In production tokens have limits that hold for one user and for everyone together."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import Config
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.forms import TOKEN, intent_of, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.tokens.test_token_limit import about as about  # noqa: PLC0414  a fixture
from tests.views.tokens.test_token_limit import config as config  # noqa: PLC0414  a fixture
from tests.views.tokens.test_token_limit import issues
from tests.views.tokens.test_token_limit import path as path  # noqa: PLC0414  a fixture
from tests.views.tokens.test_token_limit import token as token  # noqa: PLC0414  a fixture


def an_issuer(log_in: LogIn, users: list[dict[str, str]], count: int) -> Visitor:
    """Return an issuer who has had tokens for these users, one after the other."""
    visitor = log_in(Role.ISSUER)
    for number in range(count):
        user = users[number % len(users)]
        sent = {**TOKEN, "confirm": user["email"]}
        send(visitor, f"/users/{user['id']}/tokens", sent, status=200)
    return visitor


def test_a_user_has_twenty_an_hour_whoever_asks(
    log_in: LogIn, about: dict[str, str], path: str, token: dict[str, str]
) -> None:
    for _ in range(2):
        an_issuer(log_in, [about], 10)
    another = log_in(Role.ISSUER)
    assert "reached the hourly limit of 20 tokens" in another.get(path).words
    page = send(another, path, token, status=429)
    assert "reached the hourly limit of 20 tokens" in page.words
    assert token["reason"] in page.text


def test_a_refusal_is_recorded_once_for_each_limit(
    log_in: LogIn, simulator: RunningSimulator, database: Database
) -> None:
    about, other = [user for user in simulator.users() if user["status"] == "active"][:2]
    for _ in range(2):
        an_issuer(log_in, [about], 10)
    another = an_issuer(log_in, [other], 9)

    def ask(user: dict[str, str], status: int) -> None:
        sent = {**TOKEN, "confirm": user["email"]}
        send(another, f"/users/{user['id']}/tokens", sent, status=status)

    for _ in range(2):
        ask(about, 429)
    ask(other, 200)
    for _ in range(2):
        ask(other, 429)
    rows = audit_log.outcomes(database, "tokens:issue")
    refused = [details["scope"] for outcome, details in rows if outcome == "rejected"]
    assert refused == ["user", "person"]


def test_each_user_whose_limit_refused_someone_is_recorded(
    log_in: LogIn, simulator: RunningSimulator, database: Database
) -> None:
    users = [user for user in simulator.users() if user["status"] == "active"][:2]
    for user in users * 2:
        an_issuer(log_in, [user], 10)
    another = log_in(Role.ISSUER)
    for user in users * 2:
        sent = {**TOKEN, "confirm": user["email"]}
        send(another, f"/users/{user['id']}/tokens", sent, status=429)
    rejected = [row for row in audit_log.entries(database) if row.outcome == "rejected"]
    assert [row.subject_id for row in rejected] == [user["id"] for user in users]


@pytest.mark.on_postgres
def test_new_issuers_get_no_further_than_fifty_tokens_together(
    log_in: LogIn,
    app: Flask,
    config: Config,
    clock: TestClock,
    simulator: RunningSimulator,
) -> None:
    users = [user for user in simulator.users() if user["status"] == "active"][:6]
    for _ in range(4):
        an_issuer(log_in, users, 10)
    an_issuer(log_in, users, 9)
    workers, presses = [app, create_app(config, clock)], []
    for user in users:
        visitor, path = log_in(Role.ISSUER), f"/users/{user['id']}/tokens"
        sent = {**TOKEN, "confirm": user["email"], "intent": intent_of(visitor.get(path))}
        presses.append((visitor.cookies(), path, {**sent, "csrf_token": visitor.csrf_token()}))

    def press(number: int) -> tuple[int, bool]:
        cookies, path, sent = presses[number]
        browser = workers[number % 2].test_client()
        for name, value in cookies.items():
            browser.set_cookie(name, value, secure=True)
        answer = browser.post(path, data=sent)
        return answer.status_code, "All staff together" in answer.text

    with ThreadPoolExecutor(len(presses)) as pool:
        answers = sorted(pool.map(press, range(len(presses))))
    assert answers == [(200, False), *[(429, True)] * (len(presses) - 1)]
    assert issues(simulator) == 50
    admin = log_in(Role.ADMIN)
    assert "went over the hourly limit for tokens" in admin.get("/").words
