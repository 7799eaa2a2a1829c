"""A run's page: its steps, who waits for a person, stopping and repeating, and its files."""

import json
import re
from xml.etree import ElementTree as ET

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages.forms import intent_of, trail
from tests.support.pages.jobs import JobWorker, states
from tests.support.pages.lab import intent_at, number_of, order, start, users_of
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres
REASON = "Asked by the integration team"


def test_a_step_shows_its_call_without_secrets_its_answer_and_the_contract(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator
) -> None:
    run = start(onboarding, "active")
    page = onboarding.get(f"/lab/{run}")
    assert "0 of 1 done" in page.words
    worker.turn()
    same = onboarding.fragment(f"/lab/{run}?seen=1", "follow")
    assert "HX-Retarget" not in same.headers
    assert 'id="follow"' in same.text
    worker.work()
    part = onboarding.fragment(f"/lab/{run}?seen=1", "follow")
    assert part.headers["HX-Retarget"] == "#run"
    assert 'id="follow"' not in part.text
    assert 'curl -X POST "$PARTNER_API_URL/api/v1/partner/kyc"' in part.words
    assert '-H "X-Api-Secret: $PARTNER_API_SECRET"' in part.words
    assert "Contract: 201 with the user, whose status is pending. The answer matches." in part.words
    assert '"verificationUrl": "[hidden]"' in part.words
    assert simulator.first.api_secret not in part.text


def test_what_is_wrong_is_beside_its_field_and_nothing_starts(
    onboarding: Visitor, database: Database
) -> None:
    for changed, said in (
        ({"goal": "rich"}, "Choose a state."),
        ({"count": "51"}, "Enter a number from 1 to 50."),
        ({"count": "0"}, "Enter a number from 1 to 50."),
        ({"count": "x"}, "Enter a number from 1 to 50."),
        ({"country_code": "XX"}, "Choose a country."),
        ({"language": "xx"}, "Choose a language."),
        ({"user_type": "robot"}, "Choose a type."),
        ({"reason": ""}, "Enter what the users are for."),
    ):
        fields = order("active") | changed | {"intent": intent_of(onboarding.get("/lab"))}
        assert said in onboarding.post("/lab", fields, status=422).words
    assert trail(database, "jobs:start") == []


def test_a_form_starts_one_run_and_a_run_is_repeated_with_new_people(
    onboarding: Visitor, worker: JobWorker, database: Database
) -> None:
    fields = order("registered", 2) | {"intent": intent_of(onboarding.get("/lab"))}
    run = number_of(onboarding.post("/lab", fields, status=303))
    assert number_of(onboarding.post("/lab", fields, status=303)) == run
    worker.work()
    intent = intent_at(onboarding.get(f"/lab/{run}"), f"/lab/{run}/repeat")
    answer = onboarding.post(f"/lab/{run}/repeat", {"intent": intent}, status=303)
    worker.work()
    again = number_of(answer)
    assert again != run
    assert len({*users_of(database, run), *users_of(database, again)}) == 4
    assert f'href="/lab/{again}"' in onboarding.get("/lab").text


def test_a_stopped_run_takes_no_more_steps(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    run = start(onboarding, "active", 2)
    worker.turn()
    onboarding.post(f"/lab/{run}/stop", {}, status=303)
    simulator.clear_requests()
    worker.work()
    assert simulator.requests() == []
    assert states(database, run) == ["not_run", "not_run"]
    assert "The run was stopped before its end." in onboarding.get(f"/lab/{run}").words


def test_the_files_can_be_parsed_and_hold_no_secret(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator
) -> None:
    run = start(onboarding, "suspended", 2)
    worker.work()
    tests = ET.fromstring(onboarding.http.get(f"/lab/{run}.xml").text)  # noqa: S314  our own
    cases = tests.findall("testsuite/testcase")
    assert len(cases) == 12
    assert not tests.findall(".//failure") + tests.findall(".//skipped")
    requests = onboarding.http.get(f"/lab/{run}.http").text.split("### ")[1:]
    assert len(requests) == 12
    for each in requests:
        _name, call, *head = each.split("\n\n")[0].splitlines()
        assert re.fullmatch(r"(GET|POST|PATCH) \{\{PARTNER_API_URL\}\}/\S+", call)
        assert all(": " in line for line in head)
        if "Content-Type: application/json" in each:
            json.loads(each.split("\n\n", 1)[1])
    report = onboarding.http.get(f"/lab/{run}.md").text
    assert report.startswith("# 2 test users: suspended")
    assert report.count("```sh") == 12
    assert simulator.first.api_secret not in report


def test_the_bundle_has_users_links_and_requests_for_a_reason_that_is_recorded(
    onboarding: Visitor, worker: JobWorker, database: Database
) -> None:
    run = start(onboarding, "kyc_started", 2)
    worker.work()
    page = onboarding.post(f"/lab/{run}/bundle", {"reason": ""}, status=422)
    assert "Enter who needs the file, and why." in page.words
    assert trail(database, "lab:export") == []
    sent = {"reason": REASON, "csrf_token": onboarding.csrf_token()}
    bundle = json.loads(onboarding.http.post(f"/lab/{run}/bundle", data=sent).text)
    assert [each["user_id"] for each in bundle["users"]] == [*map(str, users_of(database, run))]
    assert all("inq_" in each["verification_url"] for each in bundle["users"])
    assert [len(each["requests"]) for each in bundle["users"]] == [2, 2]
    assert trail(database, "lab:export") == [("succeeded", None)]


def test_only_onboarding_and_admins_open_the_lab(log_in: LogIn) -> None:
    for role in Role:
        visitor = log_in(role)
        may = role in {Role.ONBOARDING, Role.ADMIN}
        assert visitor.http.get("/lab").status_code == (200 if may else 403)
        assert ('href="/lab"' in visitor.get("/account").text) is may
