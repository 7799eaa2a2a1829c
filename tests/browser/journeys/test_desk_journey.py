"""The desk in a browser: from the overview to a copied link, by mouse, keyboard, and alone."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from dashboard.store.directory import rows
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from dashboard.store.schema import directory, sweeps
from dashboard.store.schema import inquiries as inquiries_table
from tests.browser.conftest import AddPerson, NewContext, Server, enter
from tests.support.directory import facts_of, fill
from tests.support.servers.simulator_process import RunningSimulator

LINK = "https://inquiry.withpersona.com/verify?inquiry-id=inq_{}"
FOLLOW = "htmx.trigger(document.getElementById('follow'), 'follow')"
HOURS = (30, 900, 1)


@pytest.fixture
def started(server: Server, simulator: RunningSimulator) -> list[dict[str, Any]]:
    """Put all users of the API on the desk, three of them with links; return these."""
    users = [user for user in simulator.users() if user["status"] == "pending"][:3]
    with server.database.write() as connection:
        connection.execute(inquiries_table.delete())
        connection.execute(directory.delete())
    fill(server.database, [facts_of(user) for user in simulator.users()])
    with server.database.write() as connection:
        for user, hours in zip(users, HOURS, strict=True):
            inquiry = Inquiry(
                user_id=UUID(user["id"]),
                state=InquiryState.HELD,
                started_at=datetime.now(UTC) - timedelta(hours=hours),
                inquiry_id=f"inq_{hours}",
                verification_url=LINK.format(hours),
            )
            inquiries.add(connection, inquiry, None)
    return users


def see(server: Server, user: dict[str, Any], **facts: str) -> None:
    """Let another page or the worker get an answer of the API about this user."""
    with server.database.write() as connection:
        rows.record(connection, [facts_of({**user, **facts})], datetime.now(UTC))


@pytest.fixture
def page(new_context: NewContext, add_person: AddPerson) -> Page:
    """A page at the overview, logged in."""
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/")
    enter(page, *add_person(Role.KYC))
    return page


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


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
    page.goto("/kyc?lane=link_expired")
    enter(page, *add_person(Role.KYC))
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


def test_by_keyboard_alone_a_link_is_copied_and_the_next_user_opened(
    page: Page, started: list[dict[str, Any]]
) -> None:
    page.goto("/kyc?sort=-waiting&lane=link_expired")
    rows = page.locator("tbody th a")
    for key, row in (("j", 0), ("j", 1), ("j", 1), ("k", 0), ("k", 0), ("j", 1)):
        page.keyboard.press(key)
        expect(rows.nth(row)).to_be_focused()
    page.keyboard.press("c")
    expect(page.locator("#toasts")).to_contain_text("Link for ")
    assert clipboard(page) == LINK.format(900)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/users/{started[1]['id']}")
    page.goto("/kyc?lane=link_expired")
    page.keyboard.press("o")
    page.wait_for_url(f"**/users/{started[1]['id']}")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_contain_text("Open the next user of the KYC desk")


@pytest.mark.usefixtures("started")
def test_the_keys_obey_the_switch_in_the_account(page: Page) -> None:
    page.goto("/account")
    page.locator("#shortcuts").select_option("off")
    page.get_by_role("button", name="Save preferences").click()
    expect(page.get_by_text("Preferences saved.")).to_be_visible()
    page.goto("/kyc?lane=link_expired")
    for key in ("j", "c", "o"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.localName") == "body"
    assert page.url.endswith("/kyc?lane=link_expired")


def test_a_change_comes_in_place_and_keeps_the_focus_and_the_order(
    page: Page, server: Server, started: list[dict[str, Any]]
) -> None:
    page.goto("/kyc?limit=100")
    order = "rows => rows.map(row => row.id)"
    before = page.locator("tbody tr").evaluate_all(order)
    row = page.locator(f"#row-{started[0]['id']}")
    row.get_by_role("button", name="Copy link: ").focus()
    see(server, started[0], status="active")
    page.evaluate(FOLLOW)
    expect(row).to_have_class(re.compile("changed"))
    expect(row.get_by_text("New", exact=True)).to_be_visible()
    expect(row.get_by_role("link").first).to_be_focused()
    assert page.locator("tbody tr").evaluate_all(order) == before
    news = page.locator("#news")
    expect(news).to_contain_text("1 became active since you looked today at ")
    expect(page.locator("#announce")).to_contain_text("1 became active since you looked")
    expect(page.locator("#follow")).to_have_count(1)
    assert not page.locator("table table, #follow + table").count()
    news.get_by_role("link").click()
    page.wait_for_url("**/kyc?lane=became_active&limit=100")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_what_is_open_in_a_row_stays_open_until_it_is_read(
    page: Page, server: Server, started: list[dict[str, Any]]
) -> None:
    page.goto("/kyc?lane=link_expired")
    row = page.locator(f"#row-{started[0]['id']}")
    row.get_by_role("button", name="Message for Qash: ").click()
    see(server, started[0], status="active")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("find('#follow').removeAttribute('data-armed'); follow(0.1)")
    page.wait_for_timeout(500)
    assert not [url for url in asked if "shown=" in url]
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(row).to_have_class(re.compile("changed"))


@pytest.mark.usefixtures("started")
def test_in_spanish_the_desk_says_the_same(
    page: Page, server: Server, started: list[dict[str, Any]]
) -> None:
    page.context.set_extra_http_headers({"Accept-Language": "es"})
    page.goto("/kyc?lane=link_fresh")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bandeja de KYC")
    expect(page.get_by_role("link", name="Abrir el siguiente")).to_be_visible()
    see(server, started[2], status="active")
    page.evaluate(FOLLOW)
    expect(page.locator("#news")).to_contain_text("1 se activó desde que miraste")
    expect(page.locator("tbody").get_by_text("Nuevo", exact=True)).to_be_visible()


@pytest.mark.usefixtures("started")
def test_by_keyboard_a_chip_keeps_the_focus(page: Page) -> None:
    page.goto("/kyc")
    chip = page.get_by_role("navigation").get_by_role("link", name=re.compile("^Link probably"))
    chip.focus()
    page.keyboard.press("Enter")
    expect(chip).to_have_attribute("aria-current", "true")
    expect(chip).to_be_focused()
