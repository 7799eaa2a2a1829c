"""The KYC desk's face: one row of chips, a filter that applies immediately, calm rows."""

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
STATES = (InquiryState.HELD, InquiryState.ELSEWHERE, InquiryState.UNKNOWN)
ONE_LINE = "chips => new Set([...chips.children].map((each) => each.offsetTop)).size"
OPACITY = "each => getComputedStyle(each).opacity"


@pytest.fixture
def person(server: Server, simulator: RunningSimulator, add_person: AddPerson) -> tuple[str, str]:
    """Someone on whose desk are overdue links and starts of every other kind."""
    person = add_person(Role.KYC)
    waiting = [user for user in simulator.users() if user["status"] == "pending"]
    with server.database.write() as connection:
        connection.execute(inquiries_table.delete())
        for number, user in enumerate(waiting[:9]):
            at = datetime.now(UTC) - timedelta(hours=12 * number + 2)
            held = STATES[number % 3] is InquiryState.HELD
            inquiry = Inquiry(
                user_id=UUID(user["id"]),
                state=STATES[number % 3],
                started_at=at,
                inquiry_id=f"inq_{number}" if held else None,
                verification_url=LINK.format(number) if held else None,
            )
            inquiries.add(connection, inquiry, 1)
            facts = SeenFacts(UUID(user["id"]), user["email"], "pending", "CO", None, None)
            sightings.record(connection, [facts], datetime.now(UTC))
    return person


def desk(context_page: Page, person: tuple[str, str], path: str = "/kyc") -> Page:
    context_page.goto(path)
    enter(context_page, *person)
    return context_page


@pytest.mark.parametrize("width", [390, 1280, 1920])
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_chips_are_one_row(
    new_context: NewContext, person: tuple[str, str], width: int, language: str
) -> None:
    context = new_context(viewport={"width": width, "height": 800})
    page = desk(context.new_page(), person)
    context.set_extra_http_headers({"Accept-Language": language})
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert page.locator("#lanes .chips").evaluate(ONE_LINE) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["/kyc", "/kyc?view=pending"])
def test_on_a_phone_the_first_row_begins_within_200_px(
    new_context: NewContext, person: tuple[str, str], path: str
) -> None:
    page = desk(new_context(viewport={"width": 390, "height": 844}).new_page(), person, path)
    box = page.locator("tbody tr").first.bounding_box()
    assert box
    assert box["y"] <= 200


@pytest.mark.parametrize("width", [390, 1280])
def test_the_filter_applies_immediately_and_is_reset(
    new_context: NewContext, person: tuple[str, str], width: int
) -> None:
    page = desk(new_context(viewport={"width": width, "height": 800}).new_page(), person)
    if width < 400:
        page.get_by_text("Filters").click()
    expect(page.get_by_role("button", name="Filter", exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name="Reset")).to_have_count(0)
    chosen = page.get_by_label("Started by").locator("option").nth(1).get_attribute("value")
    page.get_by_label("Started by").focus()
    page.get_by_label("Started by").select_option(chosen)
    page.wait_for_url("**/kyc?by=*")
    expect(page.get_by_label("Started by")).to_be_focused()
    expect(page.locator(".filters .count")).to_have_text("1")
    page.get_by_role("link", name="Reset").click()
    page.wait_for_url("**/kyc")
    expect(page.locator(".filters .count")).to_have_count(0)


def test_without_javascript_a_button_applies_the_filter(
    new_context: NewContext, person: tuple[str, str]
) -> None:
    page = desk(new_context(java_script_enabled=False).new_page(), person)
    page.get_by_label("Started by").select_option(index=1)
    page.get_by_role("button", name="Filter", exact=True).click()
    page.wait_for_url("**/kyc?by=*")


def test_a_row_shows_one_action_and_the_rest_to_who_points_or_tabs_there(
    new_context: NewContext, person: tuple[str, str]
) -> None:
    page = desk(new_context().new_page(), person, "/kyc?lane=expired")
    row = page.locator("tbody tr").nth(1)
    message = row.locator(".more")
    page.mouse.move(0, 0)
    assert message.evaluate(OPACITY) == "0"
    row.hover()
    assert message.evaluate(OPACITY) == "1"
    page.mouse.move(0, 0)
    message.get_by_role("button").first.focus()
    assert message.evaluate(OPACITY) == "1"


def test_on_a_touch_screen_every_action_is_visible(
    new_context: NewContext, person: tuple[str, str]
) -> None:
    context = new_context(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    page = desk(context.new_page(), person, "/kyc?lane=expired")
    assert page.locator("tbody .more").first.evaluate(OPACITY) == "1"
