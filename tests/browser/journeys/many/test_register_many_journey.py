"""Registering many users: paste, check, start, and watch the job to its end."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.wiring import build_services
from tests.browser.conftest import AddPerson, NewContext, Server, come_in
from tests.support.pages.jobs import emails, table
from tests.support.servers.simulator_process import RunningSimulator

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def rows(word: str) -> str:
    """Return two users, and one row with a problem."""
    return table([*emails(2, word), "nobody"])


@pytest.fixture
def worker(server: Server) -> Services:
    """The worker's services; the test takes its turns."""
    return build_services(server.config, server.database)


def check(page: Page, text: str) -> None:
    page.goto("/jobs")
    page.get_by_role("link", name="Register many").click()
    page.get_by_label("Paste from a spreadsheet").fill(text)
    page.get_by_role("button", name="Check rows").click()
    expect(page.locator("#preview")).to_contain_text("2 ready · 1 to fix")
    expect(page.locator("#preview")).to_contain_text("Enter an email address, such as")


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_many_are_registered_with_and_without_scripts(
    new_context: NewContext,
    add_person: AddPerson,
    worker: Services,
    simulator: RunningSimulator,
    has_script: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    word = "script" if has_script else "plain"
    page = new_context(viewport=WIDE, java_script_enabled=has_script).new_page()
    come_in(page, add_person(Role.ONBOARDING), "/account")
    check(page, rows(word))
    with page.expect_download() as left_out:
        page.get_by_role("button", name="Download rows left out").click()
    assert "nobody" in Path(left_out.value.path()).read_text()
    page.get_by_role("button", name="Register ticked users").click()
    page.wait_for_url("**/jobs/*")
    expect(page.locator("#progress-title")).to_have_text("0 of 2 rows")
    while not worker.jobs.runner.work():
        pass
    if not has_script:
        page.get_by_role("link", name="Refresh").click()
    expect(page.locator("#progress-title")).to_have_text("2 of 2 rows")
    expect(page.locator("#follow")).to_have_count(0)
    created = {user["email"] for user in simulator.users()}
    assert {f"{word}1@example.com", f"{word}2@example.com"} <= created
    page.get_by_role("link", name="Download result").click()
    page.get_by_label("Reason").fill("For the team lead")
    with page.expect_download() as result:
        page.get_by_role("button", name="Export 2 rows").click()
    assert "registered" in Path(result.value.path()).read_text()


def test_a_phone_shows_no_sideways_scroll(new_context: NewContext, add_person: AddPerson) -> None:
    page = new_context(viewport=PHONE).new_page()
    come_in(page, add_person(Role.ONBOARDING), "/account")
    check(page, rows("phone"))
    assert not scrolls_sideways(page)
    page.get_by_role("button", name="Register ticked users").click()
    page.wait_for_url("**/jobs/*")
    assert not scrolls_sideways(page)


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
