"""kill -9 while the worker follows: no check is lost, and no event is doubled."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from dashboard.config.settings import load_config
from dashboard.services.desk.settings import DEFAULT_SCHEDULE, parse_schedule
from dashboard.store.db.database import Database
from tests.support.clock import TestClock
from tests.support.following import followers_of
from tests.support.servers.simulator_process import RunningSimulator

ROOT = Path(__file__).parents[2]
SEED = int(os.environ.get("FAULT_SEED") or 20261129)
CALLS, KILLS = 50, 200  # of workers that are killed, and how many at most
SCHEDULE = parse_schedule(DEFAULT_SCHEDULE)
LATER_S = 61.0  # the lease and the holds of the one that was killed are over
AGES = [timedelta(minutes=n) for n in (0, 30, 59, 200, 3000)]


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    return settings | {"UPSTREAM_BUDGET_PER_MIN": "10000", "SYNC_SWEEP_H": "0"}


@pytest.fixture
def worker(
    settings: dict[str, str], database: Database, tmp_path: Path
) -> Iterator[subprocess.Popen[str]]:
    assert database
    with (tmp_path / "follower.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.support.follower"],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    with process:
        yield process
        assert process.stdin
        process.stdin.close()


def run_for(worker: subprocess.Popen[str], later_s: float, seconds: float) -> None:
    """Let a worker run for so long, and kill it."""
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write(f"{later_s}\n")
    worker.stdin.flush()
    process_id = int(worker.stdout.readline())
    time.sleep(seconds)
    os.kill(process_id, signal.SIGKILL)


@pytest.mark.long
def test_a_worker_that_is_killed_at_any_moment_loses_no_check_and_doubles_no_event(
    settings: dict[str, str],
    database: Database,
    worker: subprocess.Popen[str],
    simulator: RunningSimulator,
) -> None:
    random, clock = Random(SEED), TestClock()  # noqa: S311  repeatable is the point
    followers = followers_of(load_config(None, **settings), database, clock, simulator)
    users = followers.pending()[:20]
    for number, user_id in enumerate(users):
        followers.wait(user_id, AGES[number % len(AGES)], seen=timedelta(days=1))
    changes = users[::2]
    simulator.set_faults([{"latency_ms": 10}])
    kills, calls, at_most_s = 0, 0, 0.25
    while calls < CALLS:
        if kills % 3 == 0 and kills // 3 < len(changes):
            simulator.set_status(str(changes[kills // 3]), "active")
        run_for(worker, kills * LATER_S, random.uniform(0, at_most_s))
        asked = [call.path for call in simulator.requests()]
        assert len(asked) == len(set(asked)), "asked twice within a minute"
        simulator.clear_requests()
        kills, calls = kills + 1, calls + len(asked)
        at_most_s = 0.25 if asked else 1.3 * at_most_s  # a busy machine takes longer to call
        assert kills < KILLS, "they make too few calls"
    for user_id in changes:
        simulator.set_status(str(user_id), "active")
    clock.advance(seconds=kills * LATER_S)
    clock.advance(hours=3)  # longer than any of their intervals
    followers.work(minutes=3)
    for user_id in users:
        is_over, user = user_id in changes, followers.seen(user_id)
        assert followers.events_of(user_id) == ["pending", "active"][: 1 + is_over]
        if user.waits_from_at:
            every = SCHEDULE.interval(clock() - user.waits_from_at)
            assert every
            assert clock() - user.last_seen_at < every + timedelta(minutes=1)
