"""Where the focus is after a swap: where it was, and no page takes it automatically."""

import re

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, come_in
from tests.browser.support.waiting import start_kyc
from tests.support.sampling import pairs
from tests.support.servers.simulator_process import RunningSimulator

FOLLOW = "htmx.trigger(document.getElementById('follow'), 'follow')"
RING = "getComputedStyle(document.activeElement).outlineStyle"
FOCUSED = "document.activeElement.localName"


@pytest.fixture
def followed(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator
) -> tuple[Page, str]:
    """A user's page that follows them, and their id."""
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    come_in(page, add_person(Role.KYC), "/users")
    return page, start_kyc(page, "", simulator)


@pytest.mark.parametrize("place", ["", "/kyc"])
def test_a_followed_user_s_page_announces_what_changed_and_leaves_the_focus(
    followed: tuple[Page, str], simulator: RunningSimulator, place: str
) -> None:
    page, user = followed
    page.goto(f"/users/{user}{place}")
    simulator.set_status(user, "active")
    page.evaluate(FOLLOW)
    heading = "KYC approved" if place else "Can operate"
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.locator("#announce")).to_have_text(heading)
    assert page.evaluate(FOCUSED) == "body"


def test_the_focused_control_keeps_the_focus_when_its_page_is_swapped(
    followed: tuple[Page, str], simulator: RunningSimulator
) -> None:
    page, user = followed
    page.goto(f"/users/{user}")
    simulator.set_status(user, "active")
    page.get_by_role("button", name="Copy user ID").focus()
    page.evaluate(FOLLOW)
    expect(page.get_by_role("heading", name="Can operate")).to_be_visible()
    expect(page.get_by_role("button", name="Copy user ID")).to_be_focused()


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_focus_that_has_to_move_goes_to_the_heading_without_a_ring(
    followed: tuple[Page, str], simulator: RunningSimulator, by: str
) -> None:
    page, user = followed
    page.goto(f"/users/{user}")
    simulator.set_status(user, "active")
    gone = page.get_by_role("button", name="Copy link")
    if by == "mouse":
        gone.click()
    else:
        gone.focus()
        page.keyboard.press("Shift")
    page.evaluate(FOLLOW)
    expect(page.get_by_role("heading", name="Can operate")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Shift")
    assert page.evaluate(RING) == "none"
    page.keyboard.press("Tab")
    assert page.evaluate(RING) == "solid"


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_chip_that_was_chosen_keeps_the_focus(page: Page, by: str) -> None:
    chip = page.get_by_role("link", name="Active", exact=True)
    if by == "mouse":
        chip.click()
    else:
        chip.press("Enter")
    page.wait_for_url("**/users?status=active")
    expect(chip).to_be_focused()
    assert page.evaluate(RING) == ("none" if by == "mouse" else "solid")
    expect(page.locator("#announce")).to_have_text(re.compile(" of "))


@pytest.mark.parametrize(("link", "by"), pairs(["Active", "Refresh"], ["mouse", "keyboard"]))
def test_an_error_that_a_person_s_own_action_brought_takes_the_focus(
    page: Page, simulator: RunningSimulator, link: str, by: str
) -> None:
    simulator.set_faults([{"status": 503}])
    chosen = page.locator("#main").get_by_role("link", name=link, exact=True)
    if by == "mouse":
        chosen.click()
    else:
        chosen.press("Enter")
    expect(page.get_by_role("heading", name="The Partner API is unavailable")).to_be_focused()


def test_errors_of_a_form_take_the_focus_from_the_field_that_sent_it_by_enter(
    new_context: NewContext, add_person: AddPerson
) -> None:
    page = new_context(viewport={"width": 390, "height": 400}).new_page()
    come_in(page, add_person(Role.ADMIN), "/users/new")
    page.get_by_label("Phone").fill("300")
    page.get_by_label("Phone").press("Enter")
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#errors")).to_be_in_viewport()


def test_an_error_leaves_the_focus_in_the_search_that_somebody_types_in(
    page: Page, simulator: RunningSimulator
) -> None:
    box = page.get_by_role("searchbox", name="Find users")
    simulator.set_faults([{"status": 503}])
    box.press_sequentially("ana")
    expect(page.get_by_role("heading", name="The Partner API is unavailable")).to_be_visible()
    expect(box).to_be_focused()
    page.keyboard.type("-b")
    expect(box).to_have_value("ana-b")


def test_an_error_that_comes_automatically_takes_no_focus(
    followed: tuple[Page, str], simulator: RunningSimulator
) -> None:
    page, user = followed
    page.goto(f"/users/{user}")
    copy = page.get_by_role("button", name="Copy user ID")
    copy.focus()
    simulator.set_faults([{"status": 503}])
    page.evaluate(FOLLOW)
    page.wait_for_timeout(2500)
    assert page.evaluate(FOCUSED) != "h2"


def test_an_alert_that_is_dismissed_gives_the_focus_back(page: Page) -> None:
    chip = page.get_by_role("link", name="Active", exact=True)
    chip.focus()
    page.evaluate("tellLost('read')")
    page.get_by_role("button", name="Dismiss").press("Enter")
    expect(page.get_by_role("button", name="Dismiss")).to_have_count(0)
    expect(chip).to_be_focused()


def test_an_alert_that_goes_automatically_gives_the_focus_back(page: Page) -> None:
    chip = page.get_by_role("link", name="Active", exact=True)
    chip.focus()
    page.evaluate("tellLost('read')")
    page.get_by_role("button", name="Dismiss").focus()
    page.evaluate("forgetLost()")
    expect(chip).to_be_focused()


def test_a_token_that_is_cleared_leaves_the_focus_on_what_says_so(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator
) -> None:
    active = next(user["id"] for user in simulator.users() if user["status"] == "active")
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    come_in(page, add_person(Role.ISSUER), f"/users/{active}/tokens")
    page.get_by_label("Reason").fill("Look at the page")
    page.get_by_role("button", name="Issue token").click()
    page.get_by_role("button", name="Remove from this page").press("Enter")
    expect(page.get_by_text("The token is no longer on this page.")).to_be_focused()
