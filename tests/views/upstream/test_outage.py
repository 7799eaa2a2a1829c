"""While the API is down: calls are held back, pages say so once, what we know stays in reach."""

from typing import Any
from uuid import UUID

import pytest

from dashboard.app import create_app
from dashboard.config.settings import Config
from dashboard.partner.credentials import Credentials
from dashboard.partner.gate import HeldBack, Ticket
from dashboard.partner.telemetry import CallResult
from dashboard.services.permissions import Role
from dashboard.services.upstream.breaker import THRESHOLD, Breaker
from dashboard.store.db.database import Database
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import TOKEN, intent_of, send
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator

DOWN = [{"status": 503}]


def break_down(visitor: Visitor, simulator: RunningSimulator, **fault: Any) -> None:  # noqa: ANN401  JSON
    """Let three pages in a row fail, and forget the calls."""
    simulator.set_faults([fault or DOWN[0]])
    for _ in range(3):
        visitor.get("/users", status=502 if fault.get("status") == 401 else 503)
    simulator.clear_requests()


def test_after_three_failed_calls_nothing_is_sent_until_it_is_time(
    support: Visitor, simulator: RunningSimulator, clock: TestClock
) -> None:
    break_down(support, simulator)
    for _ in range(20):
        page = support.get("/users", status=503)
    assert simulator.requests() == []
    assert "Several requests failed in a row" in page.words
    assert 0 < int(page.headers["Retry-After"]) <= 10
    clock.advance(seconds=11)
    support.get("/users", status=503)
    support.get("/users", status=503)
    assert len(simulator.requests()) == 1


def test_one_banner_says_since_when_and_when_it_is_tried_again(
    support: Visitor, simulator: RunningSimulator, clock: TestClock
) -> None:
    assert "has been unavailable since" not in support.get("/account").words
    break_down(support, simulator)
    page = support.get("/account")
    assert page.text.count('id="outage"') == 1
    assert "The Partner API has been unavailable since" in page.words
    assert "Retrying at" in page.words
    clock.advance(seconds=11)
    assert "Retrying when you open a page" in support.get("/account").words
    simulator.set_faults([])
    support.get("/users")
    assert "has been unavailable since" not in support.get("/account").words


def test_the_pauses_grow_while_the_api_stays_down(
    support: Visitor, simulator: RunningSimulator, clock: TestClock
) -> None:
    break_down(support, simulator)
    for pause_s in (2, 2, 2, 2, 5, 10, 20, 40, 60, 60):
        clock.advance(seconds=pause_s - 0.1)
        support.get("/users", status=503)
        assert simulator.requests() == [], pause_s
        clock.advance(seconds=0.2)
        support.get("/users", status=503)
        assert len(simulator.requests()) == 1, pause_s
        simulator.clear_requests()


def test_a_write_never_finds_out_whether_the_api_is_back(
    log_in: LogIn, simulator: RunningSimulator, clock: TestClock
) -> None:
    onboarding = log_in(Role.ONBOARDING)
    fields = {
        "user_type": "personal",
        "email": "new@example.com",
        "country_code": "CO",
        "intent": intent_of(onboarding.get("/users/new")),
    }
    break_down(onboarding, simulator)
    simulator.set_faults([])
    clock.advance(seconds=11)
    page = onboarding.post("/users", fields, status=503)
    assert "No changes were made." in page.words
    assert 'value="new@example.com"' in page.text
    assert simulator.requests() == []
    onboarding.get("/users")
    onboarding.post("/users", {**fields, "intent": intent_of(page)}, status=303)


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (Role.ADMIN, "until you replace the API key pair"),
        (Role.SUPPORT, "until an admin replaces the API key pair"),
    ],
)
def test_refused_credentials_are_tried_no_further(
    log_in: LogIn, simulator: RunningSimulator, role: Role, said: str
) -> None:
    visitor = log_in(role)
    visitor.get("/users")
    known = simulator.users()[0]["id"]
    break_down(visitor, simulator, status=401)
    page = visitor.get("/users", status=503)
    assert "The Partner API has refused our credentials since" in page.words
    assert said in page.words
    assert "The Partner API refuses our credentials This isn’t about your log-in" in page.words
    assert "is unavailable" not in page.words
    assert simulator.requests() == []
    assert "Saved data" in visitor.get(f"/users/{known}", status=503).words


