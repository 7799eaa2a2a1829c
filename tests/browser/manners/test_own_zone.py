"""The time zone is asked for once, and the browser's own is offered."""

import re

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, enter

BOGOTA = "America/Bogota"


def logged_in(page: Page, person: tuple[str, str]) -> Page:
    page.goto("/")
    enter(page, *person)
    return page


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN])
def test_the_browser_s_zone_is_used_with_one_click_and_never_asked_for_again(
    new_context: NewContext, add_person: AddPerson, role: Role
) -> None:
    person = add_person(role)
    page = logged_in(new_context(timezone_id=BOGOTA).new_page(), person)
    expect(page.get_by_text(f"Your time zone seems to be {BOGOTA}. Use it?")).to_be_visible()
    page.get_by_role("button", name="Use", exact=True).click()
    expect(page.locator("#ask-zone")).to_have_count(0)
    assert page.url.endswith("/")
    assert page.evaluate("document.body.dataset.zone") == BOGOTA
    page.goto("/account")
    expect(page.get_by_label("Time zone")).to_have_value(BOGOTA)
    expect(page.get_by_text("Preferences saved")).to_have_count(0)
    elsewhere = logged_in(new_context(timezone_id="Asia/Tokyo").new_page(), person)
    expect(elsewhere.locator("#ask-zone")).to_have_count(0)


def test_not_now_is_an_answer_too(new_context: NewContext, add_person: AddPerson) -> None:
    page = logged_in(new_context(timezone_id=BOGOTA).new_page(), add_person(Role.VIEWER))
    page.get_by_role("button", name="Not now").click()
    expect(page.locator("#ask-zone")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    expect(page.locator("#ask-zone")).to_have_count(0)


def test_a_browser_already_in_the_zone_of_times_is_not_asked(
    new_context: NewContext, add_person: AddPerson
) -> None:
    page = logged_in(new_context(timezone_id="UTC").new_page(), add_person(Role.VIEWER))
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    assert page.evaluate("document.body.dataset.zone") == "UTC"
    expect(page.locator("#ask-zone")).to_have_count(0)


def test_another_zone_is_chosen_in_the_account(
    new_context: NewContext, add_person: AddPerson
) -> None:
    page = logged_in(new_context(timezone_id=BOGOTA).new_page(), add_person(Role.VIEWER))
    page.get_by_role("link", name="Choose another").click()
    expect(page).to_have_url(re.compile("/account#time_zone$"))
    page.get_by_label("Time zone").fill("Europe/Madrid")
    page.get_by_role("button", name="Save preferences").click()
    expect(page.get_by_text("Preferences saved")).to_be_visible()
    page.goto("/")
    expect(page.locator("#ask-zone")).to_have_count(0)


def test_a_zone_that_is_no_place_is_not_offered(
    new_context: NewContext, add_person: AddPerson
) -> None:
    page = logged_in(new_context(timezone_id="Etc/GMT+5").new_page(), add_person(Role.VIEWER))
    expect(page.get_by_text("Times are shown in UTC.")).to_be_visible()
    expect(page.get_by_role("link", name="Choose a time zone")).to_be_visible()
    expect(page.get_by_role("button", name="Use", exact=True)).to_be_hidden()


def test_without_javascript_a_link_leads_to_the_account(
    new_context: NewContext, add_person: AddPerson
) -> None:
    context = new_context(java_script_enabled=False)
    page = logged_in(context.new_page(), add_person(Role.VIEWER))
    expect(page.get_by_text("Times are shown in UTC.")).to_be_visible()
    expect(page.get_by_role("button", name="Not now")).to_be_hidden()
    page.get_by_role("link", name="Choose a time zone").click()
    expect(page).to_have_url(re.compile("/account#time_zone$"))
