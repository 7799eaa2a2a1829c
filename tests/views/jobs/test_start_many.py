"""Starting KYC for many: the preview of each user, and who may do it."""

import csv
import re
from typing import cast

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.kyc.states import InquiryState
from tests.support.browsing import Page, Visitor
from tests.support.pages.forms import trail
from tests.support.pages.jobs import JobWorker, states
from tests.support.pages.many.starts import (
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
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres
LOST = {"method": "POST", "path": "/kyc", "reset": "after", "times": 1}
COUNTS = re.compile(r"\d+ ready · \d+ to fix · \d+ to confirm · \d+ started · \d+ not pending")


def counts(page: Page) -> str:
    found = COUNTS.search(page.words)
    assert found
    return found[0]


def test_every_problem_is_beside_its_cell_and_nothing_is_sent(
    kyc: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    one, two, three = pending(simulator, database, 3)
    rows = f"""{HEADER}
,{one},Ana,Soto,,
,{two},,Soto,,
,{three},Ana,Soto,300 441,3 May
,{two},Ana,Soto,,
,00000000-0000-0000-0000-000000000001,Ana,Soto,,
,nobody,Ana,Soto,,
nobody@example.com,,Ana,Soto,,
"""
    page = check(kyc, rows)
    assert counts(page) == "1 ready · 5 to fix · 0 to confirm · 0 started · 0 not pending"
    for said in (
        "Start with + and the country code.",
        "Enter a date of birth as YYYY-MM-DD.",
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
    assert "Check 1 name. We know each name as one text" in page.words
    named(database, one, "Zoë Núñez")
    page = kyc.post(PATH, {"do": "users", "users": one}, status=200)
    assert "We know each name as one text" not in page.words
    page = kyc.post(PATH, {"do": "users", "users": "nobody"}, status=422)
    assert "Use only user IDs" in page.words


def test_users_whose_names_we_know_are_added_if_they_are_not_started(
    kyc: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    page = kyc.post(PATH, {"do": "known"}, status=422)
    assert "We don’t know the name of any user whose KYC hasn’t been started." in page.words
    one, _two = pending(simulator, database, 2)
    named(database, one, "Ana Soto")
    (made_up,) = pending(simulator, database, email="qa+100001@example.org")
    done = Someone(kyc, simulator, database).known().started(InquiryState.HELD)
    page = kyc.post(PATH, {"do": "known"}, status=200)
    assert counts(page) == "2 ready · 0 to fix · 0 to confirm · 0 started · 0 not pending"
    assert {one, made_up} <= set(re.findall(r"/users/([0-9a-f-]{36})", page.text))
    assert str(done.id) not in page.text


def test_test_users_are_not_added_for_a_person_who_hides_them(
    kyc: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    test, one = pending(simulator, database, 2)
    for user in (test, one):
        named(database, user, "Ana Soto")
    kyc.post(f"/users/{test}/tags", {"tag": "1"})
    kyc.post("/account/test-users", {"test_users": "hidden", "next": "/users"})
    page = kyc.post(PATH, {"do": "known"}, status=200)
    assert counts(page) == "1 ready · 0 to fix · 0 to confirm · 0 started · 0 not pending"
    assert one in page.text
    assert test not in page.text


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
