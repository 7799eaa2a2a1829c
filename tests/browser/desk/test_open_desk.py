"""An open desk: its keys, and what changes while someone looks."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.store.directory import rows
from tests.browser.conftest import Server
from tests.browser.desk.conftest import FOLLOW, LINK, clipboard, see
from tests.support.directory import facts_of


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


def test_a_row_says_when_it_was_last_checked_on_a_phone_too(
    page: Page, server: Server, started: list[dict[str, Any]]
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/kyc?lane=link_expired")
    checked = page.locator(f"#row-{started[0]['id']} .sub .seen-{started[0]['id']} time")
    before = checked.get_attribute("datetime") or ""
    later = datetime.now(UTC) + timedelta(minutes=2)
    with server.database.write() as connection:
        rows.record(connection, [facts_of(started[0])], later)
    page.evaluate(FOLLOW)
    expect(checked).not_to_have_attribute("datetime", before)
    expect(checked).to_be_visible()


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


def test_by_keyboard_a_link_is_copied_and_the_next_user_opened(
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
