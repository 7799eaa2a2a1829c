"""The pace of a job: chosen by a person, shared by such jobs, and halved by a 429."""

from datetime import timedelta

import pytest

from dashboard.store.db.database import Database
from dashboard.store.jobs import jobs
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.jobs import JobWorker, count, emails, registered, start, table
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres
POST = {"method": "POST", "path": "/users"}


def test_a_chosen_pace_is_faster_than_the_budget_and_halved_by_a_429(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator
) -> None:
    job = start(onboarding, table(emails(60)))
    page = onboarding.get(f"/jobs/{job}")
    assert "30 requests per minute" in page.words
    onboarding.post(f"/jobs/{job}/pace", {"pace": "120"})
    assert "120 requests per minute" in onboarding.get(f"/jobs/{job}").words
    begun = worker.clock()
    worker.work()
    assert (worker.clock() - begun).total_seconds() < 60
    simulator.set_faults([{**POST, "status": 429, "times": 1}])
    people = emails(50, "more")
    second = start(onboarding, table(people))
    onboarding.post(f"/jobs/{second}/pace", {"pace": "120"})
    begun = worker.clock()
    assert not worker.turn()
    assert "60 requests per minute" in onboarding.get(f"/jobs/{second}").words
    worker.work()
    at_120_per_minute = 25
    assert (worker.clock() - begun).total_seconds() > at_120_per_minute + 10
    assert set(registered(simulator)[60:]) == set(people)


def test_jobs_with_a_chosen_pace_share_it_and_say_so(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    chosen = [start(onboarding, table(emails(40, word))) for word in ("one", "two")]
    for job in chosen:
        onboarding.post(f"/jobs/{job}/pace", {"pace": "120"})
    page = onboarding.get(f"/jobs/{chosen[0]}").words
    assert "60 requests per minute" in page
    assert "2 jobs with a chosen pace are running, so each runs slower." in page
    begun = worker.clock()
    worker.work()
    took_s = (worker.clock() - begun).total_seconds()
    both_at_120_per_minute = 40
    assert both_at_120_per_minute - 10 < took_s < both_at_120_per_minute + 10
    assert len(registered(simulator)) == 80
    assert [count(database, job)["done"] for job in chosen] == [40, 40]


def test_a_job_that_waits_for_an_hourly_limit_slows_no_other(
    onboarding: Visitor, database: Database, clock: TestClock
) -> None:
    rests, runs = (start(onboarding, table(emails(2, word))) for word in ("one", "two"))
    for job in (rests, runs):
        onboarding.post(f"/jobs/{job}/pace", {"pace": "120"})
    with database.write() as connection:
        jobs.put_next(connection, rests, clock() + timedelta(minutes=20))
    assert "120 requests per minute" in onboarding.get(f"/jobs/{runs}").words


def test_a_job_that_a_clock_ahead_left_behind_keeps_its_pace(
    onboarding: Visitor, worker: JobWorker, database: Database, clock: TestClock
) -> None:
    job = start(onboarding, table(emails(30)))
    onboarding.post(f"/jobs/{job}/pace", {"pace": "60"})
    with database.write() as connection:
        jobs.put_next(connection, job, clock() + timedelta(hours=3))
    begun = worker.clock()
    worker.work()
    at_60_per_minute = 30
    assert (worker.clock() - begun).total_seconds() > at_60_per_minute - 10
    assert count(database, job)["done"] == 30
