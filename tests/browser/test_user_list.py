"""The list of users: its filters apply immediately, and its first row is near the top."""

import re

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, come_in
from tests.browser.support.waiting import start_kyc
from tests.support.servers.simulator_process import RunningSimulator

CUT = "[...document.querySelectorAll('tbody code')].some((it) => it.scrollWidth > it.clientWidth)"


@pytest.fixture
def page(new_context: NewContext, add_person: AddPerson) -> Page:
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    come_in(page, add_person(Role.SUPPORT), "/users")
    return page


@pytest.fixture
def phone(new_context: NewContext, add_person: AddPerson) -> Page:
    size = {"width": 390, "height": 800}
    page = new_context(viewport=size, is_mobile=True, has_touch=True).new_page()
    come_in(page, add_person(Role.SUPPORT), "/users")
    return page


def test_selects_apply_immediately_and_only_a_set_filter_can_be_cleared(page: Page) -> None:
    clear = page.get_by_role("link", name="Clear filters")
    expect(page.get_by_role("button", name="Filter", exact=True)).to_have_count(0)
    expect(clear).to_have_count(0)
    page.get_by_label("Country").select_option("MX")
    page.wait_for_url("**/users?country=MX")
    expect(page.locator("tbody td:nth-child(4)").first).to_have_text("Mexico")
    page.locator("#users-q").fill("a")
    page.wait_for_url(re.compile(r"/users\?(q=a&country=MX|country=MX&q=a)$"))
    page.get_by_role("navigation", name="Status").get_by_text("Pending").click()
    page.wait_for_url(re.compile("status=pending"))
    assert "country=MX" in page.url
    assert "q=a" in page.url
    clear.click()
    page.wait_for_url("**/users")
    expect(page.locator("#users-q")).to_have_value("")


def test_the_only_search_box_is_the_large_one(page: Page) -> None:
    expect(page.get_by_role("searchbox")).to_have_count(1)
    page.keyboard.press("/")
    expect(page.locator("main").get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("example")
    page.wait_for_url("**/users?q=example")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_without_javascript_one_button_applies_all_filters(
    new_context: NewContext, add_person: AddPerson
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    come_in(page, add_person(Role.SUPPORT), "/users?status=pending")
    page.goto("/users?status=pending")
    page.get_by_role("searchbox").fill("a")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url("**/users?*q=a*")
    page.get_by_label("Country").select_option("MX")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.wait_for_url("**/users?*country=MX*")
    for part in ("q=a", "status=pending"):
        assert part in page.url
    page.get_by_role("searchbox").fill("b")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url("**/users?*q=b*")
    assert "country=MX" in page.url


def test_a_phone_shows_the_first_user_within_200_px_and_folds_the_selects(phone: Page) -> None:
    top = "document.querySelector('tbody tr').getBoundingClientRect().top"
    assert phone.evaluate(top) <= 200
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    country = phone.get_by_label("Country")
    expect(country).not_to_be_visible()
    phone.get_by_text("Filters", exact=True).click()
    country.focus()
    country.select_option("MX")
    phone.wait_for_url("**/users?country=MX")
    expect(phone.get_by_text("Filters · 1", exact=True)).to_be_visible()
    expect(country).to_be_focused()
    phone.reload()
    expect(country).not_to_be_visible()
    assert phone.evaluate(top) <= 200


def test_a_wide_screen_shows_every_column_at_a_fixed_width(
    page: Page, simulator: RunningSimulator
) -> None:
    user_id = start_kyc(page, page.url.removesuffix("/users"), simulator)
    email = next(user["email"] for user in simulator.users() if user["id"] == user_id)
    widths = "[...document.querySelectorAll('thead th')].map((each) => each.offsetWidth)"
    for width in (1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/users")
        before = page.evaluate(widths)
        assert max(before) < 0.3 * sum(before)
        page.goto(f"/users?q={email[:6]}")
        assert page.evaluate(widths) == before
        expect(page.locator("tbody tr").first).to_contain_text("Link active")
        assert not page.evaluate(CUT)
