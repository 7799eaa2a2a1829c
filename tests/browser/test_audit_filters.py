"""The filters of the audit in a real browser: they apply immediately, and fit every width."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, come_in

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}
IS_WHOLE = """field => {
  const style = getComputedStyle(field), words = document.createElement("canvas").getContext("2d");
  words.font = style.font;
  const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return words.measureText(field.placeholder).width <= room;
}"""
"""Whether a field shows all of its placeholder."""


@pytest.fixture
def page(new_context: NewContext, add_person: AddPerson) -> Page:
    page = new_context(viewport=DESK).new_page()
    come_in(page, add_person(Role.ADMIN), "/audit?show=all")
    expect(page.locator("#table")).to_be_visible()
    return page


def test_filters_apply_without_a_button(page: Page) -> None:
    assert page.get_by_role("button", name="Filter", exact=True).count() == 0
    page.get_by_label("Outcome").select_option("rejected")
    page.wait_for_url("**/audit?outcome=rejected&show=all")
    page.get_by_role("link", name="Changes only").click()
    page.wait_for_url("**/audit?outcome=rejected")
    page.get_by_role("link", name="Yesterday").click()
    page.wait_for_url(re.compile(r"since=\d{4}-\d\d-\d\d&until="))
    page.get_by_role("link", name="Reset").click()
    page.wait_for_url("**/audit")


def test_typing_a_search_or_a_date_keeps_the_place_in_it(page: Page) -> None:
    search = page.get_by_role("searchbox", name="Search by user")
    search.press_sequentially("no such thing", delay=120)
    page.wait_for_url("**/audit?q=no+such+thing&show=all")
    expect(search).to_be_focused()
    expect(search).to_have_value("no such thing")
    search.fill("")
    page.wait_for_url("**/audit?show=all")
    today = datetime.now(UTC).date()
    since = page.get_by_label("From")
    since.focus()
    page.keyboard.type(f"{today:%m%d}")
    page.keyboard.type(f"{today:%Y}", delay=800)
    page.wait_for_url(f"**/audit?since={today}&show=all")
    expect(since).to_be_focused()
    expect(since).to_have_value(str(today))


@pytest.mark.parametrize("locale", ["en", "es"])
def test_the_filters_are_one_row_on_a_desk(
    new_context: NewContext, add_person: AddPerson, locale: str
) -> None:
    page = new_context(viewport=DESK, locale=locale).new_page()
    page.goto("/audit")
    page.locator("#email").fill((person := add_person(Role.ADMIN))[0])
    page.locator("#password").fill(person[1])
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url("**/audit")
    bar = page.locator("#audit-filters")
    shown = [box for each in bar.locator(".input").all() if (box := each.bounding_box())]
    assert len(shown) == 6
    tops = [box["y"] for box in shown]
    assert max(tops) - min(tops) < shown[0]["height"] / 2
    assert shown[0]["width"] >= 150
    assert page.locator("#audit-q").evaluate(IS_WHOLE)


def test_on_a_phone_the_first_row_begins_within_200_pixels(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/audit?show=all&outcome=succeeded")
    expect(page.get_by_label("Action")).to_be_hidden()
    row = page.locator("tbody tr").first.bounding_box()
    assert row
    assert row["y"] <= 200
    page.get_by_text("Filters · 1").click()
    page.get_by_label("Outcome").select_option("rejected")
    page.wait_for_url("**/audit?outcome=rejected&show=all")
    expect(page.get_by_label("Outcome")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_without_javascript_the_filters_open_and_send(
    new_context: NewContext, add_person: AddPerson
) -> None:
    page = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    come_in(page, add_person(Role.ADMIN), "/audit?show=all")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Outcome").select_option("rejected")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.wait_for_url("**/audit?*outcome=rejected*")
    assert "show=all" in page.url
