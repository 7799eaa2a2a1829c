"""A look at what a user has, with and without JavaScript; Back doesn't show it again."""

import pytest
from playwright.sync_api import Error, Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, come_in
from tests.support.pages.looks import REASON, money
from tests.support.servers.simulator_process import RunningSimulator

SHOWN = "1,500.00 MXN"


@pytest.fixture
def user_id(simulator: RunningSimulator) -> str:
    found = next(str(user["id"]) for user in simulator.users() if user["status"] == "active")
    money(simulator, found, "MXN", "QPT")
    return found


def look(page: Page, person: tuple[str, str], user_id: str) -> None:
    come_in(page, person, f"/users/{user_id}")
    page.get_by_role("link", name="View accounts").click()
    page.get_by_role("button", name="View accounts").click()
    expect(page.locator("#reason-error")).to_be_visible()
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="View accounts").click()
    expect(page.get_by_role("heading", name="Accounts of")).to_be_visible()


@pytest.mark.parametrize("with_javascript", [True, False])
def test_accounts_are_viewed_and_a_part_that_fails_says_so(
    new_context: NewContext,
    add_person: AddPerson,
    simulator: RunningSimulator,
    user_id: str,
    *,
    with_javascript: bool,
) -> None:
    simulator.set_faults([{"path": "/api/v1/user/balance", "status": 502}])
    page = new_context(java_script_enabled=with_javascript).new_page()
    look(page, add_person(Role.ISSUER), user_id)
    accounts = page.get_by_role("region", name="Table of accounts")
    expect(accounts).to_contain_text(SHOWN)
    expect(accounts).to_contain_text("Unknown currency: shown in its smallest unit")
    expect(page.get_by_role("heading", name="Balances aren’t available")).to_be_visible()
    expect(page.locator("#looked").get_by_role("button")).to_have_count(0)
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("You viewed the accounts")).to_be_visible()


def test_back_does_not_show_the_money_again(
    new_context: NewContext, add_person: AddPerson, user_id: str
) -> None:
    page = new_context().new_page()
    look(page, add_person(Role.ISSUER), user_id)
    expect(page.get_by_text(SHOWN).first).to_be_visible()
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("You viewed the accounts")).to_be_visible()
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser would have to ask again
        page.go_back()
    expect(page.get_by_text(SHOWN)).to_have_count(0)
