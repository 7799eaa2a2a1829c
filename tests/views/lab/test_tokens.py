"""The tokens of a run: shown once, to the person who started it, and kept nowhere."""

import re

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Page, Visitor
from tests.support.canaries import JWT
from tests.support.pages.forms import trail
from tests.support.pages.jobs import JobWorker
from tests.support.pages.lab import REASON, intent_at, start
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres


def shown(page: Page) -> set[str]:
    return {found[0] for found in JWT.finditer(page.text)}


def issue(visitor: Visitor, run: int, *, status: int = 200) -> Page:
    action = f"/lab/{run}/tokens"
    intent = intent_at(visitor.get(f"/lab/{run}"), action)
    return visitor.post(action, {"intent": intent}, status=status)


def test_they_are_shown_once_and_kept_nowhere(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    run = start(onboarding, "token", 3)
    worker.work()
    before = onboarding.get(f"/lab/{run}")
    assert "3 tokens are ready to be issued" in before.words
    simulator.clear_requests()
    intent = intent_at(before, f"/lab/{run}/tokens")
    page = onboarding.post(f"/lab/{run}/tokens", {"intent": intent}, status=200)
    assert len(shown(page)) == 3
    assert len(simulator.requests()) == 3
    assert [outcome for outcome, _ in trail(database, "tokens:issue")] == [
        *["attempted", "succeeded"] * 3
    ]
    again = onboarding.post(f"/lab/{run}/tokens", {"intent": intent}, status=200)
    assert shown(again) == set()
    assert len(simulator.requests()) == 3
    later = onboarding.get(f"/lab/{run}")
    assert "ready to be issued" not in later.words
    assert shown(later) == set()
    assert REASON in onboarding.get("/tokens").words
    assert "Issue a token" in later.words


def test_another_person_is_not_shown_them(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, log_in: LogIn
) -> None:
    run = start(onboarding, "token")
    worker.work()
    simulator.clear_requests()
    admin = log_in(Role.ADMIN)
    page = admin.get(f"/lab/{run}")
    assert "Issue and show tokens" not in page.words
    intent = intent_at(page, f"/lab/{run}/repeat")
    answer = admin.http.post(
        f"/lab/{run}/tokens", data={"intent": intent, "csrf_token": admin.csrf_token()}
    )
    assert answer.status_code == 403
    assert simulator.requests() == []


def test_it_ends_at_the_first_answer_that_is_lost(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator
) -> None:
    run = start(onboarding, "token", 3)
    worker.work()
    simulator.set_faults(
        [{"method": "POST", "path": "/auth/token", "status": 503, "done": True, "times": 1}]
    )
    page = issue(onboarding, run)
    assert "so a token may exist" in page.words
    assert "2 tokens weren’t requested." in page.words
    assert shown(page) == set()
    rest = issue(onboarding, run)
    assert len(shown(rest)) == 2
    assert not re.search("ready to be issued", onboarding.get(f"/lab/{run}").words)
