"""T-A15: the Back button brings back neither a token nor a page after log-out."""

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from tests.browser.support.history import step
from tests.browser.support.stage import AddPerson, NewContext, enter
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = [pytest.mark.long, pytest.mark.browser]
NOTE = "addEventListener('pageshow', (event) => { window.restored = event.persisted; });"


@pytest.fixture
def issuer(new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator) -> Page:
    """An issuer at the page of an active user, whose browser records what it restores."""
    active = next(user for user in simulator.users() if user["status"] == "active")
    context = new_context()
    context.add_init_script(NOTE)
    page = context.new_page()
    page.goto(f"/users/{active['id']}")
    enter(page, *add_person(Role.ISSUER))
    return page


def test_back_shows_no_token_in_a_browser_that_does_restore_pages(issuer: Page) -> None:
    user = issuer.url
    issuer.goto("/tokens")
    step(issuer, "back")
    expect(issuer).to_have_url(user)
    issuer.wait_for_function("() => window.restored")  # else this test would prove nothing
    issuer.get_by_role("link", name="Issue token").click()
    issuer.get_by_label("Reason").fill("Look at the page")
    issuer.get_by_role("button", name="Issue token").click()
    expect(issuer.get_by_role("heading", name="Token issued for")).to_be_visible()
    token = issuer.locator("#token").text_content() or ""
    assert token.count(".") == 2
    issuer.goto("/tokens")
    for way in ("back", "forward", "back", "back", "forward"):
        step(issuer, way)
        assert token not in issuer.content()
        assert token.rsplit(".", 1)[1] not in issuer.content()


def test_after_the_log_out_back_shows_nothing_of_before(
    issuer: Page, simulator: RunningSimulator
) -> None:
    emails = [user["email"] for user in simulator.users()]
    issuer.goto("/users")
    issuer.goto("/tokens")
    issuer.get_by_role("button", name="Log out").click()
    issuer.wait_for_url("**/login")
    for _ in range(4):
        step(issuer, "back")
        expect(issuer.get_by_role("heading", name="Log in")).to_be_visible()
        assert not [email for email in emails if email in issuer.content()]
    kept = issuer.evaluate("caches.keys().then((names) => names.length)")
    assert kept == 0
