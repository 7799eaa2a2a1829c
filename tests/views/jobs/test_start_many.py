"""Starting KYC for many: what the preview says of each user, and how each row ends."""

import csv
import re
from typing import cast
from uuid import UUID

import pytest

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.actors import WORKER
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.kyc.states import InquiryState
from tests.support.browsing import Page, Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import trail
from tests.support.pages.jobs import JobWorker, states, worker_of
from tests.support.pages.kyc_jobs import (
    HEADER,
    PATH,
    check,
    named,
    pending,
    sent_of,
    start,
    started,
    table,
)
from tests.support.pages.someone import Someone
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.each_on_postgres
LOST = {"method": "POST", "path": "/kyc", "reset": "after", "times": 1}
COUNTS = re.compile(r"\d+ ready · \d+ to fix · \d+ to confirm · \d+ started · \d+ not pending")


@pytest.fixture
def kyc(log_in: LogIn) -> Visitor:
    return log_in(Role.KYC)


def counts(page: Page) -> str:
    found = COUNTS.search(page.words)
    assert found
    return found[0]


def test_kyc_is_started_for_each_user_once_and_recorded(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    users = pending(simulator, database, 3)
    job = start(kyc, table([*users[:2], "kyc3@example.com"]))
    assert started(simulator) == []
    worker.work()
    assert started(simulator) == users
    assert states(database, job) == ["done"] * 3
    outcomes = [outcome for outcome, _ in trail(database, "kyc:start")]
    assert outcomes == ["attempted", "succeeded"] * 3
    page = kyc.get(f"/jobs/{job}")
    assert "Start KYC for 3 users" in page.words
    assert f'href="/users/{users[0]}"' in page.text
    assert "KYC started" in page.words
    assert "Link active" in kyc.get("/kyc?lane=link_fresh").words


def test_the_applicant_is_sent_as_the_row_says(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    (user,) = pending(simulator, database)
    start(kyc, f"{HEADER}\n,{user},Zoë,Núñez Peña,+573005550142,1990-02-03")
    worker.work()
    (call,) = [call for call in simulator.requests() if call.method == "POST"]
    assert call.body == {
        "userId": user,
        "firstName": "Zoë",
        "lastName": "Núñez Peña",
        "email": "kyc1@example.com",
        "phone": "+573005550142",
        "birthDate": "1990-02-03",
    }


def test_every_problem_is_beside_its_cell_and_nothing_is_sent(
    kyc: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    one, two = pending(simulator, database, 2)
    rows = f"""{HEADER}
,{one},Ana,Soto,,
,{two},,Soto,,
,{two},Ana,Soto,300 441,
,{two},Ana,Soto,,3 May
,00000000-0000-0000-0000-000000000001,Ana,Soto,,
,nobody,Ana,Soto,,
nobody@example.com,,Ana,Soto,,
"""
    page = check(kyc, rows)
    assert counts(page) == "1 ready · 4 to fix · 0 to confirm · 0 started · 0 not pending"
    for said in (
        "Enter the first name.",
        "We haven’t seen a user with this ID.",
        "Enter a user ID, as a user’s page shows it.",
        "We haven’t seen a user with this email. Use the user ID.",
        "Same user as row 2.",
    ):
        assert said in page.words
    assert started(simulator) == []


def test_users_who_were_started_are_left_out_unless_they_are_ticked(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    ready, active = pending(simulator, database, 2)
    simulator.set_status(active, "active")
    kyc.get(f"/users/{active}")
    lanes = (InquiryState.ELSEWHERE, InquiryState.HELD, InquiryState.UNKNOWN)
    others = [
        str(Someone(kyc, simulator, database).known(email=f"{lane}@example.com").started(lane).id)
        for lane in lanes
    ]
    rows = table([*others, active, ready])
    page = check(kyc, rows)
    assert counts(page) == "1 ready · 0 to fix · 0 to confirm · 3 started · 1 not pending"
    assert "KYC was started elsewhere." in page.words
    assert "This user isn’t pending" in page.words
    assert "Started elsewhere" in page.words
    assert "This starts KYC for 1 user." in page.words
    job = start(kyc, rows)
    worker.work()
    assert started(simulator) == [ready]
    second = start(kyc, table(others), ticked=[1])
    worker.work()
    assert started(simulator) == [ready, others[0]]
    assert states(database, job) + states(database, second) == ["done"] * 2


def test_a_user_who_was_started_since_the_preview_is_not_sent(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    (user,) = pending(simulator, database)
    job, second = start(kyc, table([user])), start(kyc, table([user]))
    worker.work()
    assert started(simulator) == [user]
    assert states(database, job) + states(database, second) == ["done", "already"]
    assert "Nothing was sent." in kyc.get(f"/jobs/{second}").words


def test_a_start_that_the_api_refuses_says_why(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    users = pending(simulator, database, 2)
    of_kyc = {"method": "POST", "path": "/kyc", "times": 1}
    simulator.set_faults([{**of_kyc, "status": 409}])
    job = start(kyc, table(users))
    worker.turn()
    simulator.set_faults([{**of_kyc, "status": 400}])
    worker.work()
    assert states(database, job) == ["already", "refused"]
    page = kyc.get(f"/jobs/{job}")
    assert "The API says that KYC was started before." in page.words
    assert "The API says: “" in page.words
    kyc.post(f"/jobs/{job}/retry")
    worker.work()
    assert states(database, job) == ["already", "done"]
    assert started(simulator) == [*users, users[1]]


def test_a_lost_start_is_not_sent_again_and_is_settled_by_the_user_s_status(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    (user,) = pending(simulator, database)
    simulator.set_faults([LOST])
    job = start(kyc, table([user]))
    worker.work()
    assert states(database, job) == ["unconfirmed"]
    page = kyc.get(f"/jobs/{job}")
    assert "1 row isn’t confirmed." in page.words
    assert "KYC may have started." in page.words
    assert "Retry" not in page.words
    kyc.post(f"/jobs/{job}/retry")
    worker.work()
    assert started(simulator) == [user]
    simulator.set_status(user, "active")
    kyc.get(f"/users/{user}")
    assert states(database, job) == ["already"]


def test_a_lost_start_that_did_not_happen_is_refused_once_a_later_one_is_the_first(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    (user,) = pending(simulator, database)
    simulator.set_faults([{**LOST, "reset": "before"}])
    job = start(kyc, table([user]))
    worker.work()
    simulator.set_faults([])
    second = start(kyc, table([user]), ticked=[1])
    worker.work()
    assert states(database, job) + states(database, second) == ["refused", "done"]
    assert "Not started: we found out later." in kyc.get(f"/jobs/{job}").words


def test_another_email_and_one_of_another_environment_are_questioned(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    (user,) = pending(simulator, database)
    rows = f"{HEADER}\nana@bank.co,{user},Ana,Soto,,"
    page = check(kyc, rows)
    assert counts(page) == "0 ready · 0 to fix · 1 to confirm · 0 started · 0 not pending"
    assert "This looks like a real person’s address" in page.words
    assert "This isn’t the email that the user registered with." in page.words
    start(kyc, rows, ticked=[1])
    worker.work()
    (call,) = [call for call in simulator.requests() if call.method == "POST"]
    assert call.body["email"] == "ana@bank.co"


def test_chosen_users_fill_the_table_with_what_we_know_of_them(
    kyc: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    one, two = pending(simulator, database, 2)
    named(database, one, "Zoë Núñez Peña")
    page = kyc.post(PATH, {"do": "users", "users": f"{one}\n {two} {one}"}, status=200)
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.DOTALL)
    assert found
    rows = list(csv.reader(found[1].strip().splitlines()))
    assert rows[1:] == [
        ["kyc1@example.com", one, "Zoë", "Núñez Peña", "", ""],
        ["kyc2@example.com", two, "", "", "", ""],
    ]
    assert counts(page) == "1 ready · 1 to fix · 0 to confirm · 0 started · 0 not pending"
    page = kyc.post(PATH, {"do": "users", "users": "nobody"}, status=422)
    assert "Use only user IDs" in page.words


def test_users_whose_names_we_know_are_added_if_they_are_not_started(
    kyc: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    page = kyc.post(PATH, {"do": "known"}, status=422)
    assert "We know no names of users whose KYC isn’t started." in page.words
    one, _two = pending(simulator, database, 2)
    named(database, one, "Ana Soto")
    (made_up,) = pending(simulator, database, email="qa+100001@example.org")
    done = Someone(kyc, simulator, database).known().started(InquiryState.HELD)
    page = kyc.post(PATH, {"do": "known"}, status=200)
    assert counts(page) == "2 ready · 0 to fix · 0 to confirm · 0 started · 0 not pending"
    assert {one, made_up} <= set(re.findall(r"/users/([0-9a-f-]{36})", page.text))
    assert str(done.id) not in page.text


def test_the_number_in_the_question_is_that_of_the_ticked_rows(
    kyc: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    rows = table(pending(simulator, database, 2))
    page = check(kyc, rows)
    assert "This starts KYC for 2 users." in page.words
    assert "this can use up their only start" in page.words
    fields = sent_of(page, rows) | {"row": ["1"]}
    page = kyc.post(PATH, fields, status=422)
    assert "You’ve changed which rows are ticked." in page.words
    assert "This starts KYC for 1 user." in page.words
    assert trail(database, "jobs:start") == []
    again = kyc.post(PATH, sent_of(page, rows), status=303)
    assert again.headers["Location"].startswith("/jobs/")


def test_the_rows_left_out_are_a_file_to_correct(
    kyc: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    (user,) = pending(simulator, database)
    rows = f"{HEADER}\n,{user},Ana,Soto,,\n,{user},=1+1,Soto,,"
    fields = sent_of(check(kyc, rows), rows) | {"do": "left_out"}
    answer = kyc.http.post(PATH, data={**fields, "csrf_token": kyc.csrf_token()})
    assert answer.mimetype == "text/csv"
    head, row, *rest = answer.text.lstrip("\ufeff").splitlines()
    assert head == f"{HEADER},problem"
    assert row == f",{user},'=1+1,Soto,,,Same user as row 1."
    assert not rest


def test_the_result_is_a_file(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    (user,) = pending(simulator, database)
    job = start(kyc, table([user]))
    worker.work()
    head, row = kyc.http.get(f"/jobs/{job}.csv").text.lstrip("\ufeff").splitlines()
    assert head == (
        "row,email,first_name,last_name,kyc_email,phone,birth_date,result,detail,answer,user_id"
    )
    assert row == f"1,kyc1@example.com,Ana,Soto,kyc1@example.com,,,done,started,,{user}"


def test_erasing_a_user_removes_their_rows(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    one, two = pending(simulator, database, 2)
    job = start(kyc, table([one, two]))
    worker.work()
    worker.services.users.erasure.erase(UUID(one), "asked for", WORKER)
    assert states(database, job) == ["done"]
    assert one not in kyc.get(f"/jobs/{job}").text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPPORT, Role.ONBOARDING, Role.ISSUER])
def test_only_who_may_start_kyc_for_many_sees_it(
    kyc: Visitor, log_in: LogIn, simulator: RunningSimulator, database: Database, role: Role
) -> None:
    job = start(kyc, table(pending(simulator, database)))
    visitor = log_in(role)
    assert visitor.http.get(PATH).status_code == 403
    visitor.post(PATH, {"do": "known"}, status=403)
    assert visitor.http.get(f"/jobs/{job}").status_code == 403
    assert PATH not in visitor.get("/kyc").text
    assert PATH in kyc.get("/kyc").text
    assert PATH in kyc.get("/jobs").text


def test_in_production_it_is_off_until_it_is_turned_on(
    settings: dict[str, str], request: pytest.FixtureRequest
) -> None:
    settings["DASHBOARD_ENVIRONMENT"] = "production"
    visitor = cast("LogIn", request.getfixturevalue("log_in"))(Role.KYC)
    visitor.get(PATH, status=404)
    visitor.post(PATH, {"do": "known"}, status=404)
    assert PATH not in visitor.get("/kyc").text
    assert PATH not in visitor.get("/jobs").text


def test_in_production_the_number_of_users_is_typed(
    settings: dict[str, str],
    request: pytest.FixtureRequest,
    simulator: RunningSimulator,
    database: Database,
) -> None:
    settings |= {"DASHBOARD_ENVIRONMENT": "production", "BULK_KYC": "on"}
    visitor = cast("LogIn", request.getfixturevalue("log_in"))(Role.KYC)
    (user,) = pending(simulator, database, email="ana@bank.co")
    rows = table([user])
    fields = sent_of(check(visitor, rows), rows)
    page = visitor.post(PATH, {**fields, "confirm": "2"}, status=422)
    assert "Enter the number of users whose KYC you’re starting: 1." in page.words
    assert trail(database, "jobs:start") == []
    visitor.post(PATH, {**fields, "confirm": "1"}, status=303)


def test_a_job_stops_and_says_so_once_it_is_turned_off(
    kyc: Visitor,
    clock: TestClock,
    settings: dict[str, str],
    hire: Hire,
    simulator: RunningSimulator,
    database: Database,
) -> None:
    job = start(kyc, table(pending(simulator, database)))
    app = create_app(load_config(None, **settings, BULK_KYC="off"), clock)
    worker_of(app, clock).work()
    assert started(simulator) == []
    assert states(database, job) == ["not_run"]
    visitor = Visitor(app)
    visitor.log_in(*hire(Role.KYC))
    assert "Jobs of this kind are turned off here." in visitor.get(f"/jobs/{job}").words
    visitor.get(PATH, status=404)
