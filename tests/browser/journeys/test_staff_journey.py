"""Added and at work, lost the password and back in: without a shell and without mail."""

import re

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, enter
from tests.browser.support.every_page import findings
from tests.browser.support.history import step
from tests.support.sampling import one_in

NEW = "a password of my own"
ANOTHER = "yet another password"


@pytest.fixture
def admin(new_context: NewContext, add_person: AddPerson) -> Page:
    """An admin's page at the list of staff."""
    person = add_person(Role.ADMIN)
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto("/staff")
    enter(page, *person)
    return page


def come_in(page: Page, link: str, password: str) -> None:
    """Open a link, choose a password and arrive at the first useful page."""
    page.goto(link)
    expect(page.get_by_label("New password")).to_be_focused()
    page.get_by_label("New password").fill(password)
    page.get_by_role("button", name="Save and log in").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    page.goto("/users")
    expect(page.locator("#results tbody tr")).not_to_have_count(0)


def copied(page: Page, button: str) -> str:
    page.get_by_role("button", name=button).click()
    expect(page.locator("#toasts .toast span")).to_have_text(
        re.compile(rf"^{button[5:].capitalize()} for .+ copied$")
    )
    return str(page.evaluate("navigator.clipboard.readText()"))


@pytest.mark.parametrize("with_javascript", [True, False], ids=["javascript", "none"])
def test_from_added_to_the_first_useful_page_and_back_in_after_a_lost_password(
    admin: Page,
    new_context: NewContext,
    with_javascript: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    email = f"bruno-{with_javascript}@example.com".lower()
    admin.get_by_role("link", name="Add staff member").click()
    admin.get_by_label("Work email").fill(email)
    admin.get_by_label("Name", exact=True).fill(f"Bruno {with_javascript}")
    admin.get_by_role("checkbox", name="Onboarding").check()
    admin.get_by_role("button", name="Add and create a link").click()
    message = copied(admin, "Copy message")
    link = copied(admin, "Copy link")
    assert link in message
    assert "/link/" not in admin.url

    bruno = new_context(java_script_enabled=with_javascript).new_page()
    come_in(bruno, link, NEW)
    bruno.get_by_role("button", name="Log out").click()

    admin.get_by_role("link", name="Done").click()
    admin.get_by_role("button", name="Create a link").click()
    again = copied(admin, "Copy link")
    assert again != link
    come_in(bruno, again, ANOTHER)

    replayed = new_context().new_page()
    for dead in (link, again):
        replayed.goto(dead)
        expect(replayed.get_by_role("heading", name="This link doesn’t work")).to_be_visible()


@pytest.mark.parametrize("with_javascript", [True, False], ids=["javascript", "none"])
def test_disabling_asks_first_and_can_be_undone(
    new_context: NewContext,
    add_person: AddPerson,
    with_javascript: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    email, _ = add_person(Role.SUPPORT)
    page = new_context(java_script_enabled=with_javascript).new_page()
    page.goto("/staff")
    enter(page, *add_person(Role.ADMIN))
    page.get_by_role("row", name=email).get_by_role("link").click()
    page.wait_for_url(re.compile(r"/staff/\d+$"))
    where = page.url
    question = page.get_by_role("heading", name="Disable Ana Martins?")

    page.get_by_role("link", name="Disable").click()
    expect(question).to_be_visible()
    assert (page.url == where) is with_javascript  # a dialog, or a page of its own
    if with_javascript:
        assert not findings(page)  # axe is a script
    cancel = page.get_by_role("button" if with_javascript else "link", name="Cancel")
    if with_javascript:
        expect(cancel).to_be_focused()
    cancel.click()
    expect(question).not_to_be_visible()
    if with_javascript:
        expect(page.get_by_role("link", name="Disable")).to_be_focused()

    page.get_by_role("link", name="Disable").click()
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_text("Ana Martins is disabled.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Ana Martins is enabled.")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_back_and_reload_do_not_show_the_link_again(admin: Page) -> None:
    admin.get_by_role("link", name="Add staff member").click()
    admin.get_by_label("Work email").fill("clara@example.com")
    admin.get_by_label("Name", exact=True).fill("Clara")
    admin.get_by_role("checkbox").first.check()
    admin.get_by_role("button", name="Add and create a link").click()
    token = admin.locator("#link").inner_text().rsplit("/", 1)[1]
    admin.get_by_role("link", name="Done").click()
    expect(admin.get_by_role("heading", name="Clara")).to_be_visible()
    for way in ("back", "forward"):
        step(admin, way)
        assert token not in admin.content()
    kept = admin.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert token not in kept


def test_no_request_names_the_link_but_those_for_its_page(
    new_context: NewContext, admin: Page
) -> None:
    admin.get_by_role("link", name="Add staff member").click()
    admin.get_by_label("Work email").fill("dora@example.com")
    admin.get_by_label("Name", exact=True).fill("Dora")
    admin.get_by_role("checkbox").first.check()
    admin.get_by_role("button", name="Add and create a link").click()
    link = admin.locator("#link").inner_text()
    page = new_context().new_page()
    said: list[str] = []
    page.on("request", lambda request: said.append(str(request.all_headers().get("referer"))))
    come_in(page, link, NEW)
    assert len(said) > 3
    assert not [referrer for referrer in said if "/link/" in referrer]


def test_the_account_speaks_and_looks_as_chosen_without_a_flash(
    new_context: NewContext, person: tuple[str, str]
) -> None:
    page = new_context(color_scheme="light").new_page()
    page.goto("/account")
    enter(page, *person)
    page.get_by_label("Theme").select_option("dark")
    page.get_by_label("Language").select_option("es")
    page.get_by_label("Time zone").fill("America/Bogota")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    elsewhere = new_context(color_scheme="light").new_page()
    elsewhere.goto("/account")
    enter(elsewhere, *person)
    elsewhere.reload(wait_until="commit")
    assert elsewhere.locator("html").get_attribute("data-theme") == "dark"
    elsewhere.locator("[data-theme-toggle]").click()
    elsewhere.reload(wait_until="commit")
    assert elsewhere.locator("html").get_attribute("data-theme") == "light"
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("theme", one_in(2, ["dark", "light"]))
def test_axe_finds_nothing_on_the_new_pages(
    new_context: NewContext, add_person: AddPerson, theme: str
) -> None:
    person = add_person(Role.ADMIN)
    page = new_context(color_scheme=theme).new_page()
    page.goto("/staff")
    enter(page, *person)
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            found[f"{name} {width}"] = findings(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        page.set_viewport_size({"width": 1280, "height": 800})

    look("staff")
    page.goto("/account")
    look("account")
    page.get_by_role("button", name="Change password").click()
    expect(page.locator("#errors")).to_be_focused()
    look("account refused")
    page.goto("/staff/1")
    look("person")
    page.goto("/staff/new")
    page.get_by_role("button", name="Add and create a link").click()
    expect(page.locator("#errors")).to_be_focused()
    look("new refused")
    page.get_by_label("Work email").fill(f"eva-{theme}@example.com")
    page.get_by_label("Name", exact=True).fill("Eva")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Add and create a link").click()
    expect(page.locator("#link")).to_be_visible()
    look("handed over")
    page.goto(page.locator("#link").inner_text())
    look("link")
    page.goto("/link/none")
    look("dead link")
    assert not {name: problems for name, problems in found.items() if problems}
