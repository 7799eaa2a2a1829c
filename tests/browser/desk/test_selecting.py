"""Selecting users in a browser: by mouse, by keyboard, over pages, live, and without JavaScript."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from dashboard.store.schema import user_tags
from dashboard.wiring import build_services
from tests.browser.conftest import AddPerson, NewContext, Server, come_in
from tests.browser.desk.conftest import FOLLOW, see

BOXES = "input[form=pick]"
SIZE = """() => [...document.querySelectorAll('.tick, #picked .btn')]
    .filter((each) => each.offsetParent).map((each) => each.getBoundingClientRect())
    .map(({width, height}) => Math.min(width, height))"""


def ticked(page: Page) -> int:
    return page.locator(f"{BOXES}:checked").count()


def said(page: Page, words: str) -> None:
    """Await that the server has kept the ticks, and that the bar says so."""
    expect(page.locator("#pick b")).to_have_text(words)


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize("path", ["/kyc?limit=5", "/users?limit=5"])
def test_ticks_survive_paging_sorting_and_a_reload(page: Page, path: str) -> None:
    page.goto(path)
    boxes = page.locator(BOXES)
    boxes.nth(1).click()
    said(page, "1 user selected")
    expect(page.locator("#announce")).to_have_text("1 user selected")
    boxes.nth(4).click(modifiers=["Shift"])
    said(page, "4 users selected")
    assert ticked(page) == 4
    boxes.nth(2).uncheck()
    page.get_by_role("link", name="Next", exact=True).click()  # the tick may be on its way
    page.wait_for_url(re.compile("after="))
    said(page, "3 users selected")
    assert ticked(page) == 0
    boxes.nth(0).check()
    said(page, "4 users selected")
    page.get_by_role("link", name="Previous").click()
    page.wait_for_url(re.compile("before="))
    expect(page.locator(f"{BOXES}:checked")).to_have_count(3)
    page.locator("thead a").first.click()
    said(page, "4 users selected")
    page.reload()
    said(page, "4 users selected")
    page.goto("/users" if "kyc" in path else "/kyc")
    said(page, "4 users selected")


@pytest.mark.usefixtures("started")
def test_keys_select_rows_and_clear_the_selection(page: Page) -> None:
    page.goto("/kyc?limit=10")
    page.keyboard.press("j")
    page.keyboard.press("x")
    said(page, "1 user selected")
    expect(page.locator("tr.go").first.locator("th a")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("X")
    said(page, "4 users selected")
    page.keyboard.press("x")
    said(page, "3 users selected")
    page.locator(BOXES).nth(6).focus()
    page.keyboard.press("Space")
    said(page, "4 users selected")
    page.keyboard.press("j")  # also from the box
    expect(page.locator("tr.go").nth(7).locator("th a")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    expect(page.locator("#shortcuts")).to_contain_text("Select a row")
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).not_to_be_visible()
    said(page, "4 users selected")
    page.keyboard.press("Escape")
    expect(page.locator("#pick b")).to_have_count(0)
    assert ticked(page) == 0
    expect(page.locator("#announce")).to_have_text("No users selected")
    page.reload()
    assert ticked(page) == 0


@pytest.mark.usefixtures("started")
def test_the_box_of_the_head_selects_the_page_and_a_button_all_who_match(page: Page) -> None:
    page.goto("/kyc?limit=5")
    total = int(re.sub(r"\D", "", page.locator(".chips [aria-current] .count").first.inner_text()))
    head = page.get_by_label("Select all on this page")
    page.locator(BOXES).first.check()
    expect(head).to_have_js_property("indeterminate", value=True)
    head.check()
    said(page, "5 users selected")
    page.get_by_role("button", name=f"Select all {total}").click()
    said(page, f"{total} users selected")
    expect(head).to_be_checked()
    head.uncheck()
    said(page, f"{total - 5} users selected")
    page.get_by_role("button", name="Clear", exact=False).click()
    expect(page.locator("#pick b")).to_have_count(0)
    expect(page.locator("#table")).to_be_focused()


def test_a_row_that_changes_while_someone_looks_keeps_its_tick(
    page: Page, server: Server, started: list[dict[str, Any]]
) -> None:
    page.goto("/kyc?limit=100")
    row = page.locator(f"#row-{started[0]['id']}")
    row.locator(BOXES).check()
    said(page, "1 user selected")
    see(server, started[0], status="active")
    page.evaluate(FOLLOW)
    expect(row).to_have_class(re.compile("changed"))
    expect(row.locator(BOXES)).to_be_checked()
    row.locator(BOXES).focus()
    see(server, started[0], status="pending")
    page.evaluate(FOLLOW)
    expect(row).to_contain_text("is pending again")
    expect(row.locator(BOXES)).to_be_checked()
    expect(row.locator(BOXES)).to_be_focused()
    other = page.locator(f"#row-{started[1]['id']}")
    other.locator(BOXES).check()
    other.locator("[data-key=a]").click()
    expect(other.locator(".avatar")).to_have_count(1)
    expect(other.locator(BOXES)).to_be_checked()
    said(page, "2 users selected")


def test_a_tick_that_could_not_be_kept_is_taken_back(
    page: Page, started: list[dict[str, Any]]
) -> None:
    page.goto("/kyc?limit=100")
    page.route("**/selections", lambda route: route.fulfill(status=502, body="a proxy"))
    page.locator(f"#row-{started[0]['id']} {BOXES}").click()
    expect(page.get_by_text("We couldn’t save the selection. Try again.")).to_be_visible()
    assert ticked(page) == 0


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_tags_are_set_for_a_selection_with_and_without_scripts(
    new_context: NewContext,
    add_person: AddPerson,
    server: Server,
    started: list[dict[str, Any]],
    has_script: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    worker = build_services(server.config, server.database)
    with server.database.write() as connection:
        connection.execute(user_tags.delete())
    page = new_context(java_script_enabled=has_script).new_page()
    come_in(page, add_person(Role.KYC), "/kyc?lane=link_expired")
    page.goto("/kyc?limit=100")
    for each in started[:2]:
        page.locator(f"#row-{each['id']} {BOXES}").check()
    if not has_script:
        page.get_by_role("button", name="Save ticks").click()
    said(page, "2 users selected")
    page.get_by_role("link", name="Set tags").click()
    page.get_by_role("group", name="Tags to add").get_by_label("test", exact=False).check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change the tags of 2 users?")
    page.get_by_role("button", name="Change tags of 2 users").click()
    page.wait_for_url("**/jobs/*")
    while not worker.jobs.runner.work():
        pass
    page.reload()
    expect(page.locator("#progress-title")).to_have_text("2 of 2 rows")
    expect(page.locator("#job")).to_contain_text("Tags changed")
    page.goto("/kyc")
    if not has_script:
        page.get_by_role("button", name="Select this page").click()
        page.get_by_role("button", name="Clear", exact=False).click()
        expect(page.locator("#pick b")).to_have_count(0)


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize("path", ["/kyc", "/users"])
def test_a_phone_has_large_targets_and_no_sideways_scroll(
    new_context: NewContext, add_person: AddPerson, path: str
) -> None:
    size = {"width": 390, "height": 844}
    page = new_context(viewport=size, is_mobile=True, has_touch=True).new_page()
    come_in(page, add_person(Role.KYC), "/")
    page.goto(path)
    page.locator(BOXES).first.tap()
    page.locator(BOXES).nth(2).tap()
    said(page, "2 users selected")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert min(page.evaluate(SIZE)) >= 24
    expect(page.get_by_role("link", name="Set tags")).to_be_in_viewport()
