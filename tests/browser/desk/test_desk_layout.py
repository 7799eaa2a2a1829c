"""The KYC desk's face: chips in rows, filters in a panel, calm rows."""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.services.permissions import Role
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from dashboard.store.schema import directory
from dashboard.store.schema import inquiries as inquiries_table
from dashboard.wiring import now
from tests.browser.conftest import AddPerson, NewContext, Server, come_in
from tests.support.directory import facts_of, fill
from tests.support.sampling import pairs
from tests.support.servers.simulator_process import RunningSimulator

LINK = "https://inquiry.withpersona.com/verify?inquiry-id=inq_{}"
STATES = (InquiryState.HELD, InquiryState.ELSEWHERE, InquiryState.UNKNOWN)
ONE_LINE = "chips => new Set([...chips.children].map((each) => each.offsetTop)).size"


@pytest.fixture
def person(server: Server, simulator: RunningSimulator, add_person: AddPerson) -> tuple[str, str]:
    """Someone on whose desk are overdue links and starts of every other kind."""
    person = add_person(Role.KYC)
    waiting = [user for user in simulator.users() if user["status"] == "pending"]
    with server.database.write() as connection:
        connection.execute(inquiries_table.delete())
        connection.execute(directory.delete())
    fill(server.database, [facts_of(user) for user in simulator.users()])
    WorkerHeartbeat(server.database, now).note()
    with server.database.write() as connection:
        for number, user in enumerate(waiting[:9]):
            held = STATES[number % 3] is InquiryState.HELD
            inquiry = Inquiry(
                user_id=UUID(user["id"]),
                state=STATES[number % 3],
                started_at=datetime.now(UTC) - timedelta(hours=12 * number + 2),
                inquiry_id=f"inq_{number}" if held else None,
                verification_url=LINK.format(number) if held else None,
            )
            inquiries.add(connection, inquiry, 1)
    return person


def desk(context_page: Page, person: tuple[str, str], path: str = "/kyc") -> Page:
    come_in(context_page, person, path)
    return context_page


def test_the_chips_are_two_rows(new_context: NewContext, person: tuple[str, str]) -> None:
    page = desk(new_context().new_page(), person)
    for language, width in product(["en", "es"], [390, 1280, 1920]):
        page.context.set_extra_http_headers({"Accept-Language": language})
        page.set_viewport_size({"width": width, "height": 800})
        page.reload()
        expect(page.locator("html")).to_have_attribute("lang", language)
        lines = [each.evaluate(ONE_LINE) for each in page.locator("#list .chips").all()]
        assert lines == [1, 1], (language, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, language


def test_on_a_phone_the_first_row_begins_within_200_px(
    new_context: NewContext, person: tuple[str, str]
) -> None:
    page = desk(new_context(viewport={"width": 390, "height": 844}).new_page(), person)
    box = page.locator("tbody tr").first.bounding_box()
    assert box
    assert box["y"] <= 200


@pytest.mark.parametrize(("width", "scripts"), pairs([390, 1280], ["on", "off"]))
def test_the_filters_are_applied_together_and_cleared(
    new_context: NewContext, person: tuple[str, str], width: int, scripts: str
) -> None:
    viewport = {"width": width, "height": 800}
    context = new_context(viewport=viewport, java_script_enabled=scripts == "on")
    page = desk(context.new_page(), person, "/kyc?lane=link_fresh")
    page.get_by_role("button", name="Filters").click()
    chosen = page.get_by_label("Started by").locator("option").nth(1).get_attribute("value")
    page.get_by_label("Started by").select_option(chosen)
    page.get_by_label("Waiting", exact=True).select_option("day")
    page.get_by_role("button", name="Show users").click()
    page.wait_for_url("**/kyc?lane=link_fresh&*by=*")
    expect(page.get_by_role("button", name="Filters · 2")).to_be_visible()
    page.get_by_role("button", name="Filters · 2").click()
    page.locator("#filters-panel").get_by_role("link", name="Clear filters").click()
    page.wait_for_url("**/kyc")


def test_a_row_has_one_action_in_words(new_context: NewContext, person: tuple[str, str]) -> None:
    page = desk(new_context().new_page(), person, "/kyc?sort=-waiting&limit=100")
    for row in page.locator("tbody tr").all():
        assert row.locator("td.end > .row > .btn:not(.icon-only)").count() == 1
        assert row.locator("td.end > .row > .btn.icon-only").count() <= 1
