"""The page of a token: a computer's wrong clock, and a browser without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, enter
from tests.support.servers.simulator_process import RunningSimulator

WRONG_CLOCK = "const right = Date.now; Date.now = () => right() + {hours} * 3600e3;"


def issue(page: Page, person: tuple[str, str], simulator: RunningSimulator) -> None:
    active = next(user for user in simulator.users() if user["status"] == "active")
    page.goto(f"/users/{active['id']}/tokens")
    enter(page, *person)
    page.get_by_label("Reason").fill("Look at the page")
    page.get_by_role("button", name="Issue token").click()
    expect(page.get_by_role("heading", name="Token issued for")).to_be_visible()


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_wrong_clock_neither_hides_the_token_nor_stretches_its_time(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator, hours: int
) -> None:
    page = new_context().new_page()
    page.add_init_script(WRONG_CLOCK.format(hours=hours))
    issue(page, add_person(Role.ISSUER), simulator)
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(59|60):\d\d$"))
    expect(page.locator("#token")).to_have_count(1)
    bar = page.get_by_role("progressbar", name="Time left")
    assert bar.evaluate("bar => bar.position") > 0.9


def test_the_bar_shrinks_and_the_token_is_shown_and_hidden(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator
) -> None:
    page = new_context().new_page()
    page.clock.install()
    issue(page, add_person(Role.ISSUER), simulator)
    expect(page.locator("#token")).to_be_hidden()
    page.get_by_text("Show token").click()
    expect(page.locator("#token")).to_be_visible()
    page.get_by_text("Hide token").click()
    expect(page.locator("#token")).to_be_hidden()
    # Only the page's clock moves: an answer of the server would set the page's time back.
    page.route("**/*", lambda route: route.fulfill(body="not an answer of this application"))
    page.clock.fast_forward("30:00")
    bar = page.get_by_role("progressbar", name="Time left")
    assert 0.4 < float(bar.evaluate("bar => bar.position")) < 0.6


def test_without_javascript_no_button_is_dead(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    issue(page, add_person(Role.ISSUER), simulator)
    page.get_by_text("Show token").click()
    expect(page.locator("#token")).to_be_visible()
    for name in ("Copy token", "Remove from this page", "Copy"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
