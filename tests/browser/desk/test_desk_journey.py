"""The desk in a browser, by mouse and by keyboard: from the overview to a copied link."""

import re

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from dashboard.store.schema import sweeps
from tests.browser.conftest import AddPerson, NewContext, Server, come_in
from tests.browser.desk.conftest import LINK, clipboard
from tests.support.servers.simulator_process import RunningSimulator


def test_without_our_copy_the_counts_come_after_the_page_and_lead_to_the_lists(
    page: Page, simulator: RunningSimulator, server: Server
) -> None:
    with server.database.write() as connection:
        connection.execute(sweeps.delete())
    active = sum(user["status"] == "active" for user in simulator.users())
    page.reload()
    card = page.locator("#count-active")
    expect(card.locator("strong")).to_have_text(str(active))
    page.reload()
    expect(card.locator("strong")).to_have_text(str(active))
    assert sum("status=active" in call.query for call in simulator.requests()) <= 1
    card.click()
    page.wait_for_url("**/users?status=active")


@pytest.mark.usefixtures("started")
def test_the_oldest_expired_link_is_two_clicks_from_the_log_in(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^KYC desk")).click()
    page.get_by_role("link", name=re.compile("^Link probably expired")).click()
    button = page.get_by_role("button", name="Copy link: ").first
    whose = (button.get_attribute("aria-label") or "").removeprefix("Copy link: ")
    button.click()
    expect(page.locator("#toasts")).to_have_text(f"Link for {whose} copied")
    assert clipboard(page) == LINK.format(900)


@pytest.mark.usefixtures("started")
def test_a_message_for_qash_is_read_before_it_is_copied(page: Page) -> None:
    page.goto("/kyc?lane=link_expired")
    opener = page.get_by_role("button", name="Message for Qash: ").first
    whose = (opener.get_attribute("aria-label") or "").removeprefix("Message for Qash: ")
    opener.click()
    message = page.get_by_role("dialog", name="Message for Qash")
    expect(message).to_contain_text("Could you send us a new one?")
    text = message.locator("pre").text_content()
    message.get_by_role("button", name="Copy message").click()
    expect(message).to_be_hidden()
    expect(page.locator("#toasts")).to_have_text(f"Message for Qash about {whose} copied")
    assert clipboard(page) == text


@pytest.mark.usefixtures("started")
def test_without_javascript_everything_on_the_desk_can_be_done(
    new_context: NewContext, add_person: AddPerson
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    come_in(page, add_person(Role.KYC), "/kyc?lane=link_expired")
    link = page.locator("noscript code").first
    expect(link).to_have_text(LINK.format(900))
    expect(link).to_be_visible()
    page.get_by_role("button", name="Message for Qash: ").first.click()
    message = page.get_by_role("dialog", name="Message for Qash")
    expect(message).to_contain_text("Could you send us a new one?")
    expect(message.get_by_role("button", name="Copy message")).to_be_hidden()
    message.get_by_role("button", name="Close").click()
    expect(message).to_be_hidden()
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Order").select_option("Newest first")
    page.get_by_role("button", name="Show users").click()
    page.wait_for_url("**/kyc?lane=link_expired&sort=-waiting")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Open next").click()
    page.wait_for_url("**/users/*")


@pytest.mark.usefixtures("started")
def test_the_desk_keeps_its_filters_in_the_address_and_back_brings_them_back(page: Page) -> None:
    page.goto("/kyc")
    page.get_by_role("link", name=re.compile("^Link probably expired")).click()
    page.wait_for_url("**/kyc?lane=link_expired")
    expect(page.locator("#list tbody tr")).to_have_count(2)
    page.get_by_role("link", name=re.compile("^Link active")).click()
    page.wait_for_url("**/kyc?lane=link_fresh")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    page.go_back()
    page.wait_for_url("**/kyc?lane=link_expired")
    expect(page.locator("#list tbody tr")).to_have_count(2)
    expect(page).to_have_title(re.compile("KYC desk · Link probably expired"))


def test_a_link_from_elsewhere_is_imported_and_shown(
    page: Page, simulator: RunningSimulator
) -> None:
    user = [each for each in simulator.users() if each["status"] == "pending"][7]
    page.goto(f"/users/{user['id']}/kyc/link")
    page.get_by_label("Verification link").fill("https://evil.test/verify")
    page.get_by_role("button", name="Import link").click()
    expect(page.locator("#url-error")).to_contain_text(
        "Enter the verification link exactly as the API returned it."
    )
    page.get_by_label("Verification link").fill(LINK.format("handed"))
    page.get_by_label("Started at").fill("2026-06-12T09:30")
    page.get_by_role("button", name="Import link").click()
    expect(page.get_by_text("Verification link imported")).to_be_visible()
    expect(page.get_by_text("inq_handed").first).to_be_visible()
    assert not [call for call in simulator.requests() if call.method == "POST"]


@pytest.mark.usefixtures("started")
def test_by_keyboard_a_chip_keeps_the_focus(page: Page) -> None:
    page.goto("/kyc")
    chip = page.get_by_role("navigation").get_by_role("link", name=re.compile("^Link probably"))
    chip.focus()
    page.keyboard.press("Enter")
    expect(chip).to_have_attribute("aria-current", "true")
    expect(chip).to_be_focused()


@pytest.mark.usefixtures("started")
def test_a_view_is_saved_on_the_desk_and_opened_from_the_navigation(page: Page) -> None:
    page.goto("/kyc?lane=link_expired&sort=-waiting")
    page.get_by_role("link", name="Save view").click()
    page.get_by_label("Name", exact=True).fill("Expired, newest first")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_text("View saved.")).to_be_visible()
    assert page.url.endswith("/kyc?lane=link_expired&sort=-waiting")
    page.goto("/users")
    view = page.get_by_role("navigation").get_by_role("link", name="Expired, newest first")
    expect(view.locator(".count")).to_have_text("2")
    view.click()
    page.wait_for_url("**/kyc?lane=link_expired&sort=-waiting")
