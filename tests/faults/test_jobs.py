"""Jobs under faults, stops and dying workers: nothing is lost, doubled or unaudited."""

import os
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import cast

import pytest

from dashboard.config.settings import Config
from dashboard.services.jobs.runner import LEASE
from dashboard.services.registry import Services
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.wiring import build_services
from tests.faults.support import ledger
from tests.faults.support.campaign import DEADLINE_S
from tests.faults.support.fault_server import FaultServer
from tests.faults.support.job_campaign import JobCampaign, SharedClock, client_of
from tests.faults.support.kyc_campaign import KycCampaign
from tests.faults.support.mail_campaign import MailCampaign
from tests.faults.support.report import Figure
from tests.faults.support.witness import Witness
from tests.support.browsing import Visitor
from tests.support.clock import PATIENCE_S, TestClock
from tests.support.pages.jobs import JobWorker, emails, registered, start, states, table
from tests.support.people import Hire
from tests.support.servers.mail_server import Inbox, serve_user_mail
from tests.support.servers.simulator_process import RunningSimulator

SEED = int(os.environ.get("FAULT_SEED") or 20261129)
QUICK, LONG, WEEKLY = 7, 40, 500


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def settings(settings: dict[str, str], inbox: Inbox) -> Iterator[dict[str, str]]:
    with serve_user_mail(inbox) as mail:
        yield settings | mail | {"USER_MAILS_PER_HOUR": "10000"}


@pytest.fixture
def clock(simulator: RunningSimulator) -> SharedClock:
    return SharedClock(simulator=simulator)


@pytest.fixture(
    params=[JobCampaign, KycCampaign, MailCampaign], ids=["register", "start KYC", "send links"]
)
def campaign(
    request: pytest.FixtureRequest,
    config: Config,
    database: Database,
    clock: TestClock,
    simulator: RunningSimulator,
    hire: Hire,
    evil: FaultServer,
) -> JobCampaign:
    kind = cast("type[JobCampaign]", request.param)
    services = [cast("Services", request.getfixturevalue("app").extensions["services"])]
    services.append(build_services(config, database, clock))
    for each in services:
        calls = client_of(each)._calls  # noqa: SLF001
        calls._gate = Witness(calls._gate, database)  # noqa: SLF001  sees what is sent unrecorded
    made = kind(
        random=Random(SEED),  # noqa: S311  to be repeated, not to be guessed at
        visitor=Visitor(request.getfixturevalue("app")),
        person=hire(kind.role),
        workers=[JobWorker(each, clock) for each in services],
        simulator=simulator,
        database=database,
        clock=clock,
        elsewhere=f"{evil.origin}/elsewhere",
    )
    if isinstance(made, MailCampaign):
        made.inbox = request.getfixturevalue("inbox")
    made.give(DEADLINE_S)  # hangs cost time
    return made


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
    found = [*campaign.problems(chain.keys), *campaign.disagreements()]
    assert not found, f"FAULT_SEED={SEED}: {found}"
    assert not evil.requests


@pytest.mark.each_on_postgres
def test_jobs_under_faults_and_stops_lose_repeat_and_hide_nothing(
    campaign: JobCampaign, chain: Chain, evil: FaultServer, figure: Figure
) -> None:
    fight(campaign, QUICK, chain, evil, figure)
    assert campaign.deaths


@pytest.mark.long
@pytest.mark.parametrize("number", [LONG, pytest.param(WEEKLY, marks=pytest.mark.weekly)])
def test_many_jobs_under_faults_and_stops_lose_repeat_and_hide_nothing(
    campaign: JobCampaign, number: int, chain: Chain, evil: FaultServer, figure: Figure
) -> None:
    fight(campaign, number, chain, evil, figure)


@pytest.mark.parametrize("campaign", [JobCampaign], indirect=True, ids=["register"])
@pytest.mark.parametrize("died", ["before the call", "after the call"])
def test_a_worker_that_dies_at_any_moment_loses_and_repeats_nothing(
    campaign: JobCampaign, database: Database, died: str
) -> None:
    first, second = campaign.workers
    campaign.give(PATIENCE_S)
    campaign.visitor.log_in(*campaign.person)
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
