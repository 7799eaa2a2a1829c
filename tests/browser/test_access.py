"""Keyboard, and people without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext, enter
from tests.browser.support.history import step
from tests.support.sampling import pairs
from tests.support.servers.simulator_process import RunningSimulator


def test_the_whole_way_without_javascript(
    new_context: NewContext, person: tuple[str, str], simulator: RunningSimulator
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/")
    enter(page, *person)
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.locator("a.stat.ok").click()
    page.wait_for_url("**/users?status=active")
    page.get_by_role("link", name="KYC desk").click()
    expect(page.get_by_role("heading", name="KYC desk")).to_be_visible()
    page.goto("/users")
    page.get_by_label("Country").select_option("CO")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.wait_for_url("**/users?country=CO")
    page.get_by_role("link", name="Active", exact=True).click()
    page.wait_for_url(re.compile("status=active"))
    page.goto("/users")
    page.get_by_role("link", name="Page 2").click()
    page.wait_for_url("**/users?page=2*")
    page.get_by_role("link", name=simulator.users()[22]["email"]).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("@example.com")
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("@example.com")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="API response").click()
    expect(page.get_by_label("JSON of the API response")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("Escape")
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link").click()
    page.wait_for_url("**/users")
    for dead in ("[data-copy]", "[data-theme-toggle]", "kbd"):
        assert not any(each.is_visible() for each in page.locator(dead).all())
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_the_whole_way_by_keyboard(
    new_context: NewContext, person: tuple[str, str], simulator: RunningSimulator
) -> None:
    page = new_context(viewport={"width": 1280, "height": 600}).new_page()
    page.goto("/users")
    page.keyboard.type(person[0])
    press(page, "Tab")
    page.keyboard.type(person[1])
    press(page, "Enter")
    page.wait_for_url(lambda url: "/login" not in url)

    press(page, "Tab", "Tab")
    expect(page.get_by_role("link", name="Skip to search")).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_role("searchbox")).to_be_focused()

    page.reload()
    press(page, "Tab", "Tab", "Tab", "Enter", "Tab")
    first = page.get_by_role("link", name=simulator.users()[0]["email"])
    expect(first).to_be_focused()
    press(page, "Enter")
    page.wait_for_url(f"**/users/{simulator.users()[0]['id']}")
    step(page, "back")
    expect(first).to_be_focused()

    press(page, "/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("zzzz/")
    expect(page.get_by_role("searchbox")).to_have_value("zzzz/")
    expect(page.get_by_role("heading", name="No users match")).to_be_visible()
    page.locator("#table").get_by_role("link", name="Clear search").press("Enter")
    page.wait_for_url("**/users")
    page.get_by_role("link", name="Next").press("Enter")
    page.wait_for_url("**/users?page=2*")
    expect(page.locator("body")).not_to_be_focused()
    page.get_by_role("button", name="Log out").press("Enter")
    page.wait_for_url("**/login")


ALERTS = "for (const kind of ['read', 'write', 'unsent', 'form']) tellLost(kind)"


@pytest.mark.parametrize(
    ("size", "alerts"), pairs([(1280, 600), (390, 600), (1280, 800)], [ALERTS, ""])
)
def test_what_has_the_focus_is_never_covered(
    page: Page, size: tuple[int, int], alerts: str
) -> None:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(alerts)
    for key, times in (("Tab", 45), ("Shift+Tab", 30)):
        for _ in range(times):
            press(page, key)
            assert page.evaluate(
                """() => {
                  const focused = document.activeElement;
                  if (focused === document.body || focused.closest('.side')) return true;
                  const box = focused.getBoundingClientRect();
                  if (!box.width) return true;
                  const x = Math.min(box.left + 3, innerWidth - 1), y = box.top + box.height / 2;
                  const top = document.elementFromPoint(x, y);
                  return top && (focused.contains(top) || top.contains(focused)
                    || top.closest('tr') === focused.closest('tr'));
                }"""
            ), page.evaluate("document.activeElement.outerHTML")
