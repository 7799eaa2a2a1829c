"""Foreign answers to what a page asks for when it opens, and to its palette."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.support.behind_a_proxy import Behind
from tests.browser.test_foreign_answers import READ, WRITE
from tests.support.sampling import one_in
from tests.support.servers.proxy import FOREIGN, HTML, Reply


@pytest.mark.parametrize("name", one_in(6, FOREIGN, at=3))
def test_counts_that_are_foreign_leave_the_overview_as_it_is(behind: Behind, name: str) -> None:
    behind.proxy.stand_in(FOREIGN[name], lambda _method, path: "/counts/" in path)
    behind.page.goto(f"{behind.proxy.url}/")
    expect(behind.page.locator("#toasts [role=alert]")).to_have_text(re.compile(re.escape(READ)))
    expect(behind.page.locator("#count-active strong")).to_have_text("…")
    expect(behind.page).to_have_title(re.compile("^Overview"))


@pytest.mark.parametrize("name", one_in(6, FOREIGN, at=4))
def test_saved_views_that_are_foreign_leave_the_navigation_as_it_is(
    behind: Behind, name: str
) -> None:
    page = behind.page
    behind.goto("/views/new?status=active")
    page.get_by_label("Name", exact=True).fill("Active")
    page.get_by_role("button", name="Save view").click()
    page.wait_for_url("**/users?status=active")
    behind.goto("/account")
    expect(page.locator("#side").get_by_role("link", name="Active")).to_be_visible()
    title = page.title()
    behind.proxy.stand_in(FOREIGN[name], lambda _method, path: path == "/views")
    with page.expect_request("**/views"):
        page.reload()
    expect(page.locator("#saved-views.htmx-request")).to_have_count(0)
    expect(page.locator("#side").get_by_role("link", name="Settings")).to_be_visible()
    expect(page.locator("#saved-views")).to_be_empty()
    assert page.title() == title
    expect(page.locator("#toasts > *")).to_have_count(0)  # a navigation without them is whole


@pytest.mark.parametrize("name", one_in(6, FOREIGN, at=5))
def test_a_foreign_answer_leaves_the_options_of_the_palette(behind: Behind, name: str) -> None:
    page = behind.page
    page.keyboard.press("Control+k")
    options = page.locator("#palette [role=option]")
    expect(options.first).to_be_visible()
    before = options.all_inner_texts()
    behind.proxy.stand_in(FOREIGN[name])
    page.keyboard.type("x")
    expect(page.locator("#toasts [role=alert]").filter(has_text=WRITE)).to_have_count(1)
    assert options.all_inner_texts() == before
    expect(page.locator("#palette-q")).to_have_value("x")


def test_a_refusal_of_ours_is_no_palette(behind: Behind) -> None:
    page = behind.page
    ours = Reply(503, "<p>stray</p>", X_Dashboard=str(int(time.time() * 1000)), Content_Type=HTML)
    behind.proxy.stand_in(ours, lambda _method, path: path == "/palette")
    page.keyboard.press("Control+k")
    expect(page.locator("#toasts [role=alert]").filter(has_text=READ)).to_have_count(1)
    expect(page.get_by_text("stray")).to_have_count(0)
    behind.proxy.pass_on()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette [role=option]").first).to_be_visible()


def test_a_palette_that_is_asked_for_after_the_session_leads_to_the_log_in(
    behind: Behind,
) -> None:
    page = behind.page
    page.context.clear_cookies()
    page.keyboard.press("Control+k")
    page.wait_for_url(re.compile("/login"))
