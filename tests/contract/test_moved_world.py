"""The clocks of the simulator, of the dashboard and of its worker, which a test moves together."""

import http.client
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.web.middleware import OWN_HEADER
from tests.support.clock import wait_until
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.world import MovedWorld, play_world

pytestmark = pytest.mark.long  # it starts processes of its own
HOURS = timedelta(hours=30)
NEAR = timedelta(minutes=1)


@pytest.fixture
def world(simulator: RunningSimulator, migrated: Path, tmp_path: Path) -> Iterator[MovedWorld]:
    with play_world(simulator, migrated, tmp_path) as world:
        yield world


def header(url: str, path: str, name: str) -> str:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return str(answer.getheader(name))


def times(world: MovedWorld) -> list[datetime | None]:
    """Return what the simulator (twice), the dashboard and the worker's last round say."""
    own = header(world.server.base_url, "/healthz", OWN_HEADER)
    return [
        world.simulator.now(),
        parsedate_to_datetime(header(world.simulator.base_url, "/api/v1/partner/users", "Date")),
        datetime.fromtimestamp(int(own) / 1000, UTC),
        WorkerHeartbeat(world.server.database, world.clock).find_last(),
    ]


def are_at(world: MovedWorld, wanted: datetime) -> Callable[[], bool]:
    return lambda: all(at and abs(at - wanted) < NEAR for at in times(world))


def test_one_move_moves_all_of_them(world: MovedWorld) -> None:
    wait_until(are_at(world, datetime.now(UTC)))
    world.move(HOURS)
    wait_until(are_at(world, datetime.now(UTC) + HOURS))
