"""Typing: what an input method composes, single keys, and fields under a finger."""

import re

import pytest
from playwright.sync_api import CDPSession, Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, enter
from tests.browser.support.every_page import PATHS, user_of
from tests.support.servers.simulator_process import RunningSimulator

IPHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
}
SMALL = """() => [...document.querySelectorAll("input, select, textarea")]
  .filter((each) => !["hidden", "checkbox", "radio"].includes(each.type))
  .filter((each) => parseFloat(getComputedStyle(each).fontSize) < 16)
  .map((each) => each.outerHTML.slice(0, 90))"""


@pytest.fixture
def method(page: Page) -> CDPSession:
    """An input method at work in the field that has the focus."""
    return page.context.new_cdp_session(page)


def compose(method: CDPSession, text: str) -> None:
    at = {"selectionStart": len(text), "selectionEnd": len(text)}
    method.send("Input.imeSetComposition", {"text": text, **at})


def test_the_search_sends_nothing_half_composed(
    page: Page, method: CDPSession, simulator: RunningSimulator
) -> None:
    box = page.get_by_role("searchbox", name="Find users")
    box.focus()
    simulator.clear_requests()
    for text in ("ㅎ", "하", "한"):
        compose(method, text)
        page.wait_for_timeout(400)
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    assert simulator.requests() == []
    expect(box).to_have_value("한")
    method.send("Input.insertText", {"text": "한"})
    page.wait_for_url("**/users?q=*")
    assert len(simulator.requests()) == 1


def test_a_search_that_waits_to_be_sent_is_not_sent_while_more_is_composed(
    page: Page, method: CDPSession, simulator: RunningSimulator
) -> None:
    box = page.get_by_role("searchbox", name="Find users")
    box.focus()
    simulator.clear_requests()
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now() / 1000") + 60)  # a busy one sends "a"
    page.keyboard.type("a")
    compose(method, "ê")
    page.clock.run_for(700)
    page.wait_for_timeout(200)
    assert simulator.requests() == []
    page.clock.resume()
    method.send("Input.insertText", {"text": "é"})
    page.wait_for_url("**/users?q=a%C3%A9")
    page.wait_for_timeout(500)
    assert len(simulator.requests()) == 1


def test_enter_ends_a_composition_and_sends_no_form(page: Page, method: CDPSession) -> None:
    page.goto("/account")
    page.get_by_label("Name", exact=True).fill("")
    page.get_by_label("Name", exact=True).focus()
    compose(method, "안")
    page.evaluate("document.querySelector('form.body').requestSubmit()")
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    expect(page.get_by_text("Preferences saved.")).to_have_count(0)
    method.send("Input.insertText", {"text": "안나"})
    page.keyboard.press("Enter")
    expect(page.get_by_text("Preferences saved.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("안나")


def test_the_keyboard_of_a_phone_sends_the_word_that_it_still_composes(
    new_context: NewContext, person: tuple[str, str]
) -> None:
    page = new_context(**IPHONE).new_page()
    page.goto("/users")
    enter(page, *person)
    page.get_by_role("searchbox", name="Find users").focus()
    compose(page.context.new_cdp_session(page), "ana")
    page.wait_for_timeout(500)
    assert page.url.endswith("/users")
    page.keyboard.press("Enter")
    page.wait_for_url("**/users?q=ana")


def test_a_key_of_an_input_method_is_no_shortcut(page: Page) -> None:
    page.goto("/account")
    for init in ("isComposing: true", "keyCode: 229"):  # Safari only sends the number
        key = f"new KeyboardEvent('keydown', {{key: '/', bubbles: true, {init}}})"
        page.evaluate(f"document.body.dispatchEvent({key})")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_single_key_shortcuts_can_be_turned_off(page: Page) -> None:
    search = page.get_by_role("searchbox")
    page.goto("/account")
    expect(page.get_by_text("/", exact=True)).to_be_visible()
    page.keyboard.type("and/or")
    expect(search).to_be_focused()
    page.get_by_label("Single-key shortcuts").select_option("off")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Preferences saved.")).to_be_visible()
    for path in ("/account", "/users"):
        page.goto(path)
        page.keyboard.type("and/or")
        expect(search).not_to_be_focused()
        expect(page.get_by_text("/", exact=True)).to_be_hidden()


def test_no_field_is_so_small_that_a_phone_zooms_in(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator
) -> None:
    page = new_context(**IPHONE).new_page()
    page.goto("/login")
    small = {"/login": page.evaluate(SMALL)}
    enter(page, *add_person(Role.ADMIN, Role.ISSUER))
    states = ("active", "pending", "suspended")
    known = {status: user_of(simulator, status)["id"] for status in states}
    fields = 0
    for path in (*PATHS, "/account/authenticator", "/staff/1", "/confirm"):
        page.goto(path.format(**known))
        small[path] = page.evaluate(SMALL)
        fields += page.locator("input:not([type=hidden]), select, textarea").count()
    assert not {path: each for path, each in small.items() if each}
    assert fields > 2 * len(PATHS)


def test_what_is_typed_in_a_filter_stays_when_the_answer_to_a_chip_comes(
    new_context: NewContext, add_person: AddPerson
) -> None:
    page = new_context().new_page()
    page.goto("/settings/requests")
    enter(page, *add_person(Role.ADMIN))
    box = page.get_by_role("searchbox", name="User ID or request ID")
    box.press_sequentially("abc")
    with page.expect_response(lambda answer: "status=5xx" in answer.url):
        page.evaluate("document.querySelector('.chips a[href*=\"status=5xx\"]').click()")
    expect(page.locator(".chips [aria-current]")).to_have_text(re.compile("5"))
    expect(box).to_have_value("abc")
    expect(box).to_be_focused()