def test_what_is_known_of_a_user_stays_in_reach_while_credentials_are_refused(
    support: Visitor, simulator: RunningSimulator
) -> None:
    support.get("/users")
    known = simulator.users()[0]
    simulator.set_faults([{"status": 401}])
    page = support.get(f"/users/{known['id']}", status=502)
    assert "The Partner API refuses our credentials" in page.words
    assert "Saved data Last checked" in page.words
    assert known["email"] in page.words


def test_refused_privy_tokens_are_no_outage(log_in: LogIn, simulator: RunningSimulator) -> None:
    issuer = log_in(Role.ISSUER)
    simulator.set_faults([{"status": 401, "path": "/auth/login"}])
    for _ in range(THRESHOLD):
        send(issuer, "/tokens/privy", {**TOKEN, "privy_token": "a token of nobody"}, status=502)
    assert "refuses our credentials" not in issuer.get("/users").words


def test_an_api_that_says_when_to_come_back_is_not_asked_before(
    support: Visitor, simulator: RunningSimulator, clock: TestClock
) -> None:
    simulator.set_faults([{"status": 429, "retry_after_s": 50}])
    support.get("/users", status=503)
    simulator.set_faults([])
    clock.advance(seconds=40)
    page = support.get("/users", status=503)
    assert "The Partner API has rate limited us since" in page.words
    assert "is unavailable" not in page.words
    assert "Several requests failed in a row" not in page.words
    assert len(simulator.requests()) == 1
    clock.advance(seconds=11)
    support.get("/users")


def test_only_one_read_tries_again_when_the_clock_was_put_back(
    database: Database, clock: TestClock
) -> None:
    breaker, pair = Breaker(database, clock), Credentials("key", "secret")
    for _ in range(THRESHOLD):
        breaker.leave(Ticket(pair), CallResult.DOWN, None)
    clock.advance(hours=-1)
    outage = breaker.find_outage(pair.id)
    assert outage
    assert outage.retry_at <= clock()
    assert isinstance(breaker.enter(pair, is_write=False), Ticket)
    assert isinstance(breaker.enter(pair, is_write=False), HeldBack)


def test_another_worker_holds_its_calls_back_too(
    config: Config,
    support: Visitor,
    hire: Hire,
    simulator: RunningSimulator,
    clock: TestClock,
) -> None:
    break_down(support, simulator)
    other = Visitor(create_app(config, clock))
    other.log_in(*hire(Role.SUPPORT))
    other.get("/users", status=503)
    assert simulator.requests() == []


def test_the_kyc_link_that_we_hold_stays_in_reach(
    support: Visitor, simulator: RunningSimulator, database: Database, clock: TestClock
) -> None:
    support.get("/users?limit=100")
    user = next(user for user in simulator.users() if user["status"] == "pending")
    link = "https://inquiry.withpersona.com/verify?inquiry-id=inq_held"
    held = Inquiry(
        UUID(user["id"]), InquiryState.HELD, clock(), inquiry_id="inq_held", verification_url=link
    )
    with database.write() as connection:
        inquiries.add(connection, held, None)
    break_down(support, simulator)
    page = support.get(f"/users/{user['id']}", status=503)
    assert user["email"] in page.words
    assert f'data-copy="{link}"' in page.text


@pytest.mark.parametrize("fault", [{"status": 401}, {"body": "html"}, {"status": 503}])
def test_what_was_last_seen_of_a_user_is_told_however_the_api_fails(
    support: Visitor, simulator: RunningSimulator, fault: dict[str, object]
) -> None:
    user = simulator.users()[0]
    support.get(f"/users/{user['id']}")
    simulator.set_faults([fault])
    page = support.get(f"/users/{user['id']}", status=503 if fault.get("status") == 503 else 502)
    assert "Saved data" in page.words
    assert user["email"] in page.words


def test_a_form_says_that_calls_are_held_back_because_the_credentials_are_refused(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    onboarding = log_in(Role.ONBOARDING)
    fields = {
        "user_type": "personal",
        "email": "new@example.com",
        "country_code": "CO",
        "intent": intent_of(onboarding.get("/users/new")),
    }
    break_down(onboarding, simulator, status=401)
    page = onboarding.post("/users", fields, status=503)
    assert "refuses the dashboard’s API key pair" in page.words
    assert "can’t be reached" not in page.words
    assert int(page.headers["Retry-After"]) <= 10
