"""Nothing moves unasked, loading is seen soon, and paper and forced colours are served too."""

import re
from time import sleep

import pytest
from playwright.sync_api import Page, Route, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, come_in
from tests.browser.support.waiting import start_kyc
from tests.support.servers.simulator_process import RunningSimulator

SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((each) => { sum += each.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 500);
})"""


@pytest.fixture
def page(new_context: NewContext, add_person: AddPerson) -> Page:
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    come_in(page, add_person(Role.ADMIN), "/users")
    return page


WATCH = """() => new MutationObserver(() => {
  if (!document.documentElement.hasAttribute("data-loading")) return;
  const current = document.querySelector(".chips [aria-current]");
  sessionStorage.setItem("seen", current?.textContent.trim() ?? "bar");
}).observe(document.documentElement, { attributes: true })"""
SEEN = "sessionStorage.getItem('seen')"


def hold_back(route: Route) -> None:
    sleep(0.5)
    route.continue_()


def test_a_slow_page_shows_a_bar_until_it_is_there(page: Page) -> None:
    page.goto("/account")
    page.evaluate(WATCH)
    page.route(re.compile("/audit$"), hold_back)
    page.get_by_role("link", name="Audit log").first.click()
    page.wait_for_url("**/audit")
    assert page.evaluate(SEEN) == "bar"
    expect(page.locator("html[data-loading]")).to_have_count(0)


def test_a_slow_fragment_shows_a_bar_and_the_pressed_chip_as_current(page: Page) -> None:
    page.evaluate(WATCH)
    page.route(re.compile("status=active"), hold_back)
    page.locator(".chips a", has_text=re.compile("^Active")).click()
    page.wait_for_url("**/users?status=active")
    assert page.evaluate(SEEN).startswith("Active")
    expect(page.locator("html[data-loading]")).to_have_count(0)


def test_a_chip_whose_list_does_not_come_is_no_longer_the_current_one(page: Page) -> None:
    page.route(re.compile("status=active"), lambda route: route.fulfill(status=200, body="proxy"))
    page.locator(".chips a", has_text=re.compile("^Active")).click()
    expect(page.locator(".toast")).to_be_visible()
    expect(page.locator(".chips [aria-current]").first).to_have_text("All")
    expect(page.locator("html[data-loading]")).to_have_count(0)


def test_a_toast_does_not_move_the_page(page: Page, simulator: RunningSimulator) -> None:
    page.goto(f"/users/{simulator.users()[0]['id']}")
    heading = page.get_by_role("heading", level=1)
    before = heading.bounding_box()
    page.get_by_role("button", name=re.compile("Copy user ID", re.IGNORECASE)).click()
    expect(page.locator(".toast")).to_be_visible()
    assert heading.bounding_box() == before


def come_late(route: Route) -> None:
    """Answer once the page was painted without it."""
    sleep(0.5)
    route.continue_()


def test_nothing_on_the_log_in_page_jumps(new_context: NewContext) -> None:
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.route("**/passkeys.js", come_late)
    assert 0 in (shifts_on_log_in(page) for _ in range(6))  # a busy machine paints half a page


def shifts_on_log_in(page: Page) -> float:
    page.goto("/login")
    expect(page.get_by_role("button", name="Passkey")).to_be_visible()
    return float(page.evaluate(SHIFTS))


def test_without_scripts_the_log_in_page_offers_no_passkey(new_context: NewContext) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/login")
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    expect(page.get_by_role("button", name="Passkey")).to_be_hidden()
    expect(page.get_by_text("or", exact=True)).to_be_hidden()


def test_the_current_place_is_underlined_where_colours_are_forced(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    line = "node => getComputedStyle(node).textDecorationLine"
    assert page.locator(".nav [aria-current]").evaluate(line) == "underline"
    assert page.locator(".nav a:not([aria-current])").first.evaluate(line) == "none"


def test_paper_has_the_code_whole_ids_once_and_whole_times(
    page: Page, simulator: RunningSimulator
) -> None:
    user = start_kyc(page, "", simulator)
    page.emulate_media(media="print")
    expect(page.locator(".qr")).to_be_visible()
    page.goto(f"/users/{user}")
    sizes = page.locator("time[title], .copy [title]").evaluate_all(
        "nodes => nodes.map((node) => getComputedStyle(node).fontSize)"
    )
    assert sizes
    assert set(sizes) == {"0px"}
    zones = page.locator("main time + .zone")
    assert zones.count()
    assert not any(zone.is_visible() for zone in zones.all())  # the whole time names it


def test_at_1920_px_the_page_and_the_top_bar_have_the_same_edges(page: Page) -> None:
    page.set_viewport_size({"width": 1920, "height": 900})
    edges = page.evaluate(
        """() => [".top .env", ".page .scroll", ".head > :first-child"].map((each) => {
          const box = document.querySelector(each).getBoundingClientRect();
          return [box.left, box.right];
        })"""
    )
    (_, environment), (left, table), (heading, _) = edges
    assert left - heading <= 1
    assert table <= 1920
    assert abs(table - environment) < 60  # the theme's button is between them
