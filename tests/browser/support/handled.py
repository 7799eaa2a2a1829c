"""A user that staff have worked on, with every page there is about them."""

import re

from playwright.sync_api import Page

from tests.browser.support.waiting import start_kyc
from tests.support.servers.simulator_process import RunningSimulator

MAIL = {
    "MAIL_URL": "smtp://127.0.0.1:1",
    "MAIL_FROM": "dashboard@example.com",
    "USER_MAIL_FROM": "help@example.com",
}
PAGES = (
    "",
    "/kyc",
    "/kyc/open",
    "/card",
    "/mail",
    "/notes",
    "/owner",
    "/snooze",
    "/requests",
    "/proof",
    "/notes/{note}",
    "/notes/{note}/older",
)
"""The pages about a user, below theirs."""


def handle(page: Page, simulator: RunningSimulator) -> list[str]:
    """Start a user's KYC, note, tag, own and call them; return the addresses of the pages."""
    user = f"/users/{start_kyc(page, '', simulator)}"
    page.goto(user)
    page.get_by_role("textbox", name="New note").fill("Called at 14:20: no answer\n\nAsks again")
    page.get_by_role("button", name="Save note").click()
    note = (
        page.locator("#notes li").get_by_role("link", name="Edit note").first.get_attribute("href")
        or ""
    )
    number = re.fullmatch(rf"{user}/notes/(\d+)", note)
    assert number
    page.get_by_role("button", name="Assign to me").click()
    page.get_by_role("button", name="Release").wait_for()
    page.get_by_role("button", name="Change tags").click()
    page.locator("#tags").get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Save tags").click()
    page.locator("#user .tag").first.wait_for()
    page.get_by_role("button", name="Add contact").click()
    page.get_by_text("Contact added.").wait_for()
    return [user + path.format(note=number[1]) for path in PAGES]
