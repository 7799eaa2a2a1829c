"""A Privy token is pasted, used, and gone with its page."""

from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, enter
from tests.browser.support.history import step


def test_what_was_pasted_is_gone_with_its_page(page: Page, add_person: AddPerson) -> None:
    page.get_by_role("button", name="Log out").click()
    enter(page, *add_person(Role.ISSUER))
    page.goto("/tokens/privy")
    page.get_by_label("Reason").fill("Reproduce a failed withdrawal")
    pasted = page.get_by_role("textbox", name="Privy token")
    pasted.fill("a-token-of-somebody")
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url("**/tokens")
    step(page, "back")
    # Chromium brings the page back as it was left: what else was typed is there.
    expect(page.get_by_label("Reason")).to_have_value("Reproduce a failed withdrawal")
    expect(pasted).to_have_value("")
