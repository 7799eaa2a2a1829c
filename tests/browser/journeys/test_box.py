"""Finding a user by the box: with and without JavaScript, by keyboard, in either language."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext
from tests.support.sampling import pairs
from tests.support.servers.simulator_process import RunningSimulator

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 800}


def open_list(context: BrowserContext, person: tuple[str, str]) -> Page:
    page = context.new_page()
    page.goto("/login")
    page.locator("[name=email]").fill(person[0])
    page.locator("[name=password]").fill(person[1])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto("/users")
    return page


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_whole_value_opens_its_user_by_keyboard(
    new_context: NewContext,
    add_person: AddPerson,
    simulator: RunningSimulator,
    has_script: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    user = next(each for each in simulator.users()[:20] if each["phone"])
    page = open_list(
        new_context(viewport=WIDE, java_script_enabled=has_script), add_person(Role.SUPPORT)
    )
    page.locator("#users-q").focus()
    page.keyboard.insert_text(f"{user['phone'][:6]} {user['phone'][6:]}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/users/{user['id']}")
    expect(page.locator("#user")).to_contain_text(user["email"])
    page.goto("/account")
    page.locator("#find").focus()
    page.keyboard.insert_text(f"{user['email']}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/users/{user['id']}")
    expect(page.locator("#user")).to_contain_text(user["email"])


@pytest.mark.parametrize(("has_script", "size"), pairs([True, False], [WIDE, NARROW]))
def test_a_pasted_column_lists_who_is_in_it_and_names_who_is_not(
    new_context: NewContext,
    add_person: AddPerson,
    simulator: RunningSimulator,
    has_script: bool,  # noqa: FBT001  a parameter of the test
    size: dict[str, int],
) -> None:
    one, other = simulator.users()[:2]
    missing = f"no-one-{uuid4().hex[:8]}@example.com"
    context = new_context(viewport=size, java_script_enabled=has_script, locale="es")
    page = open_list(context, add_person(Role.SUPPORT))
    page.locator("#users-q").focus()
    page.keyboard.insert_text(f"{one['email']}\n{other['email']}\n{missing}")
    if not has_script:
        page.keyboard.press("Enter")
    results = page.locator("#results")
    expect(results.get_by_role("heading")).to_contain_text("2 usuarios encontrados")
    for email in (one["email"], other["email"], missing):
        expect(results).to_contain_text(email)
    assert "q=" not in page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    results.get_by_role("link", name=one["email"]).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/users/{one['id']}")
    expect(page.locator("#user")).to_contain_text(one["email"])


def test_typing_searches_without_an_address_for_what_may_be_secret(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator
) -> None:
    page = open_list(new_context(viewport=WIDE), add_person(Role.SUPPORT))
    page.locator("#users-q").focus()
    page.keyboard.type("example")
    page.wait_for_url("**/users?q=example")
    expect(page.locator("#users-q")).to_be_focused()
    page.locator("#users-q").fill("eyJhbGciOiJub25lIn0")
    expect(page.locator("#results")).to_contain_text("No users match")
    expect(page).to_have_url(re.compile(r"/users$"))
    expect(page.locator("#users-q")).to_be_focused()
    page.locator("#users-q").fill("")
    expect(page.locator("#results")).to_contain_text(simulator.users()[0]["email"])


def test_who_is_not_here_can_be_registered_with_the_email_that_was_typed(
    new_context: NewContext, add_person: AddPerson
) -> None:
    page = open_list(new_context(viewport=WIDE), add_person(Role.ADMIN, Role.ONBOARDING))
    email = f"new-{uuid4().hex[:8]}@example.com"
    page.locator("#users-q").focus()
    page.keyboard.insert_text(email)
    page.keyboard.press("Enter")
    expect(page.locator("#results")).to_contain_text("No users match")
    page.locator("#results").get_by_role("button", name="Register user").click()
    expect(page.get_by_label("Email")).to_have_value(email)
    assert email not in page.url
