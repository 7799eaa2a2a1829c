"""Jobs of one seed under faults, with two workers that die now and then."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from random import Random
from typing import ClassVar, cast

from sqlalchemy import select

from dashboard.crypto.keyring import Keys
from dashboard.partner.client import PartnerClient
from dashboard.services.actors import WORKER
from dashboard.services.jobs.runner import LEASE
from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.schema import job_rows, jobs
from tests.faults.support import ledger, menu
from tests.faults.support.calls import give
from tests.support.browsing import Visitor
from tests.support.clock import PATIENCE_S, TestClock
from tests.support.pages.jobs import JobWorker, emails, registered, start, states, table
from tests.support.servers.simulator_process import RunningSimulator

OPEN = {"waiting", "running"}
TURNS = 60
LOGS_IN_EVERY = 5  # jobs, before the session ends


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
    """Jobs of one seed, two workers that die now and then, and someone who steers the jobs."""

    random: Random
    visitor: Visitor
    person: tuple[str, str]
    workers: list[JobWorker]
    simulator: RunningSimulator
    database: Database
    clock: TestClock
    elsewhere: str
    deaths: int = 0
    role: ClassVar = Role.ONBOARDING
    path: ClassVar = "/users"

    def fight(self, number: int) -> int:
        """Start a job, and let everything happen to it; return the job."""
        if number % LOGS_IN_EVERY == 0:
            self.visitor.log_in(*self.person)
        job = self._start(number, self.random.randint(1, 6))
        for _ in range(TURNS):
            self._spoil()
            self._steer(job)
            self._turn(self.random.choice(self.workers))
            self.clock.advance(seconds=self.random.choice((0, 2, 20)))
            if OPEN.isdisjoint(states(self.database, job)):
                break
        return job

    def give(self, deadline_s: float) -> None:
        """Let each call of the workers take this long."""
        for worker in self.workers:
            give(client_of(worker.services), deadline_s)

    def heal(self) -> None:
        """Finish everything: no fault, no pause, and unknown outcomes are looked up."""
        self.simulator.set_faults([])
        time.sleep(2.0)  # late work may still be running
        self.give(PATIENCE_S)
        self.visitor.log_in(*self.person)
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

    def problems(self, keys: Keys) -> list[str]:
        """Compare the calls with what we recorded."""
        return ledger.problems(self.simulator.requests(), self.database, keys)

    def disagreements(self) -> Iterator[str]:
        """Compare every row with the API."""
        return disagreements(self.database, self.simulator)

    def _start(self, number: int, rows: int) -> int:
        return start(self.visitor, table(emails(rows, f"job{number}-")))

    def _spoil(self) -> None:
        fault = menu.of_a_write(self.random, self.elsewhere)
        spoils = {"method": "POST", "path": self.path, **fault, "times": 1}
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


def client_of(services: Services) -> PartnerClient:
    """Return what calls the API for these services."""
    return cast("PartnerClient", services.registrations.attempts._registrar)  # noqa: SLF001


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
