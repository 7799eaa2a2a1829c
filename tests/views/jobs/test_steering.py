"""A job is paused, resumed, stopped, retried, sped up, and halted if its starter loses access."""

import re

import pytest
from sqlalchemy import update

from dashboard.services.actors import AUTOMATIC
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import job_rows
from dashboard.store.staff import members
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import intent_of, registration, trail
from tests.support.pages.jobs import (
    PATH,
    JobWorker,
    check,
    count,
    emails,
    fields_of,
    registered,
    start,
    states,
    table,
)
from tests.support.pages.losses import DID_NOT, HAPPENED
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres
POST = {"method": "POST", "path": "/users"}


def allow_known(database: Database, job: int) -> None:
    """Let the rows of a job be sent though their email is known, as if they had been ticked."""
    with database.write() as connection:
        connection.execute(update(job_rows).where(job_rows.c.job_id == job).values(anyway=True))


def run(worker: JobWorker, rows: int) -> None:
    for _ in range(rows):
        assert not worker.turn()


def test_a_paused_job_sends_nothing_until_it_is_resumed(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    job = start(onboarding, table(emails(4)))
    run(worker, 2)
    onboarding.post(f"/jobs/{job}/pause")
    worker.work()
    assert len(registered(simulator)) == 2
    assert "Paused by" in onboarding.get(f"/jobs/{job}").words
    onboarding.post(f"/jobs/{job}/resume")
    worker.work()
    assert registered(simulator) == emails(4)
    assert states(database, job) == ["done"] * 4
    recorded = [trail(database, f"jobs:{done}") for done in ("pause", "resume")]
    assert recorded == [[("succeeded", None)]] * 2


def test_a_stopped_job_sends_nothing_more_and_says_what_was_not_run(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    job = start(onboarding, table(emails(4)))
    run(worker, 1)
    onboarding.post(f"/jobs/{job}/stop")
    worker.work()
    assert registered(simulator) == emails(1)
    assert count(database, job) == {"done": 1, "not_run": 3}
    page = onboarding.get(f"/jobs/{job}")
    assert "Stopped by" in page.words
    assert "3 not run" in page.words
    onboarding.post(f"/jobs/{job}/resume")
    onboarding.post(f"/jobs/{job}/pause")
    worker.work()
    assert registered(simulator) == emails(1)


def test_a_row_that_was_taken_is_not_sent_once_the_job_is_stopped(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    job = start(onboarding, table(emails(2)))
    runner = worker.services.jobs.runner
    taken = runner._take()  # noqa: SLF001  the moment between two transactions
    onboarding.post(f"/jobs/{job}/stop")
    runner._run(taken)  # type: ignore[arg-type]  # noqa: SLF001  the same
    worker.work()
    assert registered(simulator) == []
    assert states(database, job) == ["not_run"] * 2
    assert trail(database, "users:register") == []


def test_retry_takes_only_the_refused_rows(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    simulator.set_faults([{**POST, "status": 400, "times": 1}, HAPPENED])
    job = start(onboarding, table(emails(3)))
    worker.work()
    assert states(database, job) == ["refused", "unconfirmed", "done"]
    assert "Retry 1 refused row" in onboarding.get(f"/jobs/{job}").words
    onboarding.post(f"/jobs/{job}/retry")
    worker.work()
    assert states(database, job) == ["done", "unconfirmed", "done"]
    one, two, three = emails(3)
    assert registered(simulator) == [one, two, three, one]


@pytest.mark.parametrize(("fault", "after"), [(HAPPENED, "already"), (DID_NOT, "refused")])
def test_a_row_overtaken_by_a_form_without_an_outcome_is_not_confirmed_until_that_is(
    onboarding: Visitor,
    worker: JobWorker,
    simulator: RunningSimulator,
    database: Database,
    clock: TestClock,
    fault: dict[str, object],
    after: str,
) -> None:
    rows = table(emails(1))
    (email,) = emails(1)
    form = onboarding.get("/users/new")
    fields = fields_of(check(onboarding, rows), rows)
    job = int(onboarding.post(PATH, fields).headers["Location"].rpartition("/")[2])
    sent = registration(email=email, intent=intent_of(form))
    simulator.set_faults([fault])
    lost = onboarding.post("/users", sent, status=502)
    allow_known(database, job)
    worker.work()
    assert states(database, job) == ["unconfirmed"]
    assert "Another form for this email isn’t confirmed." in onboarding.get(f"/jobs/{job}").words
    settle = re.search(r'action="(/users/registrations/\d+/check)"', lost.text)
    assert settle
    clock.advance(seconds=21)  # a slow API could have registered them until then
    onboarding.post(settle[1], {"back": f"/jobs/{job}"})
    assert states(database, job) == [after]
    assert len(registered(simulator)) == 1


def test_only_the_starter_of_a_job_can_retry_it(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, log_in: LogIn
) -> None:
    simulator.set_faults([{**POST, "status": 400, "times": 1}])
    job = start(onboarding, table(emails(1)))
    worker.work()
    other = log_in(Role.ADMIN)
    assert "Retry" not in other.get(f"/jobs/{job}").words
    other.post(f"/jobs/{job}/retry")
    worker.work()
    assert len(registered(simulator)) == 1


@pytest.mark.parametrize("change", ["disabled", "without the role"])
def test_a_job_whose_starter_loses_the_right_stops_and_says_so(
    change: str,
    onboarding: Visitor,
    worker: JobWorker,
    simulator: RunningSimulator,
    database: Database,
    log_in: LogIn,
) -> None:
    admin = log_in(Role.ADMIN)
    job = start(onboarding, table(emails(3)))
    run(worker, 1)
    with database.write() as connection:
        if change == "disabled":
            members.set_active(connection, 1, active=False)
        else:
            members.set_roles(connection, 1, [Role.SUPPORT])
    worker.work()
    assert registered(simulator) == emails(1)
    assert count(database, job) == {"done": 1, "not_run": 2}
    assert "was disabled or no longer has the role" in admin.get(f"/jobs/{job}").words
    assert trail(database, "jobs:halt") == [("succeeded", None)]


def test_rows_that_meet_an_outage_wait_and_are_sent_once_it_has_ended(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    simulator.set_faults([{**POST, "status": 429, "times": 2}])
    job = start(onboarding, table(emails(3)))
    worker.work()
    assert states(database, job) == ["done"] * 3


def test_paused_calls_hold_a_job_and_use_up_no_row(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator
) -> None:
    start(onboarding, table(emails(2)))
    worker.services.credentials.freeze.freeze("Incident 7", AUTOMATIC)
    for _ in range(5):
        assert worker.turn()
    assert registered(simulator) == []


@pytest.mark.parametrize("do", ["pause", "resume", "stop", "retry", "pace"])
def test_a_job_that_is_not_there_is_not_steered(onboarding: Visitor, do: str) -> None:
    onboarding.post(f"/jobs/1/{do}", status=404)


@pytest.fixture
def in_production(settings: dict[str, str]) -> None:
    settings["DASHBOARD_ENVIRONMENT"] = "production"


@pytest.mark.usefixtures("in_production")
def test_a_retry_in_production_asks_for_the_number_again(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    simulator.set_faults([{**POST, "status": 400, "times": 2}])
    rows = table(emails(3))
    page = check(onboarding, rows)
    fields = {**fields_of(page, rows), "confirm": "3", "row": ["1", "2", "3"]}
    job = int(onboarding.post(PATH, fields).headers["Location"].rpartition("/")[2])
    worker.work()
    path = f"/jobs/{job}"
    assert 'name="confirm"' in onboarding.get(path).text
    for typed in ("", "3", "x"):
        page = onboarding.post(f"{path}/retry", {"confirm": typed}, status=422)
        assert "Enter the number of rows that you’re retrying: 2." in page.words
    worker.work()
    assert count(database, job) == {"refused": 2, "done": 1}
    onboarding.post(f"{path}/retry", {"confirm": "2"})
    worker.work()
    assert states(database, job) == ["done"] * 3
