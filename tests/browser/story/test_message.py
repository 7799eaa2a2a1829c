"""The text for a user, as staff copy it; and its editor, by keyboard."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from dashboard.store.directory import rows as directory
from tests.browser.conftest import AddPerson, NewContext, come_in
from tests.browser.support.stage import Server
from tests.browser.support.waiting import start_kyc
from tests.support.clock import wait_until
from tests.support.servers.simulator_process import RunningSimulator

READ_CLIPBOARD = "navigator.clipboard.readText()"


@pytest.fixture
def page(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator, server: Server
) -> Page:
    """A user whose link is active, opened by an admin."""
    context = new_context(viewport={"width": 1280, "height": 1000})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    come_in(page, add_person(Role.ADMIN), "/users")
    user_id = start_kyc(page, page.url.removesuffix("/users"), simulator)
    with server.database.write() as connection:
        directory.know(connection, UUID(user_id), name="Ximena Soto")
    page.goto(f"/users/{user_id}?say=es")
    return page


def test_the_text_is_copied_by_one_click_or_key_as_it_is_shown(page: Page) -> None:
    shown = page.locator("#message-text")
    page.get_by_role("button", name="Copy message", exact=True).first.click()
    expect(page.get_by_text(re.compile(r"^Message for .+ copied$"))).to_be_visible()
    copied = page.evaluate(READ_CLIPBOARD)
    assert copied == shown.text_content()
    assert copied.startswith("Hola, Ximena:\n\nPara activar tu cuenta")
    page.get_by_role("link", name=re.compile("^English")).click()
    expect(shown).to_have_text(re.compile("^Hi Ximena,"))
    page.keyboard.press("c")
    wait_until(lambda: page.evaluate(READ_CLIPBOARD) == shown.text_content())


def test_the_other_language_comes_in_place_and_the_focus_stays(page: Page) -> None:
    page.evaluate("document.body.dataset.same = 'page'")
    english = page.get_by_role("link", name=re.compile("^English"))
    english.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#message-text")).to_have_attribute("lang", "en")
    expect(english).to_be_focused()
    expect(english).to_have_attribute("aria-current", "true")
    assert page.evaluate("document.body.dataset.same") == "page"


def test_without_javascript_the_chips_and_the_text_are_there(
    new_context: NewContext, page: Page
) -> None:
    plain = new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    other = plain.new_page()
    other.goto(page.url)
    other.get_by_role("link", name=re.compile("^English")).click()
    expect(other.locator("#message-text")).to_have_text(re.compile("^Hi Ximena,"))
    expect(other.get_by_role("button", name="Copy message")).to_have_count(0)


def test_a_refused_text_keeps_what_was_typed_and_leads_to_its_line(page: Page) -> None:
    page.goto("/settings/texts/link_fresh?language=en")
    body = page.get_by_label("Text", exact=True)
    body.fill("Hi {first_name},\n\n{lnk}")
    page.get_by_role("button", name="Save text").click()
    errors = page.locator("#errors")
    expect(errors).to_be_focused()
    wrong = "Line 3: {lnk} isn’t a placeholder. Did you mean {link}?"
    expect(errors).to_contain_text(wrong)
    expect(body).to_have_value("Hi {first_name},\n\n{lnk}")
    body.fill("Hi {first_name},\n\n{link}")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview")).to_contain_text("Hi Ana,")
    page.get_by_role("button", name="Save text").click()
    expect(page.get_by_text("Text saved.")).to_be_visible()
    page.get_by_role("link", name="Restore shipped text").click()
    page.get_by_role("button", name="Restore text").click()
    expect(page.get_by_text("Text restored.")).to_be_visible()
