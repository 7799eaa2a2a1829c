"""The timeline in a browser: kinds and older events take its place, and Back leads back."""

import re
from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from dashboard.config.areas import audit_chain
from dashboard.services.permissions import Role
from dashboard.wiring import now
from tests.browser.conftest import AddPerson, NewContext, Server, come_in
from tests.support.pages.stories import SOURCES, leave_story
from tests.support.servers.simulator_process import RunningSimulator

ROUNDS = 8
FIRST = 1  # a member of staff
NUMBERS = count(40)  # of a user for each test


@pytest.fixture
def user(simulator: RunningSimulator, server: Server, add_person: AddPerson) -> str:
    add_person(Role.SUPPORT)
    user_id = UUID(simulator.users()[next(NUMBERS)]["id"])
    chain, last_at = audit_chain(server.config), now() - timedelta(hours=3)
    leave_story(server.database, chain, user_id, FIRST, ROUNDS * SOURCES, last_at)
    return f"/users/{user_id}"


@pytest.fixture
def page(new_context: NewContext, add_person: AddPerson, user: str) -> Page:
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    come_in(page, add_person(Role.ADMIN), user)
    return page


def test_a_kind_and_older_events_take_the_timeline_s_place_and_back_leads_back(
    page: Page, user: str
) -> None:
    timeline = page.locator("#timeline")
    events = timeline.locator("ol > li")
    expect(events).to_have_count(30)
    page.evaluate("document.body.dataset.same = 'yes'")
    timeline.get_by_role("link", name="Show older").click()
    expect(timeline.get_by_role("link", name="Show newest")).to_be_visible()
    timeline.get_by_role("link", name=re.compile(r"^Notes\b")).click()
    expect(events).to_have_count(ROUNDS)
    expect(page).to_have_url(re.compile(re.escape(f"{user}?kind=notes") + "$"))
    assert page.evaluate("document.body.dataset.same") == "yes"
    page.go_back()
    expect(timeline.get_by_role("link", name="Show newest")).to_be_visible()


def test_the_address_of_an_event_opens_its_page_and_shows_it(page: Page, user: str) -> None:
    timeline = page.locator("#timeline")
    timeline.get_by_role("link", name="Show older").click()
    expect(timeline.get_by_role("link", name="Show newest")).to_be_visible()
    address = timeline.locator("ol > li > a").nth(4).get_attribute("href")
    assert address
    assert address.startswith(f"{user}?event=")
    page.goto(address)
    marked = timeline.locator('ol > li[aria-current="true"]')
    expect(marked).to_be_in_viewport()


def test_the_timeline_works_without_javascript(
    new_context: NewContext, add_person: AddPerson, user: str
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    come_in(page, add_person(Role.AUDITOR), user)
    timeline = page.locator("#timeline")
    timeline.get_by_role("link", name="Show older").click()
    timeline.get_by_role("link", name="Views").click()
    expect(timeline.locator("ol > li")).to_have_count(3 * ROUNDS)
    expect(timeline.get_by_text("opened the user 2 times")).to_have_count(ROUNDS)
