"""Evidence that a user was registered or not: the search, the newest pages, the times."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from dashboard.services.actors import WORKER
from dashboard.services.registrations.models import LookupResult
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import intent_of, registration, trail
from tests.support.pages.losses import (
    ACTION,
    DID_NOT,
    DONE,
    HAPPENED,
    REFUSED,
    last_row,
    lose,
    onboarding,
    outcomes,
    press,
    services,
    user,
)
from tests.support.servers.simulator_process import RunningSimulator

__all__ = ["onboarding", "services"]


@pytest.mark.parametrize("fault", [HAPPENED, DID_NOT])
@pytest.mark.parametrize(
    "rivals",
    [
        {"ignored_filters": ["search"]},
        {"ignored_filters": ["search"], "list_paging": "cursor"},
        {"ignored_filters": ["search"], "list_counters": "none"},
        {"list_items": "data"},
    ],
)
def test_the_newest_pages_tell_where_no_search_does(
    onboarding: Visitor,
    simulator: RunningSimulator,
    services: Services,
    database: Database,
    clock: TestClock,
    rivals: dict[str, object],
    fault: dict[str, object],
) -> None:
    simulator.set_rivals(**rivals)
    lose(onboarding, simulator, fault)
    clock.advance(seconds=21)
    assert services.registrations.reconciler.reconcile_lost(WORKER) == 1
    assert outcomes(database) == (DONE if fault is HAPPENED else REFUSED)


def test_the_walk_goes_back_to_the_attempt_and_no_further(
    onboarding: Visitor,
    simulator: RunningSimulator,
    services: Services,
    database: Database,
    clock: TestClock,
) -> None:
    simulator.set_rivals(ignored_filters=["search"])
    lose(onboarding, simulator, DID_NOT)
    now = datetime.now(UTC)
    for number in range(150):
        simulator.add_user(
            {
                "id": f"0d9e3b6a-4f0c-4a3e-9d54-{number:012}",
                "email": f"later-{number}@example.com",
                "status": "pending",
                "createdAt": (now + timedelta(seconds=number)).isoformat(),
            }
        )
    clock.advance(seconds=61)
    assert services.registrations.reconciler.reconcile_lost(WORKER) == 1
    assert outcomes(database) == REFUSED
    pages = [call.query for call in simulator.requests() if "search" not in call.query]
    assert pages == ["page=1&limit=100", "page=2&limit=100"]


@pytest.mark.parametrize(
    ("rivals", "calls"),
    [({"list_order": "oldest"}, 2), ({"list_order": "oldest", "list_counters": "none"}, 3)],
)
def test_a_list_that_comes_oldest_first_tells_once_it_was_seen_whole(
    onboarding: Visitor,
    simulator: RunningSimulator,
    services: Services,
    database: Database,
    clock: TestClock,
    rivals: dict[str, object],
    calls: int,
) -> None:
    simulator.set_rivals(ignored_filters=["search"], **rivals)
    lose(onboarding, simulator, DID_NOT)
    clock.advance(seconds=21)
    assert onboarding.get("/users/new")
    assert outcomes(database) == ["attempted", "unknown"]
    simulator.clear_requests()
    assert services.registrations.reconciler.reconcile_lost(WORKER) == 1
    assert outcomes(database) == REFUSED
    assert sum("search" not in call.query for call in simulator.requests()) == calls


@pytest.mark.parametrize(
    "fault", [{"body": "hollow"}, {"body": "truncated"}, {"body": "html"}, {"status": 500}]
)
def test_a_list_that_cannot_be_trusted_proves_nothing(
    onboarding: Visitor,
    simulator: RunningSimulator,
    database: Database,
    clock: TestClock,
    fault: dict[str, object],
) -> None:
    _, seq = lose(onboarding, simulator, DID_NOT)
    clock.advance(seconds=21)
    simulator.set_faults([{"method": "GET", **fault}])
    assert "Still not confirmed" in press(onboarding, seq).words
    assert outcomes(database) == ["attempted", "unknown"]


def test_a_row_that_cannot_be_read_may_be_the_one(
    onboarding: Visitor, simulator: RunningSimulator, database: Database, clock: TestClock
) -> None:
    _, seq = lose(onboarding, simulator, DID_NOT)
    simulator.add_user({"id": "no uuid", "email": "x@example.com", "createdAt": "2099-01-01"})
    clock.advance(seconds=21)
    assert "Still not confirmed" in press(onboarding, seq).words
    assert outcomes(database) == ["attempted", "unknown"]


@pytest.mark.parametrize(
    ("minutes", "said", "found"),
    [
        (-5, "{email} was already registered. View user", LookupResult.BEFORE),
        (5, "{email} was registered later by someone else. View user", LookupResult.LATER),
        (
            -1,
            "{email} is registered: the earlier attempt went through. View user",
            LookupResult.CREATED,
        ),
    ],
)
def test_when_a_user_was_made_tells_by_whom(
    onboarding: Visitor,
    simulator: RunningSimulator,
    database: Database,
    minutes: int,
    said: str,
    found: LookupResult,
) -> None:
    email, seq = lose(onboarding, simulator, DID_NOT)
    simulator.add_user(user(email.upper(), datetime.now(UTC) + timedelta(minutes=minutes)))
    page = press(onboarding, seq)
    assert said.format(email=email) in page.words
    assert f'"found": "{found}"' in last_row(database)[2]
    assert outcomes(database) == (DONE if found is LookupResult.CREATED else REFUSED)


def test_a_user_without_a_time_leaves_it_open_and_is_named(
    onboarding: Visitor, simulator: RunningSimulator, database: Database, clock: TestClock
) -> None:
    email, seq = lose(onboarding, simulator, DID_NOT)
    simulator.add_user(user(email, None))
    clock.advance(seconds=21)
    page = press(onboarding, seq)
    assert f"a user with the email {email} exists" in page.words
    assert 'href="/users/0d9e3b6a-4f0c-4a3e-9d54-2f6f7f1f0a11"' in page.text
    assert outcomes(database) == ["attempted", "unknown"]


def test_of_two_attempts_with_one_email_only_one_happened(
    onboarding: Visitor,
    simulator: RunningSimulator,
    services: Services,
    database: Database,
    clock: TestClock,
) -> None:
    simulator.set_rivals(list_order="oldest")  # so that opening the form settles nothing
    email, first = lose(onboarding, simulator, DID_NOT)
    _, second = lose(onboarding, simulator, HAPPENED, email=email, anyway=email)
    clock.advance(seconds=21)
    assert services.registrations.reconciler.reconcile_lost(WORKER) == 2
    settled = [(seq, outcome) for outcome, seq in trail(database, ACTION)][-2:]
    assert settled == [(first, "rejected"), (second, "succeeded")]


def test_an_attempt_before_one_that_succeeded_did_not_happen(
    onboarding: Visitor,
    simulator: RunningSimulator,
    services: Services,
    database: Database,
    clock: TestClock,
) -> None:
    email, first = lose(onboarding, simulator, DID_NOT)
    again = registration(email=email, anyway=email)
    onboarding.post("/users", {**again, "intent": intent_of(onboarding.get("/users/new"))})
    clock.advance(seconds=21)
    assert services.registrations.reconciler.reconcile_lost(WORKER) == 1
    assert trail(database, ACTION)[-1] == ("rejected", first)
    assert '"found": "ours"' in last_row(database)[2]


def test_a_loss_that_nobody_can_settle_does_not_keep_the_worker_from_the_next(
    onboarding: Visitor,
    simulator: RunningSimulator,
    services: Services,
    clock: TestClock,
) -> None:
    for _ in range(11):
        email, _ = lose(onboarding, simulator, DID_NOT)
        clock.advance(seconds=10)
        simulator.add_user({**user(email, None), "id": str(uuid4())})
    email, _ = lose(onboarding, simulator, HAPPENED)
    settled = [services.registrations.reconciler.reconcile_lost(WORKER) for _ in range(2)]
    assert settled == [0, 1]
