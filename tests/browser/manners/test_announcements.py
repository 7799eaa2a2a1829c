"""Announcements to screen readers: once for each change, with what is shown now."""

import re
from typing import cast

import pytest
from playwright.sync_api import Page, expect

from tests.support.servers.simulator_process import RunningSimulator

# All that a live region comes to say: the page's own, and what a swap brings with it.
LISTEN = r"""() => {
  window.spoken = [];
  const say = (text) => text.trim() && spoken.push(text.replace(/\s+/g, ' ').trim());
  new MutationObserver(() => say(document.getElementById('announce').textContent))
    .observe(document.getElementById('announce'), { childList: true, characterData: true });
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) {
      if (node.id === 'announce' || !node.querySelectorAll) continue;
      for (const live of [node, ...node.querySelectorAll('*')])
        if (live.matches('[role=status], [role=alert], [aria-live]')) say(live.textContent);
    }
  }).observe(document.getElementById('main'), { childList: true, subtree: true });
}"""


QUIET_MS = 400


def spoken(page: Page) -> list[str]:
    """Return what was said by the time that nothing more is."""
    page.wait_for_timeout(QUIET_MS)
    return cast("list[str]", page.evaluate("() => spoken.splice(0)"))


def click(page: Page, selector: str) -> list[str]:
    """Click, wait until something is said, and return all that is."""
    page.locator(selector).first.click()
    page.wait_for_function("() => spoken.length")
    return spoken(page)


def test_every_filter_of_users_is_told_once(page: Page) -> None:
    page.evaluate(LISTEN)
    for name in ("active", "pending", "banned"):
        (text,) = click(page, f"#results .chips a[href*='status={name}']")
        assert re.match(rf"Users · {name}\. (1–\d+ of \d+|No users)", text)
    (again,) = click(page, ".fresh a")
    assert again == text


def test_every_lane_of_the_desk_and_what_is_due_is_told_once(page: Page) -> None:
    page.goto("/kyc")
    page.evaluate(LISTEN)
    chips = page.locator("#list .chips a")
    told = [click(page, f"#list .chips a >> nth={number}") for number in range(1, chips.count())]
    assert {len(texts) for texts in told} == {1}
    assert len({text for (text,) in told}) == len(told)
    assert all(text.startswith("KYC desk · ") for (text,) in told)


def test_a_list_that_changed_is_told_once_with_what_is_shown(
    page: Page, simulator: RunningSimulator
) -> None:
    page.evaluate(LISTEN)
    click(page, "#results .chips a[href*='status=pending']")
    pending = next(each for each in simulator.users() if each["status"] == "pending")
    simulator.set_status(pending["id"], "active")
    (text,) = click(page, "#results [rel=next]")
    assert text.startswith("Users · pending · Page 2. 21–")
    assert text.count("The list changed while you were paging") == 1
    expect(page.locator("#results .banner")).to_contain_text("The list changed")


def test_an_outage_is_told_once(page: Page, simulator: RunningSimulator) -> None:
    page.evaluate(LISTEN)
    simulator.set_faults([{"status": 503}])
    told = click(page, "#results .chips a[href*='status=pending']")
    assert [text.startswith("The Partner API is unavailable") for text in told] == [True]


@pytest.mark.parametrize("path", ["/kyc?lane=link_expired", "/users?status=active"])
def test_a_page_that_was_opened_says_nothing_by_itself(page: Page, path: str) -> None:
    page.goto(path)
    page.evaluate(LISTEN)
    assert spoken(page) == []
    expect(page.locator("#announce")).to_have_text("")
