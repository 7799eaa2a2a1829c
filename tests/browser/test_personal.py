"""Revealed personal data: hidden again after a minute, and when its page is hidden."""

import pytest
from playwright.sync_api import Error, Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, come_in
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def user(simulator: RunningSimulator) -> dict[str, str]:
    return next(user for user in simulator.users() if user["status"] == "active")


@pytest.fixture
def revealed(new_context: NewContext, add_person: AddPerson, user: dict[str, str]) -> Page:
    """A page on which a viewer has just revealed a user's data."""
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.clock.install()
    come_in(page, add_person(Role.VIEWER), f"/users/{user['id']}")
    page.goto(f"/users/{user['id']}")
    assert user["email"] not in page.content()
    page.get_by_role("button", name="Show email and phone").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(user["email"])
    assert user["email"] not in page.title()
    return page


def is_masked(page: Page, user: dict[str, str]) -> None:
    page.wait_for_url(f"**/users/{user['id']}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("…")
    assert user["email"] not in page.content()


def test_it_is_masked_again_after_a_minute(revealed: Page, user: dict[str, str]) -> None:
    revealed.clock.run_for(40_000)
    expect(revealed.get_by_role("heading", level=1)).to_have_text(user["email"])
    revealed.clock.run_for(21_000)
    is_masked(revealed, user)


def test_it_is_masked_soon_after_the_computer_slept_for_a_minute(
    revealed: Page, user: dict[str, str]
) -> None:
    revealed.clock.run_for(5_000)
    awake = revealed.evaluate("Date.now()") + 61_000
    revealed.clock.set_system_time(awake)  # no timer counts what was slept through
    revealed.clock.run_for(1_100)
    is_masked(revealed, user)


def test_it_stays_beside_another_window_and_is_masked_once_the_page_is_hidden(
    revealed: Page, user: dict[str, str]
) -> None:
    revealed.evaluate("window.dispatchEvent(new Event('blur'))")
    revealed.clock.run_for(5_000)
    expect(revealed.get_by_role("heading", level=1)).to_have_text(user["email"])
    revealed.evaluate("""() => {
      Object.defineProperty(document, "hidden", { value: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    is_masked(revealed, user)


def test_going_back_to_it_shows_nothing(revealed: Page, user: dict[str, str]) -> None:
    revealed.get_by_role("link", name="Users", exact=True).first.click()
    revealed.wait_for_url("**/users")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser would have to ask again
        revealed.go_back()
    revealed.wait_for_timeout(500)
    assert user["email"] not in revealed.content()


def test_it_is_masked_on_request_and_by_checking_again(
    revealed: Page, user: dict[str, str]
) -> None:
    revealed.get_by_role("link", name="Refresh").first.click()
    expect(revealed.get_by_role("heading", level=1)).to_contain_text("…")
    assert user["email"] not in revealed.content()
