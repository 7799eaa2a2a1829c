"""Who a run makes, and what it needs of the budget."""

import pytest

from dashboard.config.settings import Config, load_config
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages.jobs import JobWorker, registered, states
from tests.support.pages.lab import start
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.each_on_postgres


def sent(simulator: RunningSimulator) -> list[dict[str, str]]:
    return [call.body for call in simulator.requests() if call.method == "POST"]


def test_fifty_people_are_made_by_country_language_and_type(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator
) -> None:
    mixed = {"country_code": "", "language": "en", "user_type": "business"}
    start(onboarding, "registered", 50, **mixed)
    worker.work()
    fifty = sent(simulator)
    assert len({each["email"] for each in fifty}) == 50
    assert {(each["preferredLanguage"], each["userType"]) for each in fifty} == {("en", "business")}
    assert len({each["countryCode"] for each in fifty}) > 3
    start(onboarding, "registered", 1, country_code="PE")
    worker.work()
    one = sent(simulator)[-1]
    assert [one[name] for name in ("countryCode", "preferredLanguage", "userType")] == [
        *("PE", "es", "personal")
    ]


class TestOneCallAMinute:
    @pytest.fixture(params=["local", "sandbox"])
    def environment(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture
    def config(self, settings: dict[str, str], environment: str) -> Config:
        least = {"UPSTREAM_BUDGET_PER_MIN": "1", "DASHBOARD_ENVIRONMENT": environment}
        return load_config(None, **settings | least)

    def test_a_run_needs_it_but_on_the_simulator(
        self,
        onboarding: Visitor,
        worker: JobWorker,
        simulator: RunningSimulator,
        database: Database,
        environment: str,
    ) -> None:
        run = start(onboarding, "registered", 3)
        while not worker.turn():
            pass
        made = 3 if environment == "local" else 1
        assert len(registered(simulator)) == made
        assert states(database, run).count("done") == made
