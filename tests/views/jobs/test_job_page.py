"""A job's page: how far it is, the outcome of each row, and the mark when it ends."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from dashboard.services.actors import WORKER
from dashboard.services.jobs.kinds import RowEnd
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import audit, jobs
from tests.support.browsing import Visitor
from tests.support.pages.forms import trail
from tests.support.pages.jobs import JobWorker, count, emails, registered, start, states, table
from tests.support.pages.losses import HAPPENED
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import walk

pytestmark = pytest.mark.on_postgres
ENDED = "One of your jobs has ended"


def test_the_page_follows_the_job_and_stops_at_its_end(
    onboarding: Visitor, worker: JobWorker
) -> None:
    job = start(onboarding, table(emails(2)))
    page = onboarding.get(f"/jobs/{job}")
    assert "0 of 2 rows" in page.words
    assert f'data-hx-get="/jobs/{job}"' in page.text
    worker.turn()
    part = onboarding.fragment(f"/jobs/{job}", "follow")
    assert part.headers["HX-Retarget"] == "#job"
    assert "1 of 2 rows" in part.words
    assert 'id="follow"' in part.text
    worker.work()
    part = onboarding.fragment(f"/jobs/{job}", "follow")
    assert "2 of 2 rows" in part.words
    assert 'id="follow"' not in part.text


def test_the_starter_of_a_job_sees_a_mark_from_its_end_until_they_open_it(
    onboarding: Visitor, worker: JobWorker, log_in: LogIn
) -> None:
    other = log_in(Role.ONBOARDING)
    job = start(onboarding, table(emails(1)))
    assert ENDED not in onboarding.get("/jobs").words
    worker.work()
    assert ENDED in onboarding.get("/jobs").words
    assert ENDED not in other.get("/jobs").words
    other.get(f"/jobs/{job}")
    assert ENDED in onboarding.get("/account").words
    onboarding.get(f"/jobs/{job}")
    assert ENDED not in onboarding.get("/jobs").words


def test_the_list_says_whose_each_job_is(
    onboarding: Visitor, worker: JobWorker, log_in: LogIn
) -> None:
    start(onboarding, table(emails(2)))
    worker.work()
    other = log_in(Role.ONBOARDING)
    page = other.get("/jobs")
    assert "Register 2 users" in page.words
    assert "2 done" in page.words
    assert "No jobs yet" in other.get("/jobs?by=me").words
    assert "We can’t use these parts of the address: by" in other.get("/jobs?by=x").words


def test_the_result_is_a_file_without_formulas_and_recorded(
    onboarding: Visitor, worker: JobWorker, database: Database, simulator: RunningSimulator
) -> None:
    simulator.set_faults([{"method": "POST", "path": "/users", "status": 400, "times": 1}])
    job = start(onboarding, table(["=one@example.com", "two@example.com"]))
    worker.work()
    path = f"/jobs/{job}.csv"
    assert "Export 2 rows" in onboarding.get(path).words
    refused = onboarding.post(path, {"reason": " "}, status=422)
    assert "Enter a reason for the export." in refused.words
    assert trail(database, "jobs:export") == []
    sent = {"csrf_token": onboarding.csrf_token(), "reason": "For the team lead"}
    answer = onboarding.http.post(path, data=sent)
    assert answer.mimetype == "text/csv"
    head, first, second = answer.text.lstrip("\ufeff").splitlines()
    assert head == "row,email,country,phone,language,type,result,detail,answer,user_id"
    assert first.startswith("1,'=one@example.com,CO,,es,personal,refused,refused,")
    assert ",=" not in first
    assert second.startswith("2,two@example.com,CO,,es,personal,done,registered,")
    assert trail(database, "jobs:export") == [("succeeded", None)]
    with database.read() as connection:
        rows = connection.execute(select(audit.c.reason).where(audit.c.action == "jobs:export"))
        assert [*rows.scalars()] == ["For the team lead"]
    user = next(each for each in simulator.users() if each["email"] == "two@example.com")
    assert "The user was in the file" in onboarding.get(f"/users/{user['id']}?kind=views").words


def test_the_result_asks_who_it_is_where_exports_do(app: Flask) -> None:
    asks = {step.endpoint: step.policy.step_up for step in walk(app)}
    assert asks["jobs.result"] == asks["jobs.give_result"] == asks["exports.export_users"]


def test_a_row_whose_answer_was_lost_is_settled_like_any_attempt_and_not_sent_again(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    simulator.set_faults([HAPPENED])
    job = start(onboarding, table(emails(3)))
    worker.work()
    assert states(database, job) == ["unconfirmed", "done", "done"]
    page = onboarding.get(f"/jobs/{job}")
    assert "1 row isn’t confirmed." in page.words
    assert "Retry" not in page.words
    onboarding.post(f"/jobs/{job}/retry")
    check = re.search(r'action="(/users/registrations/\d+/check)"', page.text)
    assert check
    onboarding.post(check[1], {"back": f"/jobs/{job}"})
    assert states(database, job) == ["done"] * 3
    assert registered(simulator) == emails(3)
    assert "Registered: we found out later." in onboarding.get(f"/jobs/{job}").words


def test_a_row_is_settled_though_its_worker_has_not_written_that_its_answer_was_lost(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    simulator.set_faults([HAPPENED])
    job = start(onboarding, table(emails(1)))
    runner = worker.services.jobs.runner
    taken = runner._take()  # noqa: SLF001  the moment between two transactions
    assert not isinstance(taken, timedelta)
    lost = runner._perform(taken)  # noqa: SLF001  the same
    assert isinstance(lost, RowEnd)
    worker.services.registrations.reconciler.check_recent(WORKER)
    runner._end(taken, lost, worker.clock())  # noqa: SLF001  the same
    assert states(database, job) == ["done"]


@pytest.mark.long
def test_a_row_that_hangs_does_not_hold_up_the_job(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    hang = {"method": "POST", "path": "/users", "latency_ms": 20_000, "times": 1}
    simulator.set_faults([hang])
    job = start(onboarding, table(emails(4)))
    worker.work()
    assert count(database, job) == {"unconfirmed": 1, "done": 3}


def test_who_may_not_start_a_job_of_a_kind_opens_and_controls_none(
    onboarding: Visitor, log_in: LogIn
) -> None:
    job = start(onboarding, table(emails(1)))
    for role in (Role.VIEWER, Role.SUPPORT, Role.KYC, Role.AUDITOR, Role.ISSUER):
        visitor = log_in(role)
        for path in (f"/jobs/{job}", f"/jobs/{job}.csv", "/users/register-many"):
            assert visitor.http.get(path).status_code == 403
        visitor.post(f"/jobs/{job}/stop", status=403)
        opens_jobs = role not in {Role.VIEWER, Role.AUDITOR}
        assert visitor.http.get("/jobs").status_code == (200 if opens_jobs else 403)
        assert ('href="/jobs"' in visitor.get("/account").text) == opens_jobs
        if opens_jobs:
            assert "No jobs yet" in visitor.get("/jobs").words


def test_a_job_of_another_version_is_shown_as_unknown_to_who_may_start_every_kind(
    onboarding: Visitor, worker: JobWorker, database: Database, log_in: LogIn
) -> None:
    job = start(onboarding, table(emails(1)))
    with database.write() as connection:
        connection.execute(update(jobs).values(kind="of tomorrow"))
    worker.work()
    assert states(database, job) == ["not_run"]
    assert "Unknown job" in log_in(Role.ADMIN).get(f"/jobs/{job}").words
    assert "Unknown job" not in log_in(Role.ONBOARDING).get("/jobs").words


def test_the_rows_of_one_result_are_shown_with_how_many_have_each(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator
) -> None:
    refused = {"method": "POST", "path": "/users", "status": 400, "times": 1}
    simulator.set_faults([refused, HAPPENED])
    job = start(onboarding, table(emails(4)))
    worker.work()
    path = f"/jobs/{job}"
    one, two, three, four = emails(4)
    shown = {
        "": [one, two, three, four],
        "?show=attention": [one, two],
        "?show=refused": [one],
        "?show=done": [three, four],
        "?show=waiting": [],
    }
    for query, wanted in shown.items():
        page = onboarding.get(path + query)
        assert [email for email in emails(4) if email in page.words] == wanted, query
        for chip in ("All 4", "Needs attention 2", "Refused 1", "Not confirmed 1", "Done 2"):
            assert chip in page.words
    assert "We can’t use these parts of the address: show" in onboarding.get(f"{path}?show=x").words


def test_rows_that_go_with_an_erased_user_are_told_before_and_after(
    onboarding: Visitor,
    worker: JobWorker,
    simulator: RunningSimulator,
    log_in: LogIn,
    database: Database,
) -> None:
    user = simulator.users()[0]
    onboarding.get(f"/users/{user['id']}")
    rows = table([user["email"], *emails(1)])
    job = start(onboarding, rows, ticked=[1])
    admin = log_in(Role.ADMIN)
    page = admin.get(f"/users/{user['id']}/erase")
    assert "Rows of jobs; those that wait won’t be sent: 1" in page.words
    fields = {"reason": "Asked for by letter", "confirm": user["email"]}
    admin.post(f"/users/{user['id']}/erase", fields)
    assert "Rows of jobs; those that wait won’t be sent: 1" in admin.get(page_of(user)).words
    worker.work()
    assert registered(simulator) == emails(1)
    shown = onboarding.get(f"/jobs/{job}")
    assert "1 row was removed with an erased user." in shown.words
    assert "1 of 1 row" in shown.words
    assert states(database, job) == ["done"]


def page_of(user: dict[str, str]) -> str:
    return f"/users/{user['id']}/erase"
