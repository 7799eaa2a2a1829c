"""The lists of tokens and of staff on a phone: the first row is near the top, all else in reach."""

import pytest
from playwright.sync_api import expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, come_in
from tests.browser.tokens.test_receipts_journey import PHONE, issue
from tests.support.servers.simulator_process import RunningSimulator


@pytest.mark.parametrize("locale", ["en", "es"])
def test_the_first_row_begins_within_200_px_and_the_filters_open(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator, locale: str
) -> None:
    person = add_person(Role.ADMIN, Role.ISSUER)
    page = new_context(viewport=PHONE, is_mobile=True, has_touch=True).new_page()
    issue(page, person, simulator)
    page.context.set_extra_http_headers({"Accept-Language": locale})
    for path in ("/tokens", "/staff"):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("lang", locale)
        row = page.locator("tbody tr").first.bounding_box()
        assert row
        assert row["y"] <= 200, path
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    page.goto("/tokens")
    expect(page.locator("#ledger-kind")).to_be_hidden()
    page.locator("#ledger-filters summary").click()
    page.locator("#ledger-kind").focus()
    page.locator("#ledger-kind").select_option("privy")
    page.wait_for_url("**/tokens?*kind=privy*")
    expect(page.locator("#ledger-kind")).to_be_visible()
    expect(page.locator("#ledger-kind")).to_be_focused()


def test_without_javascript_the_filters_open_and_send(
    new_context: NewContext, add_person: AddPerson
) -> None:
    page = new_context(java_script_enabled=False, viewport=PHONE).new_page()
    come_in(page, add_person(Role.ISSUER), "/tokens")
    page.locator("#ledger-filters summary").click()
    page.locator("#ledger-kind").select_option("privy")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.wait_for_url("**/tokens?*kind=privy*")
