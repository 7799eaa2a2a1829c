"""A note is two keystrokes away, and what is typed is kept by the server until it is saved."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from dashboard.store.schema import sessions
from dashboard.wiring import now
from tests.browser.conftest import AddPerson, NewContext, Server, come_in, enter
from tests.support.canaries import Kind, canaries
from tests.support.servers.simulator_process import RunningSimulator

WORDS = "Called at 14:20: no answer"


@pytest.fixture
def person(add_person: AddPerson) -> tuple[str, str]:
    return add_person(Role.SUPPORT)


@pytest.fixture
def user(simulator: RunningSimulator) -> str:
    return f"/users/{simulator.users()[3]['id']}"


@pytest.fixture
def page(new_context: NewContext, person: tuple[str, str], user: str) -> Page:
    """A page that keeps no word of a note in an address, a cookie or the browser's storage."""
    canaries.remember(Kind.NOTE, WORDS)
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    come_in(page, person, user)
    return page


def test_a_note_is_written_and_saved_by_keys(page: Page) -> None:
    field = page.get_by_role("textbox", name="New note")
    page.keyboard.press("n")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    page.keyboard.type(WORDS)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#notes li")).to_contain_text(WORDS)
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    expect(page.locator("#announce")).to_have_text("Note saved")
    page.reload()
    expect(field).to_have_value("")


def test_a_draft_is_kept_for_every_browser_of_its_author_until_it_is_saved(
    page: Page, new_context: NewContext, person: tuple[str, str], user: str
) -> None:
    page.get_by_role("textbox", name="New note").fill(WORDS)
    expect(page.locator("#draft")).to_contain_text("Draft saved")
    page.get_by_role("button", name="Log out").click()
    other = new_context().new_page()
    come_in(other, person, user)
    field = other.get_by_role("textbox", name="New note")
    expect(field).to_have_value(WORDS)
    expect(other.locator("#draft")).to_contain_text("Draft saved")
    field.fill("")
    expect(other.locator("#draft")).to_have_text("")
    other.reload()
    expect(field).to_have_value("")


def test_what_was_just_typed_is_there_after_a_reload(
    page: Page, simulator: RunningSimulator
) -> None:
    simulator.set_faults([{"latency_ms": 700}])
    page.get_by_role("textbox", name="New note").fill(WORDS)
    page.reload()
    expect(page.get_by_role("textbox", name="New note")).to_have_value(WORDS)
    simulator.set_faults([])


def test_a_part_of_the_page_that_is_refreshed_leaves_the_field_alone(page: Page) -> None:
    field = page.get_by_role("textbox", name="New note")
    field.fill(WORDS)
    with page.expect_response(lambda answer: answer.request.headers.get("hx-target") == "record"):
        page.get_by_role("link", name="Refresh").click()
    expect(page.locator("#record.htmx-settling")).to_have_count(0)
    expect(field).to_have_value(WORDS)


def test_the_end_of_a_session_while_someone_types_leads_back_to_what_they_typed(
    page: Page, person: tuple[str, str], server: Server
) -> None:
    with server.database.write() as connection:
        connection.execute(sessions.update().values(seen_at=now() - timedelta(hours=2)))
    page.get_by_role("textbox", name="New note").press_sequentially(WORDS)
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    enter(page, *person)
    expect(page.get_by_role("textbox", name="New note")).to_have_value(WORDS)
