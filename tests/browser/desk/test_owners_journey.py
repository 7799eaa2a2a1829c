"""Owners in a browser: by keyboard on the desk and on the user, and without JavaScript."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, come_in


def test_a_assigns_the_row_that_has_the_focus_and_then_the_open_user(
    page: Page, started: list[dict[str, Any]]
) -> None:
    page.goto("/kyc")
    page.keyboard.press("j")
    page.keyboard.press("j")
    row = page.locator("tr.go").nth(1)
    page.keyboard.press("a")
    expect(row.locator(".avatar")).to_have_text("AM")
    expect(page.locator("tr.go .avatar")).to_have_count(1)
    next_row = page.locator("tr.go").nth(2)
    next_row.locator("[data-key=a]").press("Enter")
    expect(next_row.locator(".avatar")).to_have_text("AM")
    expect(next_row.locator("th a")).to_be_focused()  # the button is gone
    page.goto("/kyc?owner=me")
    rows = page.locator("tr.go")
    expect(rows).to_have_count(2)
    taken = {(each.get_attribute("id") or "").removeprefix("row-") for each in rows.all()}
    other = next(each["id"] for each in started if each["id"] not in taken)
    page.goto(f"/users/{other}")
    page.keyboard.press("a")
    expect(page.locator("#follow-up")).to_contain_text("You own this user now.")


def test_without_javascript_a_user_is_handed_over_snoozed_and_woken(
    new_context: NewContext, add_person: AddPerson, started: list[dict[str, Any]]
) -> None:
    colleague, _ = add_person(Role.SUPPORT)
    page = new_context(java_script_enabled=False).new_page()
    come_in(page, add_person(Role.KYC), f"/users/{started[0]['id']}")
    page.get_by_role("link", name="Hand over").click()
    page.locator("select[name=owner]").select_option(colleague)
    page.get_by_role("button", name="Save owner").click()
    expect(page.get_by_text("Write a note for the new owner.").first).to_be_visible()
    page.get_by_label("Note").fill("Prefers a call")
    page.get_by_role("button", name="Save owner").click()
    card = page.locator("#follow-up")
    expect(card).to_contain_text("User handed over.")
    expect(card).to_contain_text(colleague)
    page.get_by_role("link", name="Snooze", exact=True).click()
    page.get_by_label("Note").fill("Travels")
    page.get_by_role("button", name="Until tomorrow").click()
    expect(card).to_contain_text(re.compile(r"Snoozed until\s+.+ 00:00"))
    page.get_by_role("button", name="End snooze").click()
    expect(card).to_contain_text("This user is on the desk again.")
