"""A Privy token is pasted, used, and gone with its page."""

from playwright.sync_api import Page, expect

from dashboard.services.roles import Role
from tests.browser.conftest import AddPerson, enter
from tests.simulator_process import RunningSimulator


def test_back_finds_neither_what_was_pasted_nor_what_was_issued(
    page: Page, add_person: AddPerson, simulator: RunningSimulator
) -> None:
    user = next(user for user in simulator.users() if user["status"] == "active")
    page.get_by_role("button", name="Log out").click()
    enter(page, *add_person(Role.ISSUER))
    page.goto("/tokens/privy")
    page.get_by_label("Reason").fill("Reproduce a failed withdrawal")
    pasted = page.get_by_role("textbox", name="Privy token")
    pasted.fill(f"privy-{user['id']}")
    page.get_by_role("button", name="Exchange in local").click()
    token = page.locator("#token").text_content() or ""
    assert token.count(".") == 2
    page.get_by_role("link", name="Done").click()
    page.wait_for_url("**/users/*")
    page.evaluate("history.go(-2)")
    expect(page.get_by_role("heading", name="Exchange a Privy token")).to_be_visible()
    expect(pasted).to_have_value("")
    expect(page.get_by_label("Reason")).to_have_value("Reproduce a failed withdrawal")
    assert token not in page.content()
