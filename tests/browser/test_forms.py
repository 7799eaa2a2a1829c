"""A field is checked when it is left, in the page's language; a fixed error disappears."""

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, come_in
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def form(new_context: NewContext, add_person: AddPerson) -> Page:
    """The form that registers a user."""
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    come_in(page, add_person(Role.ADMIN), "/users/new")
    return page


def error_of(field: Locator) -> Locator:
    return field.page.locator(f"#{field.get_attribute('id')}-error")


def test_a_wrong_email_is_told_on_leaving_it_and_no_longer_once_it_is_fixed(form: Page) -> None:
    email = form.get_by_label("Email", exact=True)
    email.press_sequentially("nobody")
    expect(error_of(email)).to_have_count(0)
    email.press("Tab")
    expect(error_of(email)).to_have_text("Enter an email address, such as name@example.com.")
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_have_attribute("aria-describedby", "email-hint email-error")
    expect(form.locator("#announce")).to_have_text(
        "Email: Enter an email address, such as name@example.com."
    )
    email.press_sequentially("@example.co")
    expect(error_of(email)).to_have_count(0)
    expect(email).not_to_have_attribute("aria-invalid", "true")
    expect(email).to_have_attribute("aria-describedby", "email-hint")


def test_what_must_be_filled_in_is_told_only_once_it_was_emptied(form: Page) -> None:
    email, country = form.get_by_label("Email", exact=True), form.get_by_label("Country")
    email.focus()
    email.press("Tab")
    expect(error_of(email)).to_have_count(0)
    email.fill("a")
    email.fill(" ")
    email.press("Tab")
    expect(error_of(email)).to_have_text("Enter an email address.")
    country.select_option("CO")
    country.select_option("")
    country.press("Tab")
    expect(error_of(country)).to_have_text("Choose a country.")
    country.select_option("CO")
    expect(error_of(country)).to_have_count(0)


def test_a_click_on_the_button_is_not_lost_to_an_error_that_comes(
    form: Page, simulator: RunningSimulator
) -> None:
    form.get_by_label("Phone").fill("300")
    form.get_by_role("button", name="Register user").click()
    expect(form.locator("#errors")).to_be_focused()
    expect(form.locator("#errors")).to_contain_text("Fix 3 fields")
    assert not [call for call in simulator.requests() if call.method == "POST"]


def test_what_the_server_told_goes_too_and_the_summary_with_the_last_of_it(form: Page) -> None:
    phone, email = form.get_by_label("Phone"), form.get_by_label("Email", exact=True)
    email.fill("ana@-.-")
    phone.fill("+5730")
    form.get_by_label("Country").select_option("CO")
    form.get_by_role("button", name="Register user").click()
    expect(error_of(phone)).to_contain_text(
        "Check the number: no phone number in that country has this many digits."
    )
    expect(error_of(email)).to_have_text("Enter an email address, such as name@example.com.")
    phone.fill("+57300")
    expect(error_of(phone)).to_have_count(0)
    expect(form.locator("#errors")).to_have_count(1)
    email.fill("ana@example.com")
    expect(error_of(email)).to_have_count(0)
    expect(form.locator("#errors")).to_have_count(0)


def test_the_words_are_those_of_the_page(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator
) -> None:
    page = new_context(locale="es-CO").new_page()
    active = next(user for user in simulator.users() if user["status"] == "active")
    page.goto(f"/users/{active['id']}/tokens")
    email, password = add_person(Role.ADMIN)
    page.locator("#email").fill(email)
    page.locator("#password").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    reason = page.locator("#reason")
    reason.fill("why")
    reason.press("Tab")
    expect(error_of(reason)).to_contain_text("5")
    expect(error_of(reason)).not_to_contain_text("Say it in")
    reason.fill("why not")
    expect(error_of(reason)).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_tick_that_is_missing_has_the_focus(
    new_context: NewContext, add_person: AddPerson, *, scripts: bool
) -> None:
    page = new_context(
        viewport={"width": 390, "height": 600}, java_script_enabled=scripts
    ).new_page()
    come_in(page, add_person(Role.ADMIN), "/settings/credentials")
    page.get_by_label("API key").fill("qash_key_test_" + "a" * 32)
    page.get_by_label("API secret").fill("qash_secret_test_" + "b" * 64)
    page.get_by_role("button", name="Add key pair").click()
    page.get_by_role("button", name="Delete").click()
    tick = page.get_by_label("I understand this can’t be undone")
    expect(tick).to_be_focused()
    expect(tick).to_be_in_viewport()
    tick.press("Space")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Key pair deleted.")).to_be_visible()
