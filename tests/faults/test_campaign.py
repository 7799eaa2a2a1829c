"""Nothing lost, nothing done twice: the simulator's log and our audit agree after any fault."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from tests.faults.support import ledger
from tests.faults.support.campaign import Campaign, disagreements
from tests.faults.support.fault_server import FaultServer
from tests.faults.support.report import Figure
from tests.support.clock import TestClock
from tests.support.people import LogIn
from tests.support.servers.simulator_process import LoggedRequest, RunningSimulator, start_simulator

LONG = 120
CHUNK = 250
CHUNKS = 8
EVERYTHING = set(product(ledger.MADE, ("succeeded", "rejected", "unknown")))
SEED = int(os.environ.get("FAULT_SEED") or 20260612)


@pytest.fixture(scope="module")
def simulator_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    """One with enough people for each form to be about a different user."""
    with start_simulator(tmp_path_factory.mktemp("simulator"), users=800) as running:
        yield running


@pytest.fixture
def campaign(
    request: pytest.FixtureRequest,
    app: Flask,
    database: Database,
    clock: TestClock,
    simulator: RunningSimulator,
    log_in: LogIn,
    evil: FaultServer,
) -> Campaign:
    seed = SEED + getattr(request, "param", 0)
    return Campaign(
        seed=seed,
        app=app,
        database=database,
        clock=clock,
        simulator=simulator,
        people=[log_in(Role.ADMIN) for _ in range(3)],
        elsewhere=f"{evil.origin}/elsewhere",
    )


@dataclass(frozen=True)
class Fought:
    """A campaign, and what to look over after it."""

    campaign: Campaign
    simulator: RunningSimulator
    database: Database
    chain: Chain
    evil: FaultServer
    capsys: pytest.CaptureFixture[str]
    figure: Figure

    def through(self, faults: int) -> None:
        self.campaign.run(faults)
        log, known = self.simulator.requests(), ledger.attempts(self.database)
        self.figure("first seed", self.campaign.seed)
        self.figure("faults survived", self.campaign.faults_played())
        self.figure("calls doubled", ledger.count_doubled(self.database, log))
        self.figure("calls unaudited", ledger.count_unaudited(self.database, log))
        self.figure("outcomes settled", sum(len(one.outcomes) > 1 for one in known))
        self.figure("p95 of unaffected pages, ms", p95_ms(self.campaign.unaffected_s))
        found = [*self._found(log), *disagreements(self.campaign.forms, known)]
        assert not found, f"FAULT_SEED={self.campaign.seed}: {found}"
        last = {one.outcomes[-1] for one in known if one.action == "users:register"}
        assert "unknown" not in last, "what can be looked up is settled"
        met = {(one.action, outcome) for one in known for outcome in one.outcomes}
        assert met >= EVERYTHING, EVERYTHING - met

    def _found(self, log: list[LoggedRequest]) -> Iterator[str]:
        yield from ledger.problems(log, self.database, self.chain.keys)
        if count := self.campaign.witness.unrecorded:
            yield f"sent before it was recorded: {count}"
        if self.evil.requests:
            yield "the other host was asked"
        if ledger.holds_a_token(self.database):
            yield "a token lies in the database"
        if ledger.JWT.decode() in "".join(self.capsys.readouterr()):
            yield "a token is in the log"


@pytest.fixture
def fought(
    campaign: Campaign,
    simulator: RunningSimulator,
    database: Database,
    chain: Chain,
    evil: FaultServer,
    capsys: pytest.CaptureFixture[str],
    figure: Figure,
) -> Fought:
    return Fought(
        campaign=campaign,
        simulator=simulator,
        database=database,
        chain=chain,
        evil=evil,
        capsys=capsys,
        figure=figure,
    )


def p95_ms(seconds: list[float]) -> int:
    return round(sorted(seconds)[len(seconds) * 95 // 100] * 1000)


@pytest.mark.long
def test_120_faults_lose_nothing_and_do_nothing_twice(fought: Fought) -> None:
    fought.through(LONG)


@pytest.mark.weekly
@pytest.mark.parametrize("campaign", range(1, CHUNKS + 1), indirect=True)
def test_2000_faults_lose_nothing_and_do_nothing_twice(fought: Fought) -> None:
    fought.through(CHUNK)
