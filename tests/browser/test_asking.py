"""Requests of a list: once each, the latest wins; a click with a key is the browser's."""

import re
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.support.clock import wait_until
from tests.support.servers.simulator_process import RunningSimulator


def test_enter_right_after_typing_asks_once(page: Page, simulator: RunningSimulator) -> None:
    box = page.get_by_role("searchbox", name="Find users")
    simulator.clear_requests()
    simulator.set_faults([{"latency_ms": 800}])
    box.focus()
    page.keyboard.insert_text("a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/users?q=a")
    page.wait_for_timeout(1000)
    assert len(simulator.requests()) == 1
    box.fill("b")
    page.wait_for_url("**/users?q=b")


def test_an_older_answer_never_replaces_a_newer_one(
    page: Page, simulator: RunningSimulator
) -> None:
    first, second = simulator.users()[3]["email"], simulator.users()[60]["email"]
    box = page.get_by_role("searchbox", name="Find users")
    simulator.clear_requests()
    simulator.set_faults([{"latency_ms": 1500, "times": 1}])
    box.fill(first)
    wait_until(simulator.requests)
    box.fill(second)
    expect(page.get_by_role("link", name=second)).to_be_visible()
    page.wait_for_timeout(1600)
    expect(page.get_by_role("link", name=first)).to_have_count(0)
    expect(box).to_have_value(second)


def test_of_two_filters_at_once_the_later_one_has_the_rows_and_the_address(
    page: Page, simulator: RunningSimulator
) -> None:
    simulator.set_faults([{"latency_ms": 2000, "times": 1}])
    for name in ("Banned", "Active"):
        page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_url("**/users?status=active")
    page.wait_for_timeout(2500)  # in which the other one's answer comes
    expect(page).to_have_url(re.compile(r"/users\?status=active$"))
    expect(page.get_by_role("link", name="Active")).to_have_attribute("aria-current", "true")
    row = page.locator("tbody tr").first
    expect(row.locator(".badge").get_by_text("Active", exact=True)).to_be_visible()


@pytest.mark.parametrize(("name", "key"), [("Banned", "Control"), ("Page 2", "Shift")])
def test_a_click_with_a_key_opens_another_tab_and_leaves_this_one(
    page: Page, name: str, key: Literal["Control", "Shift"]
) -> None:
    before = page.url
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=name, exact=True).click(modifiers=[key])
    expect(opened.value.locator("#results")).to_be_visible()
    assert opened.value.url != before
    assert page.url == before


def test_whatever_is_typed_is_an_answer_to_what_was_asked(page: Page) -> None:
    box = page.get_by_role("searchbox", name="Find users")
    for text in ("a'b\"c", "ñandú|^`{}", "a&b=c#d?e/f%20+g", "\\\\<b>"):
        box.fill(text)
        page.wait_for_url(lambda url, text=text: parse_qs(urlsplit(url).query).get("q") == [text])  # type: ignore[misc]  # its default
        expect(page.locator("#toasts > *")).to_have_count(0)
