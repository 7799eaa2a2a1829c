"""Jobs under faults, stops and dying workers: nothing is lost, doubled or unaudited."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from math import ceil
from pathlib import Path
from random import Random
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard.config.settings import Config
from dashboard.partner.client import PartnerClient
from dashboard.services.actors import WORKER
from dashboard.services.jobs.runner import LEASE
from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.schema import job_rows, jobs
from dashboard.wiring import build_services
from tests.faults.support import ledger, menu
from tests.faults.support.campaign import DEADLINE_S
from tests.faults.support.fault_server import FaultServer
from tests.faults.support.report import Figure
from tests.faults.support.witness import Witness
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.jobs import JobWorker, emails, registered, start, states, table
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.unit.cli.test_worker_process import wait_until, working

SEED = int(os.environ.get("FAULT_SEED") or 20261129)
QUICK, LONG = 12, 500
OPEN = {"waiting", "running"}
TURNS = 60


@dataclass
class SharedClock(TestClock):
    """The time of the dashboard and of the simulator."""

    __test__ = False
    simulator: RunningSimulator | None = None

    def advance(self, **how_far: float) -> None:
        by = timedelta(seconds=ceil(timedelta(**how_far).total_seconds()))
        super().advance(seconds=by.total_seconds())
        if self.simulator and by:
            self.simulator.move(by)


@dataclass
class JobCampaign:
    """Jobs of one seed, two workers that die now and then, and someone who steers."""

    random: Random
    visitor: Visitor
    workers: list[JobWorker]
    simulator: RunningSimulator
    database: Database
    clock: TestClock
    elsewhere: str
    deaths: int = 0

    def fight(self, number: int) -> int:
        """Start a job, and let everything happen to it; return the job."""
        rows = table(emails(self.random.randint(1, 6), f"job{number}-"))
        job = start(self.visitor, rows)
        for _ in range(TURNS):
            self._spoil()
            self._steer(job)
            self._turn(self.random.choice(self.workers))
            self.clock.advance(seconds=self.random.choice((0, 2, 20)))
            if OPEN.isdisjoint(states(self.database, job)):
                break
        return job

    def heal(self) -> None:
        """Let everything end: no fault, no pause, and what is unknown is looked up."""
        self.simulator.set_faults([])
        time.sleep(1.0)  # late work is still being done
        with self.database.read() as connection:
            numbers = list(connection.execute(select(jobs.c.id)).scalars())
        for number in numbers:
            self.visitor.post(f"/jobs/{number}/resume")
        self.clock.advance(minutes=15)
        self.workers[0].services.upstream.probe.try_again()
        self.workers[0].work()
        for _ in range(10):
            self.clock.advance(minutes=20)
            self.workers[0].services.attempts.log.expire_abandoned()
            self.workers[0].services.registrations.reconciler.reconcile_lost(WORKER)

    def _spoil(self) -> None:
        fault = menu.of_a_write(self.random, self.elsewhere)
        spoils = {"method": "POST", "path": "/users", **fault, "times": 1}
        self.simulator.set_faults([spoils] if fault else [])

    def _steer(self, job: int) -> None:
        do = self.random.choice(["", "", "", "", "pause", "resume", "resume", "retry", "stop"])
        if do and (do != "stop" or self.random.random() < 0.3):
            self.visitor.post(f"/jobs/{job}/{do}")

    def _turn(self, worker: JobWorker) -> None:
        """Take a turn, or die: before the call, or after it and before its outcome is written."""
        runner, death = worker.services.jobs.runner, self.random.random()
        if death < 0.1:
            runner._take()  # noqa: SLF001  the moment of a death
        elif death < 0.2:
            taken = runner._take()  # noqa: SLF001  the same
            if not isinstance(taken, timedelta):
                runner._perform(taken)  # noqa: SLF001  the same
        else:
            worker.turn()
            return
        self.deaths += 1
        self.clock.advance(seconds=self.random.choice((1, LEASE.total_seconds() + 1)))


@pytest.fixture
def clock(simulator: RunningSimulator) -> SharedClock:
    return SharedClock(simulator=simulator)


@pytest.fixture
def campaign(
    app: Flask,
    config: Config,
    database: Database,
    clock: TestClock,
    simulator: RunningSimulator,
    log_in: LogIn,
    evil: FaultServer,
) -> JobCampaign:
    services = [cast("Services", app.extensions["services"])]
    services.append(build_services(config, database, clock))
    for each in services:
        client = cast("PartnerClient", each.registrations.attempts._registrar)  # noqa: SLF001
        calls = client._calls  # noqa: SLF001  hangs cost time
        calls._read_deadline_s = calls._write_deadline_s = DEADLINE_S  # noqa: SLF001
        calls._gate = Witness(calls._gate, database)  # noqa: SLF001  sees what is sent unrecorded
    return JobCampaign(
        random=Random(SEED),  # noqa: S311  to be repeated, not to be guessed at
        visitor=log_in(Role.ONBOARDING),
        workers=[JobWorker(each, clock) for each in services],
        simulator=simulator,
        database=database,
        clock=clock,
        elsewhere=f"{evil.origin}/elsewhere",
    )


def disagreements(database: Database, simulator: RunningSimulator) -> Iterator[str]:
    """Compare every row with the API's users, and with what was sent."""
    ids = {user["email"]: user["id"] for user in simulator.users()}
    sent = set(registered(simulator))
    with database.read() as connection:
        rows = connection.execute(select(job_rows)).all()
    for row in rows:
        exists = row.email in ids
        if row.state in {*OPEN, "unconfirmed"}:
            yield f"{row.email} has no outcome: {row.state}"
        if row.state == "done" and (not exists or str(row.user_id) != ids[row.email]):
            yield f"{row.email} is done, and is not there"
        if row.state in {"refused", "not_run"} and exists:
            yield f"{row.email} is {row.state}, and is there"
        if row.state == "not_run" and row.email in sent and exists:
            yield f"{row.email} was sent and not run"


