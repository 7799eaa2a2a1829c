"""Scenarios on the page: one is run, its report read, and it is run again once that is fixed."""

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.wiring import build_services
from tests.browser.conftest import AddPerson, NewContext, Server, enter
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def worker(server: Server) -> Services:
    """The worker's services; the test takes its turns. No report of another test is left."""
    services = build_services(server.config, server.database)
    while not services.lab.reports.work():
        pass
    return services


def run(page: Page, worker: Services, *, has_script: bool) -> None:
    """Run a scenario, and wait for its report."""
    page.get_by_role("button", name="Run second-kyc").click()
    page.wait_for_url("**/lab/scenarios/*")
    expect(page.locator("#report .head")).to_contain_text("Waiting to run")
    assert not worker.lab.reports.work()
    if not has_script:
        page.get_by_role("link", name="Refresh").click()


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_report_names_what_a_server_breaks_with_and_without_scripts(
    new_context: NewContext,
    add_person: AddPerson,
    worker: Services,
    simulator: RunningSimulator,
    has_script: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    simulator.set_rivals(broken=["second_kyc.text"])
    page = new_context(java_script_enabled=has_script).new_page()
    page.goto("/lab")
    enter(page, *add_person(Role.ONBOARDING))
    page.get_by_role("link", name="Scenarios").click()
    run(page, worker, has_script=has_script)
    expect(page.locator("#report")).to_contain_text("2 passed, 1 failed, 0 not run")
    first = page.get_by_role("region", name="Table of checks").locator("tbody tr").first
    expect(first).to_contain_text("second_kyc.text")
    expect(first).to_contain_text("Expected KYC already in progress, got another text.")
    expect(page.get_by_role("region", name="Table of readings")).to_contain_text("refusal")
    expect(page.locator("#follow")).to_have_count(0)

    simulator.set_rivals(broken=[])
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Scenarios").click()
    run(page, worker, has_script=has_script)
    expect(page.locator("#report")).to_contain_text("3 passed, 0 failed, 0 not run")
