"""The pages of scenarios: the list, starting some, and the report that the worker makes."""

import re
from datetime import timedelta
from typing import cast

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.actors import Actor
from dashboard.services.attempts.intents import Intent
from dashboard.services.lab.scenarios.points import Scenario, points_of
from dashboard.services.permissions import Permission, Role
from dashboard.services.recorder.budgets import CHANGES, BudgetSpentError
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.lab import reports
from dashboard.store.staff import members
from dashboard.worker import MaintenanceWorker
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.forms import intent_of
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator

PAGE = "/lab/scenarios"


@pytest.fixture
def services(app: Flask) -> Services:
    return cast("Services", app.extensions["services"])


@pytest.fixture
def worker(services: Services, clock: TestClock) -> MaintenanceWorker:
    worker = MaintenanceWorker(services, clock)
    services.operations.heartbeat.note()
    return worker


def start(visitor: Visitor, scenario: str) -> str:
    """Start scenarios; return the address of the report."""
    fields = {"intent": intent_of(visitor.get(PAGE)), "scenario": scenario}
    return str(visitor.post(PAGE, fields).headers["Location"])


def test_a_report_waits_for_the_worker_and_then_shows_failed_checks_first(
    log_in: LogIn, services: Services, worker: MaintenanceWorker, simulator: RunningSimulator
) -> None:
    assert worker
    simulator.set_rivals(broken=["second_kyc.text"], error_body="success_error")
    ana = log_in(Role.ONBOARDING)
    report = start(ana, "second-kyc")
    waiting = ana.get(report)
    assert "Waiting" in waiting.text
    assert simulator.requests() == []
    assert services.lab.reports.work() == timedelta()
    rows = re.findall(r"<tr>.*?</tr>", ana.get(report).text.partition("<tbody>")[2], re.DOTALL)
    rows = rows[: len(points_of(Scenario.SECOND_KYC))]
    assert "second_kyc.text" in rows[0]
    assert "Failed" in rows[0]
    assert "Expected KYC already in progress, got another text." in rows[0]
    assert all("Passed" in row for row in rows[1:])
    assert "2 passed, 1 failed, 0 not run" in ana.get(report).text
    assert "Shape of a refusal" in ana.get(report).text
    assert services.lab.reports.work() == timedelta(seconds=1)


def test_calls_are_recorded_in_the_name_of_who_asked(
    log_in: LogIn, services: Services, worker: MaintenanceWorker, database: Database
) -> None:
    assert worker
    start(log_in(Role.ONBOARDING), "duplicate-email")
    services.lab.reports.work()
    ours = ("lab:run", "users:register")
    entries = [each for each in audit_log.entries(database) if each.action in ours]
    assert {each.action for each in entries} == {*ours}
    assert len({each.staff_id for each in entries}) == 1
    assert entries[0].staff_id is not None


def test_a_form_that_is_sent_again_starts_nothing_new(
    log_in: LogIn, services: Services, simulator: RunningSimulator
) -> None:
    ana = log_in(Role.ONBOARDING)
    form = {"intent": intent_of(ana.get(PAGE)), "scenario": "wrong-credentials"}
    first, again = (ana.post(PAGE, form).headers["Location"] for _ in range(2))
    assert first == again
    services.lab.reports.work()
    services.lab.reports.work()
    assert len(simulator.requests()) == 4


def test_no_one_asks_for_more_reports_in_an_hour_than_they_may_change(
    log_in: LogIn, services: Services, database: Database
) -> None:
    log_in(Role.ONBOARDING)
    ask, by = services.lab.reports.ask, Actor(1)
    for number in range(CHANGES.most):
        ask(Intent(1, Permission.LAB_RUN, None, str(number)), [Scenario.FLOW], by)
    with pytest.raises(BudgetSpentError):
        ask(Intent(1, Permission.LAB_RUN, None, "more"), [Scenario.FLOW], by)
    with database.read() as connection:
        assert len(reports.newest(connection, 2 * CHANGES.most)) == CHANGES.most


def test_a_scenario_that_there_is_not_is_400(log_in: LogIn) -> None:
    ana = log_in(Role.ONBOARDING)
    fields = {"intent": intent_of(ana.get(PAGE)), "scenario": "everything"}
    ana.post(PAGE, fields, status=400)
    ana.get(f"{PAGE}/17", status=404)


def test_a_run_whose_worker_ended_is_not_run_again(
    log_in: LogIn,
    services: Services,
    clock: TestClock,
    simulator: RunningSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ana = log_in(Role.ONBOARDING)
    report = start(ana, "duplicate-email")
    simulator.set_faults([])

    class WorkerEndedError(Exception):
        pass

    def end(*_: object) -> None:
        raise WorkerEndedError

    monkeypatch.setattr(services.lab.reports, "_run_scenarios", end)
    with pytest.raises(WorkerEndedError):
        services.lab.reports.work()
    assert "Running" in ana.get(report).text
    clock.advance(minutes=21)
    services.lab.reports.work()
    assert "This run was interrupted." in log_in(Role.ONBOARDING).get(report).text
    assert simulator.requests() == []


def test_what_someone_asked_for_who_was_disabled_since_is_not_run(
    log_in: LogIn, services: Services, database: Database, simulator: RunningSimulator
) -> None:
    report = start(log_in(Role.ONBOARDING), "duplicate-email")
    with database.write() as connection:
        members.set_active(connection, 1, active=False)
    services.lab.reports.work()
    assert simulator.requests() == []
    assert "This run was interrupted." in log_in(Role.ADMIN).get(report).text


@all_of("role", [Role.VIEWER, Role.SUPPORT, Role.KYC, Role.ISSUER, Role.AUDITOR])
def test_other_roles_have_no_lab(log_in: LogIn, role: Role) -> None:
    visitor = log_in(role)
    visitor.get(PAGE, status=403)
    assert 'href="/lab' not in visitor.get("/help").text


def test_production_has_no_such_page_for_admins_neither(
    settings: dict[str, str], database: Database
) -> None:
    assert database
    production = load_config(None, **settings | {"DASHBOARD_ENVIRONMENT": "production"})
    rules = {rule.rule for rule in create_app(production).url_map.iter_rules()}
    assert not [rule for rule in rules if rule.startswith("/lab")]
