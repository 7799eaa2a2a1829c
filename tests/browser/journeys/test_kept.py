"""Forms typed in an open page whose session ends."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from dashboard.store.schema import sessions
from dashboard.wiring import now
from tests.browser.conftest import AddPerson, NewContext, Server, enter


def end_by_idleness(server: Server) -> None:
    """Let every session have been idle for two hours."""
    with server.database.write() as connection:
        connection.execute(sessions.update().values(seen_at=now() - timedelta(hours=2)))


def test_a_page_that_is_left_open_brings_what_was_typed_before_it_goes_to_the_log_in(
    new_context: NewContext, add_person: AddPerson, server: Server
) -> None:
    person = add_person(Role.ONBOARDING)
    page: Page = new_context().new_page()
    page.goto("/login?next=/users/new")
    enter(page, *person)
    page.locator("#email").fill("typed@example.com")
    page.get_by_label("Country").select_option("CO")
    end_by_idleness(server)
    page.evaluate("void watchSession()")  # it leaves the page
    page.wait_for_url(re.compile("/login"))
    expect(page.get_by_text("Log in to get back to what you typed.")).to_be_visible()
    enter(page, *person)
    expect(page.get_by_text("Not sent yet.")).to_be_visible()
    expect(page.locator("#email")).to_have_value("typed@example.com")
    expect(page.get_by_label("Country")).to_have_value("CO")


def test_a_form_that_was_sent_under_htmx_too_late_comes_back(
    new_context: NewContext, add_person: AddPerson, server: Server
) -> None:
    person = add_person(Role.ONBOARDING)
    page: Page = new_context().new_page()
    page.goto("/login?next=/users/new")
    enter(page, *person)
    page.locator("#email").fill("typed@example.com")
    end_by_idleness(server)
    page.get_by_role("button", name="Register user").click()
    page.wait_for_url(re.compile("/login"))
    enter(page, *person)
    expect(page.locator("#email")).to_have_value("typed@example.com")
    expect(page.get_by_text("Not sent yet.")).to_be_visible()
