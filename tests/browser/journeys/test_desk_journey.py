"""From the overview to a copied link, and the KYC desk's addresses."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from dashboard.store.schema import inquiries as inquiries_table
from dashboard.store.users import sightings
from dashboard.store.users.sightings import SeenFacts
from tests.browser.conftest import AddPerson, NewContext, Server, enter
from tests.support.servers.simulator_process import RunningSimulator

LINK = "https://inquiry.withpersona.com/verify?inquiry-id=inq_{}"


@pytest.fixture
def overdue(server: Server, simulator: RunningSimulator) -> str:
    """Keep two links that have likely expired, and a fresh one; return the oldest."""
    waiting = [user for user in simulator.users() if user["status"] == "pending"]
    with server.database.write() as connection:
        connection.execute(inquiries_table.delete())
        for user, hours in zip(waiting, (30, 900, 1), strict=False):
            at = datetime.now(UTC) - timedelta(hours=hours)
            facts = SeenFacts(UUID(user["id"]), user["email"], "pending", "CO", None, None)
            inquiry = Inquiry(
                user_id=UUID(user["id"]),
                state=InquiryState.HELD,
                started_at=at,
                inquiry_id=f"inq_{hours}",
                verification_url=LINK.format(hours),
            )
            inquiries.add(connection, inquiry, None)
            sightings.record(connection, [facts], datetime.now(UTC))
    return LINK.format(900)


@pytest.fixture
def page(new_context: NewContext, add_person: AddPerson) -> Page:
    """A page at the overview, logged in."""
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/")
    enter(page, *add_person(Role.KYC))
    return page


@pytest.mark.usefixtures("overdue")
def test_the_counts_come_after_the_page_and_lead_to_the_lists(
    page: Page, simulator: RunningSimulator
) -> None:
    active = sum(user["status"] == "active" for user in simulator.users())
    card = page.locator("#count-active")
    expect(card.locator("strong")).to_have_text(str(active))
    page.reload()
    expect(card.locator("strong")).to_have_text(str(active))
    assert sum("status=active" in call.query for call in simulator.requests()) <= 1
    card.click()
    page.wait_for_url("**/users?status=active")


def test_the_oldest_overdue_link_is_one_click_from_the_log_in(page: Page, overdue: str) -> None:
    page.reload()
    button = page.get_by_role("button", name="Copy link: ").first
    whose = (button.get_attribute("aria-label") or "").removeprefix("Copy link: ")
    button.click()
    expect(page.locator("#toasts")).to_have_text(f"Link for {whose} copied")
    assert page.evaluate("navigator.clipboard.readText()") == overdue


@pytest.mark.usefixtures("overdue")
def test_a_message_for_qash_is_read_before_it_is_copied(page: Page) -> None:
    page.goto("/kyc?lane=expired")
    opener = page.get_by_role("button", name="Message for Qash: ").first
    whose = (opener.get_attribute("aria-label") or "").removeprefix("Message for Qash: ")
    opener.click()
    message = page.get_by_role("dialog", name="Message for Qash")
    expect(message).to_contain_text("Could you send us a new one?")
    text = message.locator("pre").text_content()
    message.get_by_role("button", name="Copy message").click()
    expect(message).to_be_hidden()
    expect(page.locator("#toasts")).to_have_text(f"Message for Qash about {whose} copied")
    assert page.evaluate("navigator.clipboard.readText()") == text


@pytest.mark.usefixtures("overdue")
def test_without_javascript_a_message_for_qash_can_be_read(
    new_context: NewContext, add_person: AddPerson
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/kyc?lane=expired")
    enter(page, *add_person(Role.KYC))
    page.get_by_role("button", name="Message for Qash: ").first.click()
    message = page.get_by_role("dialog", name="Message for Qash")
    expect(message).to_contain_text("Could you send us a new one?")
    expect(message.get_by_role("button", name="Copy message")).to_be_hidden()
    message.get_by_role("button", name="Close").click()
    expect(message).to_be_hidden()


@pytest.mark.usefixtures("overdue")
def test_the_desk_keeps_lane_and_tab_in_the_address_and_back_brings_them_back(page: Page) -> None:
    page.get_by_role("link", name="KYC desk", exact=True).click()
    page.get_by_role("link", name=re.compile("^Link probably expired")).click()
    page.wait_for_url("**/kyc?lane=expired")
    expect(page.locator("#lanes tbody tr")).to_have_count(2)
    page.get_by_role("link", name="All pending", exact=True).click()
    page.wait_for_url("**/kyc?view=pending")
    expect(page.get_by_role("link", name="Start KYC: ").first).to_be_visible()
    page.go_back()
    page.wait_for_url("**/kyc?lane=expired")
    expect(page.locator("#lanes tbody tr")).to_have_count(2)
    expect(page).to_have_title(re.compile("KYC desk"))


def test_a_link_from_elsewhere_is_imported_and_shown(
    page: Page, simulator: RunningSimulator
) -> None:
    page.goto("/kyc?view=pending")
    page.get_by_role("link", name="Import link: ").nth(3).click()
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


@pytest.mark.usefixtures("overdue")
def test_by_keyboard_a_chip_keeps_the_focus(page: Page) -> None:
    for path, name in (("/", "Link probably expired"), ("/kyc", "Link probably expired")):
        page.goto(path)
        chip = page.get_by_role("navigation").get_by_role("link", name=re.compile(f"^{name}"))
        chip.focus()
        page.keyboard.press("Enter")
        expect(chip).to_have_attribute("aria-current", "true")
        expect(chip).to_be_focused()
