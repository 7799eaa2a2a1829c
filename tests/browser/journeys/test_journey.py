"""Log in, filter, page 2, a user, Back: as a person does it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext, enter
from tests.browser.support.history import step
from tests.support.servers.simulator_process import RunningSimulator


def row_of(simulator: RunningSimulator, position: int, **wanted: str) -> dict[str, str]:
    matching = [
        user
        for user in simulator.users()
        if all(user[name] == value for name, value in wanted.items())
    ]
    return matching[position]


def loads_once(page: Page) -> None:
    """Mark the document, so that a reload shows."""
    page.evaluate("document.documentElement.dataset.same = 'yes'")


def is_same_document(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.dataset.same === 'yes'"))


def test_log_in_filter_page_two_user_and_back(page: Page, simulator: RunningSimulator) -> None:
    loads_once(page)
    page.get_by_role("link", name="Active", exact=True).click()
    page.wait_for_url("**/users?status=active")
    page.get_by_role("link", name="Page 2").click()
    page.wait_for_url(re.compile(r"status=active.*page=2|page=2.*status=active"))
    assert is_same_document(page)
    expect(page).to_have_title(re.compile("Users · active · Page 2"))

    user = row_of(simulator, 37, status="active")
    link = page.get_by_role("link", name=user["email"])
    link.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    link.click()
    page.wait_for_url(f"**/users/{user['id']}")
    expect(page.get_by_role("heading", name="Can operate")).to_be_visible()

    step(page, "back")
    page.wait_for_url(re.compile("page=2"), wait_until="commit")
    expect(page.get_by_role("link", name="Page 2")).to_have_attribute("aria-current", "page")
    focused = page.get_by_role("link", name=user["email"])
    expect(focused).to_be_focused()
    page.wait_for_function("before => Math.abs(scrollY - before) <= 50", arg=before)


def test_a_changed_filter_starts_at_page_one_and_a_default_is_not_in_the_address(
    page: Page,
) -> None:
    page.goto("/users?page=3")
    page.get_by_label("Type").select_option("personal")
    page.wait_for_url("**/users?user_type=personal")
    page.get_by_role("link", name="Clear filters").click()
    page.wait_for_url("**/users")
    expect(page.get_by_label("Type")).to_have_value("")


def test_back_and_forward_across_swaps_keep_the_page_whole(page: Page) -> None:
    for name in ("Active", "Pending", "Banned"):
        page.get_by_role("link", name=name, exact=True).click()
        page.wait_for_url(f"**/users?status={name.lower()}")
    for way in ("back",) * 3 + ("forward",) * 3:
        step(page, way)
        expect(page.get_by_role("navigation", name="Main")).to_be_visible()
        expect(page.locator("#results")).to_have_count(1)
        assert page.evaluate("document.styleSheets.length") == 1
    expect(page).to_have_url(re.compile(r"/users\?status=banned$"))
    expect(page.get_by_role("link", name="Banned")).to_have_attribute("aria-current", "true")


def test_typing_searches_by_itself_and_is_one_step_of_history(
    page: Page, simulator: RunningSimulator
) -> None:
    before = page.evaluate("history.length")
    email = simulator.users()[7]["email"]
    box = page.get_by_role("searchbox", name="Find users")
    box.press_sequentially(email.split("@")[0], delay=20)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("link", name=email)).to_be_visible()
    expect(box).to_be_focused()
    expect(box).to_have_value(email.split("@")[0])
    page.wait_for_url("**/users?q=*")
    assert page.evaluate("history.length") - before <= 1
    expect(page.locator("#announce")).to_have_text("Users. 1–1 of 1")


def test_a_slow_answer_makes_the_results_busy(page: Page, simulator: RunningSimulator) -> None:
    simulator.set_faults([{"latency_ms": 3500}])
    page.get_by_role("link", name="Banned", exact=True).click()
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    expect(page.get_by_role("link", name="Banned")).to_have_attribute("aria-current", "true")
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")


def test_an_error_takes_the_place_of_the_results_and_the_way_back_is_there(
    page: Page, simulator: RunningSimulator
) -> None:
    simulator.set_faults([{"status": 503}])
    page.get_by_role("link", name="Banned", exact=True).click()
    heading = page.get_by_role("heading", name="The Partner API is unavailable")
    expect(heading).to_be_focused()
    expect(page.get_by_role("navigation", name="Main")).to_have_count(1)
    simulator.set_faults([])
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("link", name="Banned")).to_have_attribute("aria-current", "true")


def test_checking_again_shows_what_changed(page: Page, simulator: RunningSimulator) -> None:
    user = row_of(simulator, 0, status="pending")
    page.goto(f"/users/{user['id']}")
    loads_once(page)
    simulator.set_status(user["id"], "active")
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_role("heading", name="Can operate")).to_be_visible()
    assert is_same_document(page)
    expect(page.get_by_text("Status changed from pending to active")).to_be_visible()


def test_checked_when_goes_on_by_itself(page: Page, simulator: RunningSimulator) -> None:
    page.goto(f"/users/{simulator.users()[0]['id']}")
    expect(page.locator(".fresh time")).to_have_text(re.compile(r"([4-9]|\d\d) seconds ago"))


def test_copy_copies_the_whole_id_and_says_so(
    new_context: NewContext, person: tuple[str, str], simulator: RunningSimulator
) -> None:
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/users")
    enter(page, *person)
    user = simulator.users()[2]
    button = page.get_by_role("button", name=f"Copy user ID: {user['email']}")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_have_text("User ID copied")
    assert page.evaluate("navigator.clipboard.readText()") == user["id"]
    expect(button).to_be_focused()
    assert page.url.endswith("/users")


def test_copy_works_where_the_clipboard_is_denied(page: Page, simulator: RunningSimulator) -> None:
    page.evaluate(
        "void (navigator.clipboard.writeText = () => Promise.reject(new Error('denied')))"
    )
    page.get_by_role("button", name=f"Copy user ID: {simulator.users()[2]['email']}").click()
    expect(page.locator("#toasts")).to_have_text("User ID copied")


@pytest.mark.parametrize("path", ["/users", "/users?status=pending&page=2"])
def test_an_address_shows_the_same_rows_to_another_person(
    new_context: NewContext, person: tuple[str, str], page: Page, path: str
) -> None:
    page.goto(path)
    rows = page.locator("tbody th").all_inner_texts()
    other = new_context().new_page()
    other.goto(path)
    enter(other, *person)
    other.wait_for_url(f"**{path}")
    assert other.locator("tbody th").all_inner_texts() == rows


def test_after_log_out_back_shows_the_log_in(page: Page, simulator: RunningSimulator) -> None:
    user = simulator.users()[0]
    page.goto(f"/users/{user['id']}")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    for _ in range(2):
        step(page, "back")
        expect(page.get_by_role("heading", name="Log in")).to_be_visible()
        assert user["email"] not in page.content()


def test_storage_holds_nothing_of_a_person(page: Page, simulator: RunningSimulator) -> None:
    user = simulator.users()[0]
    page.get_by_role("searchbox", name="Find users").fill(user["email"][:8])
    page.wait_for_url("**/users?q=*")
    page.goto(f"/users/{user['id']}")
    page.get_by_role("link", name="Refresh").click()
    page.wait_for_timeout(300)
    kept = page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert kept == "[{},{}]"


def test_an_expired_session_under_htmx_leads_to_the_log_in_and_back(
    page: Page, person: tuple[str, str]
) -> None:
    page.goto("/users?status=active")
    page.context.clear_cookies()
    page.get_by_role("link", name="Page 2").click()
    page.wait_for_url(re.compile("/login.next="))
    expect(page.locator("#results")).to_have_count(0)
    enter(page, *person)
    page.wait_for_url(re.compile(r"/users\?.*page=2"))


def test_the_theme_stays_and_does_not_flash(page: Page) -> None:
    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload(wait_until="commit")
    assert page.locator("html").get_attribute("data-theme") == "dark"
