"""Everything that happens to one person here, from the invitation to the end, in two browsers."""

import re

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, enter
from tests.browser.journeys.test_factors import Device, add_passkey, log_out
from tests.browser.journeys.test_staff_journey import come_in

EMAIL = "nora@example.com"
FIRST, SECOND = "a password of my own", "yet another password"


@pytest.fixture
def admin(new_context: NewContext, add_person: AddPerson) -> Page:
    """An admin's page at the list of staff."""
    page = new_context().new_page()
    page.goto("/staff")
    enter(page, *add_person(Role.ADMIN))
    return page


@pytest.fixture
def nora(new_context: NewContext) -> Page:
    """The page of a person who is new here."""
    return new_context().new_page()


def invite(admin: Page) -> str:
    """Add Nora as a viewer; return her link."""
    admin.get_by_role("link", name="Add staff member").click()
    admin.get_by_label("Work email").fill(EMAIL)
    admin.get_by_label("Name", exact=True).fill("Nora")
    admin.get_by_role("checkbox", name=re.compile("^Viewer")).check()
    admin.get_by_role("button", name="Add and create a link").click()
    return handed_over(admin)


def handed_over(admin: Page) -> str:
    """Return the link that the page shows, and go on to Nora's page."""
    link = admin.locator("#link").inner_text()
    admin.get_by_role("link", name="Done").click()
    return link


def enrol(nora: Page) -> str:
    """Add a passkey; return one of the recovery codes."""
    add_passkey(nora)
    code = nora.locator("#codes").inner_text().split("\n")[0]
    nora.get_by_role("link", name="Done").click()
    return code


def log_in(nora: Page, password: str) -> None:
    nora.goto("/login")
    nora.get_by_label("Work email").fill(EMAIL)
    nora.get_by_label("Password").fill(password)
    nora.get_by_role("button", name="Log in").click()


def by_passkey(nora: Page) -> None:
    """Log in at the page that her session's end has led to."""
    nora.get_by_role("button", name="Passkey").click()
    nora.wait_for_url(lambda url: "/login" not in url)


def set_roles(admin: Page, *roles: str) -> None:
    for role in Role:
        admin.locator(f"[name=roles][value={role.value}]").set_checked(role.value in roles)
    with admin.expect_navigation():
        admin.get_by_role("button", name="Save roles").click()
    expect(admin.get_by_text("Roles saved.", exact=False)).to_be_visible()


def test_invited_enrolled_lost_recovered_promoted_demoted_disabled(admin: Page, nora: Page) -> None:
    link = invite(admin)
    come_in(nora, link, FIRST)
    device = Device(nora)
    recovery_code = enrol(nora)
    log_out(nora)
    nora.get_by_role("button", name="Passkey").click()
    expect(nora.get_by_role("navigation", name="Main")).to_be_visible()

    log_out(nora)
    device.loses_everything()
    nora.get_by_role("button", name="Passkey").click()
    expect(nora.locator("[data-passkey-error]")).to_contain_text("We couldn’t use a passkey")
    log_in(nora, FIRST)
    nora.get_by_role("link", name="Use a recovery code").click()
    nora.get_by_label("Recovery code").fill(recovery_code)
    nora.get_by_role("button", name="Log in").click()
    expect(nora.get_by_role("navigation", name="Main")).to_be_visible()

    admin.reload()  # she has a second factor by now
    admin.get_by_role("link", name="Reset second factors").click()
    admin.get_by_role("button", name="Reset second factors").click()
    again = handed_over(admin)
    nora.goto("/users")
    expect(nora.get_by_label("Work email")).to_be_visible()  # the reset ended the session
    log_in(nora, FIRST)
    expect(nora.get_by_role("alert")).to_contain_text("Email and password don’t match.")
    come_in(nora, again, SECOND)
    enrol(nora)

    set_roles(admin, "viewer", "onboarding")
    nora.goto("/users/new")
    by_passkey(nora)
    expect(nora).to_have_url(re.compile("/users/new$"))
    expect(nora.get_by_role("heading", name="Register user", level=1)).to_be_visible()

    set_roles(admin, "viewer")
    nora.goto("/users/new")
    by_passkey(nora)
    expect(nora.get_by_role("heading", name="You don’t have access to this page")).to_be_visible()
    nora.goto("/users")
    expect(nora.locator("#results tbody tr")).not_to_have_count(0)

    admin.get_by_role("link", name="Disable").click()
    admin.get_by_role("button", name="Disable").click()
    expect(admin.get_by_text("Nora is disabled.").first).to_be_visible()
    nora.get_by_role("link", name="Suspended").first.click()  # a live session, under htmx
    expect(nora.get_by_label("Work email")).to_be_visible()
    nora.get_by_role("button", name="Passkey").click()
    expect(nora.get_by_role("alert")).to_contain_text("This passkey doesn’t work here.")
    log_in(nora, SECOND)
    expect(nora.get_by_role("alert")).to_contain_text("Email and password don’t match.")
