"""A sweep during an outage: it waits as long as the API asks, and goes on where it was."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from dashboard.partner.asker import Asker, asking_for
from dashboard.partner.errors import PartnerError, Unavailable
from dashboard.services.actors import COMMAND_LINE
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.directory.sweeps import Result
from tests.support.clock import TestClock
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.directory.test_sweep import last, listed
from tests.views.directory.test_sweep import services as services  # noqa: PLC0414  a fixture

ASKED_S = 120
SHORTLY = timedelta(seconds=1)


@pytest.fixture
def turn(services: Services) -> Callable[[], timedelta]:
    """Take the next step of the sweep, as the worker does."""

    def take() -> timedelta:
        with asking_for(Asker.BUDGET):
            return services.directory.sync.work()

    return take


@pytest.mark.parametrize("status", [429, 503])
def test_a_sweep_waits_as_long_as_the_api_asks_and_then_goes_on_where_it_was(
    services: Services,
    turn: Callable[[], timedelta],
    simulator: RunningSimulator,
    database: Database,
    clock: TestClock,
    status: int,
) -> None:
    services.directory.control.start(COMMAND_LINE)
    turn()
    begun = last(database)
    assert (begun.pages, begun.is_running) == (1, True)
    simulator.set_faults([{"status": status, "retry_after_s": ASKED_S}])
    clock.advance(seconds=1)
    with pytest.raises(PartnerError):
        turn()
    calls = len(simulator.requests())
    for _ in range(3):
        clock.advance(seconds=ASKED_S / 4)
        with pytest.raises(Unavailable):
            turn()
    assert len(simulator.requests()) == calls
    assert last(database) == begun
    simulator.set_faults([])
    clock.advance(seconds=ASKED_S / 4 + 1)
    while (sweep := last(database)).is_running:
        clock.advance(seconds=max(turn(), SHORTLY).total_seconds())
    assert sweep.result is Result.COMPLETE
    assert {str(each) for each in listed(database)} == {user["id"] for user in simulator.users()}
    walked = [call.query for call in simulator.requests()[calls:] if "page=2" in call.query]
    assert len(walked) == 1
