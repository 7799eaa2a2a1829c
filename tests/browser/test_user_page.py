"""A user's page says everything once; what is rarer is in a menu."""

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, come_in
from tests.browser.support.waiting import start_kyc
from tests.support.servers.simulator_process import RunningSimulator

MENU = (
    "Copy as ticket note",
    "Audit log",
    "Export proof pack",
    "Erase what we keep",
    "Requests to the API",
    "API response",
)


@pytest.fixture
def page(new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator) -> Page:
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    come_in(page, add_person(Role.ADMIN), "/users")
    user_id = start_kyc(page, page.url.removesuffix("/users"), simulator)
    page.goto(f"/users/{user_id}")
    return page


def test_email_id_environment_and_link_state_are_shown_once(page: Page) -> None:
    shown = page.locator("body").inner_text()
    for word in (page.locator("h1").inner_text(), page.url.rpartition("/")[2], "Local"):
        assert shown.count(word) == 1, word
    assert shown.count("Inquiry ID") == 1
    expect(page.get_by_role("button", name="Show code")).to_be_visible()
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    expect(page.get_by_role("button", name="Copy email")).to_be_visible()
    facts = page.get_by_role("region", name="Details").locator("dt").all_inner_texts()
    assert facts == ["Phone", "Country", "Language", "Type", "Registered"]


def test_the_menu_and_the_response_open_and_close_by_keyboard(page: Page) -> None:
    more, response = page.get_by_role("button", name="More actions"), page.locator("#raw")
    expect(page.get_by_role("link", name="Audit log")).to_have_count(1)
    more.focus()
    page.keyboard.press("Enter")
    for name in MENU:
        page.keyboard.press("Tab")
        expect(page.locator("#more > :focus")).to_have_text(name)
    page.keyboard.press("Enter")
    expect(response).to_be_visible()
    expect(response).to_contain_text('"success": true')
    page.keyboard.press("Escape")
    expect(response).not_to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#more")).not_to_be_visible()
    expect(more).to_be_focused()


def test_an_email_is_one_line_where_it_fits(page: Page) -> None:
    for width in (390, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        height = "document.querySelector('h1').getBoundingClientRect().height"
        assert page.evaluate(height) <= 32
