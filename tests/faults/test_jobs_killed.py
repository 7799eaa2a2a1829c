"""kill -9 of two workers in the middle of a job: the next ones go on, and send nothing twice."""

import time
from functools import partial
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from dashboard.services.jobs.runner import LEASE
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.faults.support import ledger
from tests.faults.support.job_campaign import OPEN
from tests.support.clock import FileClock, wait_until
from tests.support.pages.jobs import emails, registered, start, states, table
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.world import WORKER
from tests.unit.cli.test_worker_process import working

SEED = 20261129


@pytest.mark.long
@pytest.mark.parametrize("rows", [24, pytest.param(60, marks=pytest.mark.weekly)])
def test_two_workers_killed_again_and_again_lose_and_repeat_nothing(
    app: Flask,
    database: Database,
    settings: dict[str, str],
    simulator: RunningSimulator,
    log_in: LogIn,
    tmp_path: Path,
    rows: int,
) -> None:
    assert app
    chance = Random(SEED)  # noqa: S311  repeatable is the point
    simulator.set_faults([{"method": "POST", "path": "/users", "latency_ms": 300}])
    job = start(log_in(Role.ONBOARDING), table(emails(rows)))
    clock = FileClock(tmp_path / "clock")
    clock.reset()
    environ = settings | {
        "UPSTREAM_BUDGET_PER_MIN": "600",
        "DIRECTORY": "off",
        "CLOCK_FILE": str(clock.file),
    }
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
    ended = 0
    while ended < rows:
        first, second = (working(environ, folder, [WORKER]) for folder in folders)
        with first, second:
            wait_until(partial(has_more, database, job, min(ended + 6, rows)))
            time.sleep(chance.random() * 0.6)
        clock.move(LEASE)
        simulator.move(LEASE)
        ended = count_ended(database, job)
        assert len(registered(simulator)) == len(set(registered(simulator)))
    assert ledger.count_doubled(database, simulator.requests()) == 0
    assert ledger.count_unaudited(database, simulator.requests()) == 0
    assert set(states(database, job)) <= {"done", "unconfirmed"}
    assert sorted(registered(simulator)) == sorted(emails(rows))


def count_ended(database: Database, job: int) -> int:
    return sum(state not in OPEN for state in states(database, job))


def has_more(database: Database, job: int, least: int) -> bool:
    return count_ended(database, job) >= least
