"""A worker that is killed in the middle of a sweep: the next one goes on where it was."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from dashboard.services.directory.lease import LASTS
from dashboard.store.db.database import Database
from dashboard.store.directory import background, sweeps
from dashboard.store.directory.sweeps import Result, Sweep
from dashboard.store.schema import directory
from tests.support.clock import wait_until
from tests.support.servers.simulator_process import (
    RunningSimulator,
    start_simulator,
    vendor_like_pair,
)
from tests.unit.cli.test_worker_process import working

pytestmark = pytest.mark.long
USERS, PAGES_AT_LEAST = 900, 9
LATENCY_MS = 400
KILLS = range(2, 20)


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[RunningSimulator]:
    """One with many users, which takes its time."""
    folder = tmp_path / "api"
    folder.mkdir()
    with start_simulator(folder, USERS, first=vendor_like_pair()) as running:
        running.set_faults([{"method": "GET", "path": "/users", "latency_ms": LATENCY_MS}])
        yield running


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    return settings | {"UPSTREAM_BUDGET_PER_MIN": "600"}


def last(database: Database) -> Sweep | None:
    with database.read() as connection:
        return sweeps.find_last(connection)


def pages(database: Database) -> int:
    sweep = last(database)
    return sweep.pages if sweep else 0


def has_read_more(database: Database, than: int) -> bool:
    return pages(database) > than or is_over(database)


def is_over(database: Database) -> bool:
    sweep = last(database)
    return sweep is not None and not sweep.is_running


def registered(number: int) -> dict[str, object]:
    """Return a user who registers now."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    email = f"new{number}@example.com"
    return {"id": str(uuid4()), "email": email, "status": "pending", "createdAt": at}


def let_the_lease_end(database: Database) -> None:
    """Be a minute later: the lease of the one that was killed is over."""
    with database.write() as connection:
        lease = background.find_lease(connection)
        assert lease
        background.put_lease(connection, replace(lease, ends_at=lease.ends_at - LASTS))


def test_a_sweep_whose_worker_is_killed_again_and_again_misses_and_doubles_no_one(
    database: Database, settings: dict[str, str], simulator: RunningSimulator, tmp_path: Path
) -> None:
    chance, kills, reached = Random(20261129), 0, 0  # noqa: S311  repeatable is the point
    while not is_over(database):
        assert kills < KILLS.stop, "It does not go on."
        with working(settings, tmp_path):  # and kill -9
            wait_until(partial(has_read_more, database, reached))
            time.sleep(chance.random() * 1.5 * LATENCY_MS / 1000)
        kills += 1
        assert pages(database) > reached
        reached = pages(database)
        simulator.add_user(registered(kills))
        someone = chance.choice(simulator.users())
        simulator.set_status(someone["id"], "suspended")
        let_the_lease_end(database)
    with database.read() as connection:
        (sweep,) = sweeps.recent(connection, 9)
        held = connection.execute(select(directory.c.user_id, directory.c.sweep)).all()
    assert kills in KILLS
    assert (sweep.result, sweep.passes) == (Result.COMPLETE, 1)
    assert sweep.pages >= PAGES_AT_LEAST
    listed = {UUID(user["id"]) for user in simulator.users()}
    ids = [row.user_id for row in held]
    assert len(ids) == len(set(ids))
    added_after_the_end = 1
    assert len(listed - set(ids)) <= added_after_the_end
    asked = [call.query for call in simulator.requests() if "page=1&" not in call.query]
    assert len(asked) - len(set(asked)) <= kills
