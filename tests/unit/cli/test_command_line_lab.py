"""`python -m dashboard lab …`: what it prints, and its exit status for a pipeline."""

import json
from collections.abc import Callable

import pytest

from dashboard.cli.lab import Exit
from dashboard.services.lab.scenarios.points import Scenario
from dashboard.store.db.database import Database
from tests.support.pages import audit_log
from tests.support.servers.simulator_process import RunningSimulator
from tests.unit.cli.test_command_line import Done, Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture

Lab = Callable[..., Done]


@pytest.fixture
def lab(run: Run, settings: dict[str, str], database: Database) -> Lab:
    """Run the command as a pipeline does."""
    assert database
    return lambda *arguments, **changed: run(["lab", *arguments], settings=settings | changed)


def test_a_scenario_that_passes_is_a_table_and_status_0(lab: Lab, database: Database) -> None:
    done = lab("run", "wrong-credentials")
    assert (done.returncode, done.stderr) == (Exit.PASSED, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "wrong-credentials: Use wrong credentials"
    assert lines[1].split(maxsplit=2) == [
        "ok",
        "wrong_keys.secret",
        "A wrong API secret is refused.",
    ]
    assert "Shape of a refusal" in done.stdout
    assert lines[-1].startswith("5 passed, 0 failed, 0 not run in ")
    assert [each.outcome for each in audit_log.entries(database, "lab:run")] == [
        "attempted",
        "succeeded",
    ]


def test_json_is_one_document_with_these_fields(lab: Lab, simulator: RunningSimulator) -> None:
    done = lab("run", "duplicate-email", "--json")
    assert (done.returncode, done.stderr) == (Exit.PASSED, "")
    document = json.loads(done.stdout)
    assert {**document, "started_at": 0, "took_ms": 0, "checks": 0, "readings": 0} == {
        "format": 1,
        "verdict": "passed",
        "started_at": 0,
        "took_ms": 0,
        "simulator": True,
        "counts": {"passed": 1, "failed": 0, "not_run": 0},
        "ended_by": None,
        "checks": 0,
        "readings": 0,
    }
    [check] = document["checks"]
    assert {**check, "at": 0, "took_ms": 0} == {
        "scenario": "duplicate-email",
        "point": "duplicate.status",
        "section": "POST /users",
        "says": "An email can be registered only once.",
        "result": "passed",
        "expected": "409 or 400",
        "got": "409",
        "call": "POST /users",
        "status": 409,
        "at": 0,
        "took_ms": 0,
        "because": None,
    }
    assert document["readings"] == [
        {"name": "error_body", "value": "success_error", "assumed": True},
        {"name": "duplicate_status", "value": "409", "assumed": True},
    ]
    emails = {each.body["email"] for each in simulator.requests()}
    assert not [email for email in emails if email in done.stdout]


def test_a_check_that_fails_names_the_point_and_is_status_1(
    lab: Lab, simulator: RunningSimulator
) -> None:
    simulator.set_rivals(broken=["second_kyc.status"])
    done = lab("run", "second-kyc")
    assert done.returncode == Exit.FAILED
    told = [line.strip() for line in done.stdout.splitlines()]
    at = told.index("→ expected 409, got 200")
    assert told[at - 1].split(maxsplit=2)[:2] == ["FAILED", "second_kyc.status"]
    assert told[at + 1] == "POST /kyc answered 200 (POST /kyc)"


def test_an_unknown_scenario_and_production_are_status_2_and_send_nothing(
    lab: Lab, simulator: RunningSimulator
) -> None:
    assert lab("run", "everything").returncode == Exit.REFUSED
    done = lab("run", "all", DASHBOARD_ENVIRONMENT="production")
    assert (done.returncode, done.stdout) == (Exit.REFUSED, "")
    assert done.stderr == (
        "Scenarios register test users, so they never run in production. Nothing was sent.\n"
    )
    assert simulator.requests() == []


def test_what_cannot_be_run_is_status_3(lab: Lab, simulator: RunningSimulator) -> None:
    simulator.set_faults([{"reset": "before"}])
    done = lab("run", "flow")
    assert done.returncode == Exit.NOT_RUN
    assert done.stdout.endswith("The API didn't respond: POST /users (network).\n")
    refused = lab("run", "flow", PARTNER_API_URL="nowhere")
    assert (refused.returncode, refused.stdout) == (Exit.NOT_RUN, "")
    assert "The scenarios could not be run: " in refused.stderr


def test_list_has_every_scenario(lab: Lab) -> None:
    done = lab("list")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines()] == [*Scenario]