def fight(
    campaign: JobCampaign, number: int, chain: Chain, evil: FaultServer, figure: Figure
) -> None:
    for each in range(number):
        campaign.fight(each)
    campaign.heal()
    log, database = campaign.simulator.requests(), campaign.database
    figure("jobs", number)
    figure("workers that died at jobs", campaign.deaths)
    figure("calls doubled", ledger.count_doubled(database, log))
    figure("calls unaudited", ledger.count_unaudited(database, log))
    found = [
        *ledger.problems(log, database, chain.keys),
        *disagreements(database, campaign.simulator),
    ]
    assert not found, f"FAULT_SEED={SEED}: {found}"
    assert not evil.requests


def test_jobs_under_faults_and_stops_lose_double_and_hide_nothing(
    campaign: JobCampaign, chain: Chain, evil: FaultServer, figure: Figure
) -> None:
    fight(campaign, QUICK, chain, evil, figure)
    assert campaign.deaths


@pytest.mark.long
def test_500_jobs_under_faults_and_stops_lose_double_and_hide_nothing(
    campaign: JobCampaign, chain: Chain, evil: FaultServer, figure: Figure
) -> None:
    fight(campaign, LONG, chain, evil, figure)


@pytest.mark.parametrize("died", ["before the call", "after the call"])
def test_a_worker_that_dies_at_any_moment_loses_and_doubles_nothing(
    campaign: JobCampaign, database: Database, died: str
) -> None:
    first, second = campaign.workers
    job = start(campaign.visitor, table(emails(2)))
    runner = first.services.jobs.runner
    taken = runner._take()  # noqa: SLF001  the moment of the death
    assert not isinstance(taken, timedelta)
    if died == "after the call":
        runner._perform(taken)  # noqa: SLF001  the same
    second.turn()
    assert states(database, job) == ["running", "done"]
    campaign.clock.advance(seconds=LEASE.total_seconds() + 1)
    second.work()
    assert states(database, job) == ["done", "done"]
    assert sorted(registered(campaign.simulator)) == emails(2)


@pytest.mark.long
def test_two_workers_that_are_killed_again_and_again_lose_and_double_nothing(
    app: Flask,
    database: Database,
    settings: dict[str, str],
    simulator: RunningSimulator,
    log_in: LogIn,
    tmp_path: Path,
) -> None:
    assert app
    chance = Random(SEED)  # noqa: S311  repeatable is the point
    simulator.set_faults([{"method": "POST", "path": "/users", "latency_ms": 300}])
    job = start(log_in(Role.ONBOARDING), table(emails(60)))
    environ = settings | {"UPSTREAM_BUDGET_PER_MIN": "600", "DIRECTORY": "off"}
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
    ended = 0
    while ended < 60:
        with working(environ, folders[0]), working(environ, folders[1]):
            is_further = partial(has_more, database, job, min(ended + 6, 60))
            wait_until(is_further, 150)
            time.sleep(chance.random() * 0.6)
        ended = count_ended(database, job)
        assert len(registered(simulator)) == len(set(registered(simulator)))
    assert ledger.count_doubled(database, simulator.requests()) == 0
    assert ledger.count_unaudited(database, simulator.requests()) == 0
    assert set(states(database, job)) <= {"done", "unconfirmed"}
    assert sorted(registered(simulator)) == sorted(emails(60))


def count_ended(database: Database, job: int) -> int:
    return sum(state not in OPEN for state in states(database, job))


def has_more(database: Database, job: int, least: int) -> bool:
    return count_ended(database, job) >= least
