"""Times in a browser: by the server's rule, and from the server's clock."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, come_in
from tests.browser.journeys.test_token_page import issue
from tests.support.sampling import one_in
from tests.support.servers.simulator_process import RunningSimulator
from tests.unit.relative_times import CASES

WRONG_CLOCK = """const right = Date.now.bind(Date);
  window.off = {hours} * 3600e3;
  Date.now = () => right() + window.off;"""
COUNTED = re.compile(r"^(now|\d+ seconds? ago)$")


@pytest.mark.parametrize("locale", ["en", "es"])
def test_a_relative_time_is_what_the_server_would_say(new_context: NewContext, locale: str) -> None:
    page = new_context(locale=locale, timezone_id="Pacific/Auckland").new_page()
    page.goto("/login")
    told = page.evaluate(
        "cases => cases.map(([then, now, zone]) => relativeTime(then, now, zone, root.lang))",
        [[milliseconds(case.then), milliseconds(case.now), case.zone] for case in CASES],
    )
    assert told == [case.en if locale == "en" else case.es for case in CASES]


def test_a_zone_that_the_browser_does_not_know_is_as_utc(page: Page) -> None:
    then, now = milliseconds("2026-06-10T23:00:00+00:00"), milliseconds("2026-06-12T12:00:00+00:00")
    assert page.evaluate(f"relativeTime({then}, {now}, 'Mars/Olympus', 'en')") == "2 days ago"


def milliseconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp() * 1000


@pytest.mark.parametrize("hours", one_in(2, [-30, -2, 30, 2]))
def test_a_wrong_clock_changes_no_relative_time(
    new_context: NewContext, person: tuple[str, str], simulator: RunningSimulator, hours: int
) -> None:
    page = new_context().new_page()
    page.add_init_script(WRONG_CLOCK.replace("{hours}", str(hours)))
    come_in(page, person, f"/users/{simulator.users()[0]['id']}")
    checked = page.locator(".fresh time")
    expect(checked).to_have_text(COUNTED)
    page.evaluate("refreshTimes()")
    expect(checked).to_have_text(COUNTED)
    with page.expect_response("**/users/*"):
        page.get_by_role("link", name="Refresh").click()
    expect(checked).to_have_text(COUNTED)
    page.evaluate("refreshTimes()")
    expect(checked).to_have_text(COUNTED)


def test_every_answer_sets_the_clock_right_again(page: Page) -> None:
    page.evaluate("keepTime(0)")
    page.get_by_role("link", name="Banned", exact=True).click()
    page.wait_for_url("**/users?status=banned")
    now = datetime.now().astimezone().timestamp() * 1000
    assert abs(page.evaluate("serverNow()") - now) < 60_000


def test_a_proxy_that_repeats_our_header_changes_no_time(page: Page) -> None:
    now = milliseconds("2026-06-12T12:00:00+00:00")
    told = page.evaluate(f"isOurs('{now:.0f}, {now:.0f}') && serverNow()")
    assert abs(told - now) < 60_000
    assert [page.evaluate(f"isOurs({none})") for none in ("null", "''", "'panel'")] == [False] * 3


def test_a_computer_that_slept_asks_the_server_how_late_it_is(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator
) -> None:
    page = new_context().new_page()
    page.add_init_script(WRONG_CLOCK.replace("{hours}", "0"))
    issue(page, add_person(Role.ISSUER), simulator)
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(59|60):\d\d$"))
    page.evaluate("server.at -= 3000e3")  # as where no time went by for the page
    with page.expect_response("**/session"):
        page.evaluate("window.off = 3000e3")
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(59|60):\d\d$"))
