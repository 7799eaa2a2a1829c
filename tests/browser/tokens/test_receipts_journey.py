"""From a token, or a found one, to its receipt, and through the ledger's filters."""

import re

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, come_in
from tests.support.servers.simulator_process import RunningSimulator

PHONE = {"width": 390, "height": 844}


def issue(page: Page, person: tuple[str, str], simulator: RunningSimulator) -> tuple[str, str]:
    """Issue a token; return it, and the ID of its user."""
    active = next(user for user in simulator.users() if user["status"] == "active")
    come_in(page, person, f"/users/{active['id']}/tokens")
    page.get_by_label("Reason").fill("Look at the receipt")
    page.get_by_role("button", name="Issue token").click()
    expect(page.get_by_role("heading", name="Token issued for")).to_be_visible()
    return page.locator("#token").text_content() or "", active["id"]


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without"])
def test_a_found_token_leads_to_the_receipt_that_its_issue_led_to(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator, *, has_script: bool
) -> None:
    page = new_context(java_script_enabled=has_script, viewport=PHONE).new_page()
    token, user_id = issue(page, add_person(Role.ISSUER), simulator)
    page.get_by_role("link", name=re.compile("^Receipt ")).click()
    receipt = page.url
    assert re.search(r"/tokens/\d+$", receipt)
    expect(page.locator("main")).to_contain_text("Look at the receipt")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("link", name="Tokens").last.click()
    page.get_by_role("link", name="Found a token?").click()
    page.get_by_label("Paste the token").fill(f"Authorization: Bearer {token[:-9]}AAAAAAAAA")
    page.get_by_role("button", name="Find receipt").click()
    expect(page.get_by_role("alert")).to_contain_text("This token wasn’t issued here.")
    expect(page.get_by_label("Paste the token")).to_have_value("")
    page.get_by_label("Paste the token").fill(f"Authorization: Bearer {token}")
    page.get_by_role("button", name="Find receipt").click()
    page.wait_for_url(receipt)
    page.goto("/users")
    expect(page.locator("tr", has_text="Token until")).to_have_count(1)
    page.goto(f"/users/{user_id}")
    expect(page.locator("#user")).to_contain_text("Token until")
    page.locator("#find").fill(token)
    page.locator("#find").press("Enter")
    page.wait_for_url(receipt)


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without"])
def test_the_ledger_is_filtered_in_place_and_its_address_keeps_the_filters(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator, *, has_script: bool
) -> None:
    page = new_context(java_script_enabled=has_script).new_page()
    _, user_id = issue(page, add_person(Role.ISSUER), simulator)
    page.goto("/tokens")
    ledger = page.locator("#ledger")
    rows = ledger.locator("tbody tr", has_text="Look at the receipt")
    total = ledger.locator("tbody tr").count()
    ledger.get_by_label("User: ID or full email").fill(user_id)
    ledger.get_by_role("button", name="Filter").click()
    page.wait_for_url(f"**/tokens?*user={user_id}*")
    expect(rows.first).to_be_visible()
    ledger.get_by_role("link", name="Expired", exact=True).click()
    page.wait_for_url("**/tokens?*view=expired*")
    assert f"user={user_id}" in page.url
    expect(rows).to_have_count(0)
    ledger.get_by_label("Kind").select_option("look")
    if not has_script:
        ledger.get_by_role("button", name="Filter").click()
    page.wait_for_url("**/tokens?*kind=look*")
    expect(ledger).to_contain_text("No tokens match")
    ledger.get_by_role("link", name="Clear filters").click()
    expect(ledger.locator("tbody tr")).to_have_count(total)
    ledger.get_by_role("link", name=re.compile("^Receipt ")).and_(
        page.locator(":visible")
    ).first.click()
    page.wait_for_url(re.compile(r"/tokens/\d+$"))
