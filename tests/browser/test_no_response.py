"""A request that gets no response ends, after a time that is longer than the server's own."""

import inspect
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard import gunicorn
from dashboard.partner.client import PartnerClient
from tests.browser.behind_a_proxy import Behind
from tests.browser.waiting import start_kyc
from tests.proxy import Reply
from tests.simulator_process import RunningSimulator

SCRIPT = Path(__file__).parents[2] / "static/app-net.js"
SHORT = "Object.assign(LIMIT_MS, { read: 600, write: 600 })"
READ = "so this page may be out of date. Try again."
WRITE = "so this may have happened. Check before you try again."


def test_the_limits_are_longer_than_the_server_s_own() -> None:
    limits = re.search(r"LIMIT_MS = \{ read: (\d+), write: (\d+) \}", SCRIPT.read_text())
    assert limits
    server = inspect.signature(PartnerClient).parameters
    assert int(limits[1]) > 2 * 1000 * server["read_deadline_s"].default
    assert int(limits[2]) > 1000 * max(
        server["write_deadline_s"].default, gunicorn.graceful_timeout
    )


def test_a_read_without_a_response_ends_and_can_be_tried_again(behind: Behind) -> None:
    behind.goto("/users")
    page = behind.page
    page.evaluate(SHORT)
    behind.proxy.stand_in("hang")
    page.get_by_role("link", name="Banned", exact=True).click()
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    behind.expect_alert(READ)
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")
    behind.proxy.pass_on()
    page.get_by_role("link", name="Banned", exact=True).click()
    page.wait_for_url("**/users?status=banned")


def test_a_form_without_a_response_says_that_it_may_have_happened(behind: Behind) -> None:
    behind.goto("/users/new")
    page = behind.page
    page.evaluate(SHORT)
    page.locator("#email").fill("nobody@example.com")
    page.get_by_label("Country").select_option("CO")
    before = behind.seen()
    behind.proxy.stand_in("hang")
    button = page.get_by_role("button", name="Register")
    button.click()
    behind.expect_alert(WRITE)
    assert {**before, "focused": ""} == {**behind.seen(), "focused": ""}
    expect(button).not_to_have_attribute("aria-disabled", "true")


@pytest.mark.parametrize("reply", ["hang", Reply(204)], ids=["hang", "204"])
def test_a_form_that_brings_a_page_ends_too(
    behind: Behind, simulator: RunningSimulator, reply: Reply | str
) -> None:
    active = next(user["id"] for user in simulator.users() if user["status"] == "active")
    behind.goto(f"/users/{active}/tokens")
    page = behind.page
    page.evaluate(SHORT)
    page.get_by_label("Reason").fill("Look at the page")
    before = behind.seen()
    behind.proxy.stand_in(reply, lambda method, _path: method == "POST")
    button = page.get_by_role("button", name="Issue in local")
    button.click()
    alert = page.locator("#toasts [role=alert]")
    expect(alert).to_contain_text(WRITE)
    expect(alert.get_by_role("link")).to_have_attribute("href", re.compile("/tokens$"))
    assert {**before, "focused": ""} == {**behind.seen(), "focused": ""}


def test_a_page_that_follows_tells_once_and_goes_on(
    behind: Behind, simulator: RunningSimulator
) -> None:
    page = behind.page
    user = start_kyc(page, behind.proxy.url, simulator)
    page.evaluate(SHORT)
    behind.proxy.stand_in("hang")
    follow = "htmx.trigger(document.getElementById('follow'), 'follow')"
    page.evaluate(follow)
    behind.expect_alert(READ)
    page.evaluate(follow)
    page.wait_for_timeout(1200)
    expect(page.locator("#toasts [role=alert]")).to_have_count(0)
    behind.proxy.pass_on()
    simulator.set_status(user, "active")
    page.evaluate(follow)
    expect(page.get_by_role("heading", name="Active: KYC is approved")).to_be_visible()


def test_to_stay_without_a_response_is_told_in_the_dialog(behind: Behind) -> None:
    behind.goto("/users")
    page = behind.page
    page.evaluate("ends.showModal()")
    behind.proxy.stand_in("reset")
    page.get_by_role("button", name="Stay").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("wasn’t extended")
    behind.proxy.pass_on()
    page.get_by_role("button", name="Stay").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
