"""The command palette, the keys and the users opened last, by keyboard only."""

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, come_in
from tests.browser.support.every_page import findings, user_of
from tests.browser.test_access import press
from tests.support.servers.simulator_process import RunningSimulator

WORDS = {
    "en": ("Find a user, page or action", "Results", "Start KYC", "Saved views", "Recent users"),
    "es": (
        "Busca un usuario, una página o una acción",
        "Resultados",
        "Iniciar KYC",
        "Vistas guardadas",
        "Usuarios recientes",
    ),
}


def open_as(new_context: NewContext, person: tuple[str, str], path: str, **options: object) -> Page:
    page = new_context(**{"viewport": {"width": 1280, "height": 800}, **options}).new_page()
    page.goto(path)
    page.locator("#email").fill(person[0])
    page.locator("#password").fill(person[1])
    page.locator("button.primary").click()
    page.wait_for_url(lambda url: "/login" not in url)
    return page


@pytest.mark.parametrize(("locale", "theme", "width"), [("en", "light", 1280), ("es", "dark", 390)])
def test_people_pages_and_actions_are_found_by_keyboard(
    new_context: NewContext,
    add_person: AddPerson,
    simulator: RunningSimulator,
    locale: str,
    theme: str,
    width: int,
) -> None:
    box_name, results, start, views, _recent = WORDS[locale]
    user = user_of(simulator, "pending")
    size = {"width": width, "height": 800}
    page = open_as(
        new_context,
        add_person(Role.ADMIN),
        "/users?limit=100",
        locale=locale,
        color_scheme=theme,
        viewport=size,
    )
    page.goto(f"/users/{user['id']}")
    page.get_by_role("heading", level=1).wait_for()
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name=box_name)
    expect(box).to_be_focused()
    options = page.get_by_role("listbox", name=results).get_by_role("option")
    first = page.locator("#palette-list").get_by_role("option", selected=True)
    expect(first).to_have_text(start)
    assert not findings(page)
    active = first.get_attribute("id")
    assert box.get_attribute("aria-activedescendant") == active
    press(page, "ArrowDown", "ArrowUp", "ArrowUp")
    assert options.last.get_attribute("aria-selected") == "true"
    status = page.locator("#palette-status")
    expect(status).to_have_text(f"{options.count()} {results.lower()}")
    page.keyboard.type(user["email"][:6])
    expect(first).to_contain_text("@example.com")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Enter")
    page.wait_for_url("**/users/*")
    page.get_by_role("heading", level=1).wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.type(views[:8])
    expect(first).to_have_text(views)
    page.keyboard.press("Enter")
    page.wait_for_url("**/views")
    page.keyboard.press("?")
    dialog = page.locator("#shortcuts")
    expect(dialog).to_be_visible()
    assert not findings(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_the_focus_returns_where_it_was_and_the_button_opens_it_too(page: Page) -> None:
    link = page.get_by_role("link", name="KYC desk")
    link.focus()
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Find a user, page or action")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    page.keyboard.press("Meta+k")
    expect(box).to_be_focused()
    page.keyboard.press("Control+k")
    expect(link).to_be_focused()
    button = page.get_by_role("button", name="Commands, Ctrl K")
    button.click()
    expect(box).to_be_focused()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(button).to_be_focused()


def test_a_text_is_searched_for_as_in_the_box(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("no-one-here")  # what is typed while the palette loads is not lost
    page.keyboard.press("Enter")  # and waits for what it asks for
    page.wait_for_url("**/users?q=no-one-here")


def test_an_id_is_copied_and_the_palette_is_gone(page: Page, simulator: RunningSimulator) -> None:
    user = user_of(simulator, "active")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/users/{user['id']}")
    page.keyboard.press("Control+k")
    page.keyboard.type("copy user")
    expect(page.locator("#palette-list").get_by_role("option", selected=True)).to_have_text(
        "Copy user ID"
    )
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("User ID copied")
    assert page.evaluate("navigator.clipboard.readText()") == user["id"]
    expect(page.locator("#palette")).to_be_hidden()


def test_keys_lead_to_pages_until_they_are_turned_off_and_ctrl_k_always_works(page: Page) -> None:
    for key, path in (("k", "/kyc"), ("t", "/tokens"), ("o", "/"), ("u", "/users")):
        press(page, "g", key)
        page.wait_for_url(f"**{path}")
        page.get_by_role("heading", level=1).wait_for()
    page.locator("#users-q").focus()
    page.keyboard.type("g?")
    expect(page.locator("#users-q")).to_have_value("g?")
    page.goto("/account")
    page.locator("#shortcuts").select_option("off")
    page.get_by_role("button", name="Save preferences").click()
    expect(page.get_by_text("Preferences saved.")).to_be_visible()
    press(page, "?", "g", "k", "/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    assert page.url.endswith("/account")
    assert page.locator("dialog[open]").count() == 1


def test_an_empty_search_box_offers_the_users_opened_last(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator
) -> None:
    page = open_as(new_context, add_person(Role.SUPPORT), "/kyc")
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    first, second = simulator.users()[:2]
    for user in (first, second):
        page.goto(f"/users/{user['id']}")
    page.keyboard.press("/")
    recent = page.get_by_role("navigation", name="Recent users")
    expect(recent.get_by_role("link").first).to_have_text(second["email"])
    assert not findings(page)
    press(page, "ArrowDown", "ArrowDown")
    expect(recent.get_by_role("link").last).to_be_focused()
    press(page, "ArrowUp", "ArrowUp")
    expect(page.locator("#find")).to_be_focused()
    press(page, "ArrowDown", "Escape")
    expect(page.locator("#find")).to_be_focused()
    page.wait_for_load_state("networkidle")
    expect(recent).to_be_hidden()
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(recent).to_be_visible()
    page.keyboard.type("a")
    expect(recent).to_be_hidden()
    page.keyboard.press("Backspace")
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(recent).to_be_visible()
    press(page, "ArrowDown", "ArrowDown", "Enter")
    page.wait_for_url(f"**/users/{first['id']}")


def test_without_javascript_there_is_no_button_and_pages_have_it_all(
    new_context: NewContext, person: tuple[str, str]
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    come_in(page, person, "/users?status=pending")
    expect(page.get_by_role("button", name="Commands, Ctrl K")).to_be_hidden()
    page.get_by_role("link", name="Save view").click()
    page.get_by_label("Name").fill("Pending")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_text("View saved.")).to_be_visible()
    page.get_by_role("link", name="Saved views").click()
    page.get_by_role("link", name="Pending", exact=True).click()
    page.wait_for_url("**/users?status=pending")


@pytest.mark.parametrize(("locale", "theme"), [("en", "dark"), ("es", "light")])
def test_a_view_is_saved_shared_renamed_and_deleted_by_keyboard(
    new_context: NewContext, add_person: AddPerson, locale: str, theme: str
) -> None:
    page = open_as(
        new_context,
        add_person(Role.ADMIN),
        "/users?status=pending&limit=100",
        locale=locale,
        color_scheme=theme,
    )
    name = f"Pending {locale}"
    page.locator("a[href^='/views/new']").press("Enter")
    expect(page.locator("#name")).to_be_focused()
    assert page.url.endswith("/users?status=pending&limit=100")
    page.locator("#name").press("Enter")
    expect(page.locator("#name-error")).to_be_visible()
    page.locator("#name").fill(name)
    page.locator("input[name=shared]").press("Space")
    assert not findings(page)
    page.locator("#name").press("Enter")
    page.wait_for_url("**/users?status=pending")
    link = page.locator("#saved-views a", has_text=name)
    expect(link).to_have_attribute("aria-current", "true")
    page.goto("/views")
    row = page.locator("main li", has_text=name)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not findings(page)
    row.locator("summary").press("Enter")
    row.locator("input[name=name]").fill(f"{name} too")
    row.locator("input[name=name]").press("Enter")
    expect(page.locator("main [role=status]")).to_be_visible()
    row = page.locator("main li", has_text=f"{name} too")
    row.locator("form:has([value=unshare]) button").press("Enter")
    expect(row.locator("form:has([value=share]) button")).to_be_visible()
    row.locator("a.danger").press("Enter")
    page.locator("form:has([value=delete]) button").press("Enter")
    page.wait_for_url("**/views")
    expect(page.locator("main li", has_text=name)).to_be_hidden()
