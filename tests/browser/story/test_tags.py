"""Tags: every colour in both themes and on a phone, and without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from dashboard.services.permissions import Role
from dashboard.services.tags.tag_list import COLOURS
from tests.browser.conftest import AddPerson, NewContext, come_in
from tests.support.sampling import pairs
from tests.support.servers.simulator_process import RunningSimulator

SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.parametrize(("theme", "width"), pairs(["light", "dark"], [1280, 390]))
def test_tags_of_all_colours_are_readable(
    new_context: NewContext, add_person: AddPerson, theme: str, width: int
) -> None:
    size = {"width": width, "height": 900}
    page = new_context(viewport=size, color_scheme=theme).new_page()
    come_in(page, add_person(Role.ADMIN), "/settings/tags")
    for colour in COLOURS:
        chip = page.locator(f".tag.{colour}")
        if chip.count():
            continue
        page.get_by_label("Name").last.fill(f"in {colour} and wide")
        page.get_by_label("Colour").last.select_option(colour)
        page.get_by_role("button", name="Create tag").click()
        expect(chip).to_be_visible()
    page.locator("summary").first.click()
    found = Axe().run(page).response["violations"]
    assert not found, [each["id"] for each in found]
    assert not page.evaluate(SCROLLS)


def test_tags_are_set_without_javascript(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    come_in(page, add_person(Role.SUPPORT), "/users")
    page.goto(f"/users/{simulator.users()[0]['id']}")
    tag = page.locator("#user .badge.tag").get_by_text("test", exact=True)
    page.get_by_role("button", name="Change tags").click()
    page.get_by_role("checkbox", name="test", exact=True).check()
    page.get_by_role("button", name="Save tags").click()
    expect(tag.first).to_be_visible()
    page.get_by_role("button", name="Change tags").click()
    page.get_by_role("checkbox", name="test", exact=True).uncheck()
    page.get_by_role("button", name="Save tags").click()
    expect(tag.first).to_be_hidden()


def test_the_switch_of_a_list_works_without_javascript(
    new_context: NewContext, add_person: AddPerson
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    come_in(page, add_person(Role.SUPPORT), "/kyc")
    page.goto("/kyc")
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("button", name="Hide test users").click()
    expect(page.get_by_text("Test users are hidden")).to_be_visible()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("Test users are hidden")).to_have_count(0)
