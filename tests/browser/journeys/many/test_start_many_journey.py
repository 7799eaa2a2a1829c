"""Starting KYC for many: choose, check, start, and follow the job to its end."""

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.wiring import build_services
from tests.browser.conftest import AddPerson, NewContext, Server, come_in
from tests.browser.journeys.many.test_register_many_journey import PHONE, WIDE, scrolls_sideways
from tests.support.pages.many.starts import named, pending, table
from tests.support.pages.many.starts import started as sent
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def worker(server: Server) -> Services:
    """The worker's services; the test takes its turns."""
    return build_services(server.config, server.database)


def check(page: Page, text: str) -> None:
    page.goto("/kyc")
    page.get_by_role("link", name="Start KYC for many").click()
    page.get_by_label("Paste from a spreadsheet").fill(text)
    page.get_by_role("button", name="Check rows").click()
    expect(page.locator("#preview")).to_contain_text("2 ready · 1 to fix")
    expect(page.locator("#preview")).to_contain_text("We haven’t seen a user with this email.")


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_kyc_is_started_for_many_with_and_without_scripts(
    new_context: NewContext,
    add_person: AddPerson,
    server: Server,
    worker: Services,
    simulator: RunningSimulator,
    has_script: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    users = pending(simulator, server.database, 2, "script" if has_script else "plain")
    page = new_context(viewport=WIDE, java_script_enabled=has_script).new_page()
    come_in(page, add_person(Role.KYC), "/account")
    check(page, table([*users, "nobody@example.com"]))
    expect(page.locator("#preview")).to_contain_text("This starts KYC for 2 users.")
    page.get_by_label("Start KYC for row 2").uncheck()
    page.get_by_role("button", name="Start KYC for ticked users").click()
    expect(page.get_by_role("alert")).to_contain_text("You’ve changed which rows are ticked.")
    expect(page.locator("#preview")).to_contain_text("This starts KYC for 1 user.")
    page.get_by_role("button", name="Start KYC for ticked users").click()
    page.wait_for_url("**/jobs/*")
    expect(page.locator("#progress-title")).to_have_text("0 of 1 row")
    while not worker.jobs.runner.work():
        pass
    if not has_script:
        page.get_by_role("link", name="Refresh").click()
    expect(page.locator("#progress-title")).to_have_text("1 of 1 row")
    assert sent(simulator)[-1:] == users[:1]
    page.get_by_role("link", name="1@example.com").click()
    page.wait_for_url(f"**/users/{users[0]}")


def test_users_whose_names_we_know_are_added_by_a_button(
    new_context: NewContext,
    add_person: AddPerson,
    server: Server,
    simulator: RunningSimulator,
) -> None:
    (user,) = pending(simulator, server.database, word="known")
    named(server.database, user, "Ana Soto")
    page = new_context(viewport=PHONE).new_page()
    come_in(page, add_person(Role.KYC), "/account")
    page.goto("/jobs")
    page.get_by_role("link", name="Start KYC for many").click()
    page.get_by_role("button", name="Add users whose names we know").click()
    expect(page.locator("#preview")).to_contain_text("known1@example.com")
    assert not scrolls_sideways(page)
