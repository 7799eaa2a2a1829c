"""Registering many users: checked before anything is sent, started once, and run row by row."""

import re
from typing import Any, cast

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages.forms import trail
from tests.support.pages.jobs import (
    HEADER,
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
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres


def test_rows_are_registered_each_once_and_recorded(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    people = emails(5)
    job = start(onboarding, table(people))
    assert registered(simulator) == []
    worker.work()
    assert registered(simulator) == people
    assert states(database, job) == ["done"] * 5
    outcomes = [outcome for outcome, _ in trail(database, "users:register")]
    assert outcomes == ["attempted", "succeeded"] * 5
    assert trail(database, "jobs:start") == [("succeeded", None)]
    page = onboarding.get(f"/jobs/{job}")
    assert "5 of 5 rows" in page.words
    assert people[0] in page.words


def test_the_same_form_starts_one_job(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator
) -> None:
    rows = table(emails(2))
    fields = fields_of(check(onboarding, rows), rows)
    first = onboarding.post(PATH, fields, status=303)
    second = onboarding.post(PATH, fields, status=303)
    assert first.headers["Location"] == second.headers["Location"]
    worker.work()
    assert registered(simulator) == emails(2)


def test_the_same_form_with_other_rows_is_refused(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator
) -> None:
    rows = table(emails(2))
    fields = fields_of(check(onboarding, rows), rows)
    onboarding.post(PATH, fields | {"row": ["1"]}, status=303)
    page = onboarding.post(PATH, fields, status=409)
    assert "This form was sent before with different content" in page.words
    worker.work()
    assert registered(simulator) == emails(1)


def test_every_problem_is_beside_its_cell_and_nothing_is_sent(
    onboarding: Visitor, simulator: RunningSimulator
) -> None:
    rows = f"""{HEADER}
good@example.com,CO,,es,personal
bad,CO,,es,personal
two@example.com,XX,,es,personal
three@example.com,CO,300 441,es,personal
four@example.com,CO,,klingon,personal
five@example.com,CO,,es,robot
"""
    page = check(onboarding, rows)
    assert "1 ready · 5 to fix" in page.words
    for said in (
        "Enter an email address, such as name@example.com.",
        "Choose a country.",
        "Start with + and the country code.",
        "Choose a language.",
        "Choose a type.",
    ):
        assert said in page.words
    assert simulator.requests() == []


def test_known_and_repeated_emails_are_marked_and_left_out(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    known = simulator.users()[0]["email"]
    onboarding.get("/users")  # whose answer includes it
    rows = table([known.upper(), "a@example.com", "A@example.com"])
    page = check(onboarding, rows)
    assert "1 ready · 0 to fix · 0 to confirm · 1 known · 1 repeated" in page.words
    assert "Same email as row 2." in page.words
    assert "We already know this email." in page.words
    job = start(onboarding, rows)
    worker.work()
    assert registered(simulator) == ["a@example.com"]
    assert states(database, job) == ["done"]


def test_a_known_email_is_sent_if_it_is_ticked(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    known = simulator.users()[0]["email"]
    onboarding.get("/users")
    job = start(onboarding, table([known, "a@example.com"]), ticked=[1])
    worker.work()
    assert registered(simulator) == [known, "a@example.com"]
    assert states(database, job) == ["already", "done"]


def test_a_table_that_changed_since_it_was_checked_is_not_sent(
    onboarding: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    rows = table(["a@example.com"])
    fields = fields_of(check(onboarding, rows), rows) | {"rows": table(["b@example.com"])}
    page = onboarding.post(PATH, fields, status=422)
    assert "The rows have changed since you checked them." in page.words
    assert "b@example.com" in page.text
    assert trail(database, "jobs:start") == []
    assert simulator.requests() == []


def test_columns_are_matched_by_name_in_two_languages_and_by_hand(onboarding: Visitor) -> None:
    page = check(onboarding, "Correo;País;Tipo\na@example.com;co;PERSONAL")
    assert "1 ready" in page.words
    page = check(onboarding, "x\ty\tz\na@example.com\tco\tpersonal", status=422)
    assert "Choose the column that holds the email." in page.words
    fields: dict[str, Any] = {"rows": "x\ty\tz\na@example.com\tco\tpersonal", "do": "check"}
    chosen = {**fields, "column": ["email", "country_code", "user_type"]}
    assert "1 ready" in onboarding.post(PATH, chosen, status=200).words
    twice = {**fields, "column": ["email", "email", "user_type"]}
    page = onboarding.post(PATH, twice, status=422)
    assert "Choose each field once" in page.words


def test_in_production_the_number_of_users_is_typed(
    production: Visitor, database: Database
) -> None:
    rows = table(["ana@bank.co", "eva@bank.co"])
    fields = fields_of(check(production, rows), rows)
    page = production.post(PATH, {**fields, "confirm": "3"}, status=422)
    assert "Enter the number of users that you’re registering: 2." in page.words
    assert trail(database, "jobs:start") == []
    production.post(PATH, {**fields, "confirm": "2"}, status=303)


def test_an_email_that_fits_another_environment_is_left_out_unless_it_is_ticked(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator
) -> None:
    rows = table(["ana@bank.co", "a@example.com"])
    page = check(onboarding, rows)
    assert "1 ready · 0 to fix · 1 to confirm · 0 known · 0 repeated" in page.words
    assert "This looks like a real person’s address, and this isn’t production." in page.words
    start(onboarding, rows)
    worker.work()
    assert registered(simulator) == ["a@example.com"]
    start(onboarding, table(["ana@bank.co"]), ticked=[1])
    worker.work()
    assert registered(simulator) == ["a@example.com", "ana@bank.co"]


def test_in_production_a_test_s_email_is_left_out(production: Visitor) -> None:
    page = check(production, table(["ana@bank.co", "a@example.com"]))
    assert re.findall(r'name="row" value="(\d+)" checked', page.text) == ["1"]
    assert "This looks like a test address, and this is production." in page.words


def test_more_rows_than_the_setting_are_refused(few: Visitor) -> None:
    page = check(few, table(emails(4)), status=422)
    assert "Use at most 3 rows at a time: there are 4." in page.words


def test_a_job_of_many_rows_ends_in_the_time_that_the_budget_allows(
    onboarding: Visitor, worker: JobWorker, database: Database
) -> None:
    job = start(onboarding, table(emails(80)))
    begun = worker.clock()
    worker.work()
    took = worker.clock() - begun
    assert count(database, job) == {"done": 80}
    after_a_full_bucket = (80 - 30) / 30 * 60
    assert took.total_seconds() <= after_a_full_bucket * 1.05 + 5


@pytest.fixture
def few(settings: dict[str, str], request: pytest.FixtureRequest) -> Visitor:
    settings["JOB_ROWS"] = "3"
    log_in = cast("LogIn", request.getfixturevalue("log_in"))
    return log_in(Role.ONBOARDING)


@pytest.fixture
def production(settings: dict[str, str], request: pytest.FixtureRequest) -> Visitor:
    settings["DASHBOARD_ENVIRONMENT"] = "production"
    log_in = cast("LogIn", request.getfixturevalue("log_in"))
    return log_in(Role.ONBOARDING)


def test_columns_are_matched_once_for_each_header_and_person(
    onboarding: Visitor, log_in: LogIn
) -> None:
    head = "Kontakt;Land;Art;Rest"
    rows = f"{head}\nana@example.com;CO;personal;x"
    assert "Choose the column that holds the email." in check(onboarding, rows, status=422).words
    matched = ["email", "country_code", "user_type", ""]
    sent = cast("dict[str, str]", {"rows": rows, "do": "check", "column": matched})
    page = onboarding.post(PATH, sent, status=200)
    fields = {**fields_of(page, rows), "column": matched, "row": ["1"]}
    onboarding.post(PATH, fields, status=303)
    again = f"{head.upper()}\nbea@example.com;MX;personal;y"
    page = check(onboarding, again)
    assert re.findall(r'<option value="(\w*)" selected>', page.text) == matched
    assert "1 ready" in page.words
    assert "Choose the column" in check(log_in(Role.ADMIN), again, status=422).words
    other = "Kontakt;Land\nbea@example.com;MX"
    assert "Choose the column" in check(onboarding, other, status=422).words
