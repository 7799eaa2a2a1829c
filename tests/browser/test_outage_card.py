"""The card of an outage counts down and asks again."""

import re

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, come_in
from tests.support.servers.simulator_process import RunningSimulator

SOON_MS = 60_000


@pytest.fixture
def page(new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator) -> Page:
    page = new_context().new_page()
    come_in(page, add_person(Role.SUPPORT), "/users")
    simulator.set_faults([{"status": 503}])
    page.goto("/users?status=active")
    expect(page.get_by_role("heading", name="The Partner API is unavailable")).to_be_visible()
    return page


def test_it_counts_down_and_brings_the_page_once_the_api_is_back(
    page: Page, simulator: RunningSimulator
) -> None:
    expect(page.locator("[data-retry]")).to_have_text(re.compile(r"automatically in \d+ s"))
    simulator.set_faults([])
    expect(page.get_by_text("From the API")).to_be_visible(timeout=SOON_MS)
    assert page.url.endswith("/users?status=active")


def test_it_replaces_nothing_while_someone_types(page: Page, simulator: RunningSimulator) -> None:
    page.evaluate("window.same = true")
    page.locator("#users-q").focus()
    simulator.set_faults([])
    expect(page.locator("[data-retry]")).to_have_text("Retrying…", timeout=SOON_MS)
    expect(page.locator("[data-retry]")).to_have_text(re.compile("automatically"))
    assert page.evaluate("window.same")
