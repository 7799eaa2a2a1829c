"""Where the API is not a simulator: a person passes KYC, and production has no lab."""

import pytest
from flask import Flask

from dashboard.config.settings import Config, load_config
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import intent_of
from tests.support.pages.jobs import JobWorker, states
from tests.support.pages.lab import order, start, users_of
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres


def take_turns(worker: JobWorker) -> None:
    """Let the worker work for a while: a run that waits never ends."""
    for _ in range(20):
        wait = worker.turn()
        worker.clock.advance(seconds=max(wait.total_seconds(), 1))


class TestSandbox:
    @pytest.fixture
    def contact_ways(self) -> str:
        return "code,card"

    @pytest.fixture
    def config(self, settings: dict[str, str], contact_ways: str) -> Config:
        hosts = {"KYC_LINK_HOSTS": "inquiry.withpersona.com", "CONTACT_WAYS": contact_ways}
        return load_config(None, **settings | hosts | {"DASHBOARD_ENVIRONMENT": "sandbox"})

    def test_a_run_waits_for_a_person_for_hours_and_goes_on(
        self,
        onboarding: Visitor,
        worker: JobWorker,
        simulator: RunningSimulator,
        database: Database,
        clock: TestClock,
    ) -> None:
        simulator.set_rivals(verification_url="documented")
        run = start(onboarding, "active")
        take_turns(worker)
        assert states(database, run) == ["waiting"]
        page = onboarding.get(f"/lab/{run}")
        assert "Someone has to pass KYC." in page.words
        assert 'href="https://inquiry.withpersona.com/verify?inquiry-id=inq_' in page.text
        assert page.text.count('class="qr"') == 1
        (user_id,) = users_of(database, run)
        assert f'<div class="stack" data-user="{user_id}">' in page.text
        assert "The next status check is due at " in page.words
        part = onboarding.fragment(f"/lab/{run}?seen=3", "follow")
        assert "The next status check is due at " in part.words
        assert 'data-hx-swap-oob="true"' in part.text
        clock.advance(minutes=10)
        late = onboarding.fragment(f"/lab/{run}?seen=3", "follow")
        assert "The next status check is due now." in late.words
        simulator.clear_requests()
        clock.advance(hours=5)
        take_turns(worker)
        assert simulator.requests() == []  # following asks, within its schedule and the budget
        simulator.set_status(str(user_id), "active")
        while worker.services.desk.follow.work().total_seconds() == 0:
            pass
        take_turns(worker)
        assert states(database, run) == ["done"]

    @pytest.mark.parametrize("contact_ways", ["card"])
    def test_without_codes_a_waiting_step_has_only_the_link(
        self,
        onboarding: Visitor,
        worker: JobWorker,
        simulator: RunningSimulator,
    ) -> None:
        simulator.set_rivals(verification_url="documented")
        run = start(onboarding, "active")
        take_turns(worker)
        page = onboarding.get(f"/lab/{run}")
        assert 'data-contact="link_copied"' in page.text
        assert "link-code" not in page.text
        assert 'class="qr"' not in page.text

    def test_what_only_the_simulator_plays_is_not_offered(self, onboarding: Visitor) -> None:
        page = onboarding.get("/lab")
        assert 'value="active"' in page.text
        for goal in ("suspended", "expired", "elsewhere"):
            assert f'value="{goal}"' not in page.text
            fields = order(goal) | {"intent": intent_of(page)}
            assert "Choose a state." in onboarding.post("/lab", fields, status=422).words


class TestProduction:
    @pytest.fixture
    def config(self, settings: dict[str, str]) -> Config:
        return load_config(None, **settings | {"DASHBOARD_ENVIRONMENT": "production"})

    @pytest.mark.parametrize("role", [Role.ONBOARDING, Role.ADMIN])
    def test_no_one_has_a_lab(self, app: Flask, log_in: LogIn, role: Role) -> None:
        assert app
        visitor = log_in(role)
        assert visitor.http.get("/lab").status_code == 404
        assert visitor.http.get("/lab/1").status_code == 404
        assert 'href="/lab"' not in visitor.get("/account").text
        assert 'value="scenario"' not in visitor.get("/tokens").text
