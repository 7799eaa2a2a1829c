"""Second factors in a real browser, with Chromium's virtual authenticator."""

import re

import pyotp
import pytest
from playwright.sync_api import CDPSession, Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, enter
from tests.browser.support.every_page import findings
from tests.browser.support.history import step

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    """The authenticator of one browser."""

    def __init__(self, page: Page) -> None:
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._cdp.send("WebAuthn.enable")
        added = self._cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self._id = added["authenticatorId"]

    def passkeys(self) -> list[dict[str, object]]:
        found = self._cdp.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return list(found["credentials"])

    def loses_everything(self) -> None:
        self._cdp.send("WebAuthn.clearCredentials", {"authenticatorId": self._id})

    def verifies(self, *, its_owner: bool) -> None:
        """Be held by its owner, or by a person whose finger it does not know."""
        wanted = {"authenticatorId": self._id, "isUserVerified": its_owner}
        self._cdp.send("WebAuthn.setUserVerified", wanted)


@pytest.fixture
def person(add_person: AddPerson) -> tuple[str, str]:
    return add_person(Role.SUPPORT)


@pytest.fixture
def page(new_context: NewContext, person: tuple[str, str]) -> Page:
    """A page of a device with a passkey reader, at the account."""
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto("/account")
    enter(page, *person)
    return page


@pytest.fixture
def device(page: Page) -> Device:
    return Device(page)


def add_passkey(page: Page) -> None:
    page.goto("/account/factors")
    page.get_by_label("Passkey name").fill("Laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes", exact=True)).to_be_visible()


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Log out").first.click()
    expect(page.get_by_label("Work email")).to_be_visible()


def test_a_passkey_from_enrolment_to_its_end(
    page: Page, device: Device, person: tuple[str, str]
) -> None:
    add_passkey(page)
    assert len(device.passkeys()) == 1
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("Passkey “Laptop”", exact=False).first).to_be_visible()

    log_out(page)  # without a password
    page.get_by_role("button", name="Passkey").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()

    log_out(page)  # as the second step
    page.goto("/login?next=/users")
    page.get_by_label("Work email").fill(person[0])
    page.get_by_label("Password").fill(person[1])
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Enter your second factor")).to_be_visible()
    page.get_by_role("button", name="Passkey").click()
    page.wait_for_url(lambda url: "/login" not in url)
    expect(page).to_have_url(re.compile("/users$"))

    page.goto("/account")  # removed
    page.get_by_role("button", name=re.compile("Remove.*Laptop")).click()
    expect(page.get_by_text("Your account has a password only", exact=False)).to_be_visible()
    log_out(page)
    page.get_by_role("button", name="Passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("This passkey doesn’t work here.")


def test_a_finger_that_is_not_the_owner_s_is_told_and_changes_nothing(
    page: Page, device: Device
) -> None:
    add_passkey(page)
    log_out(page)
    device.verifies(its_owner=False)
    page.get_by_role("button", name="Passkey").click()
    expect(page.locator("[data-passkey-error]")).to_contain_text("We couldn’t use a passkey")
    expect(page).to_have_url(re.compile("/login$"))
    device.verifies(its_owner=True)
    page.get_by_role("button", name="Passkey").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


def test_a_device_that_has_one_already_says_so(page: Page, device: Device) -> None:
    add_passkey(page)
    page.goto("/account/factors")
    page.get_by_label("Passkey name").fill("Again")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("[data-passkey-error]")).to_contain_text("already have a passkey")
    assert len(device.passkeys()) == 1


def test_a_browser_that_cannot_write_json_itself_does_it_by_hand(
    page: Page, device: Device
) -> None:
    page.context.add_init_script(
        """delete PublicKeyCredential.parseCreationOptionsFromJSON;
           delete PublicKeyCredential.parseRequestOptionsFromJSON;
           delete PublicKeyCredential.prototype.toJSON;"""
    )
    add_passkey(page)
    log_out(page)
    assert device.passkeys()
    page.get_by_role("button", name="Passkey").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


@pytest.mark.parametrize("with_javascript", [True, False], ids=["javascript", "none"])
def test_an_app_and_the_codes_for_when_it_is_lost(
    new_context: NewContext,
    person: tuple[str, str],
    with_javascript: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    page = new_context(java_script_enabled=with_javascript).new_page()
    page.goto("/account")
    enter(page, *person)
    page.get_by_role("link", name="Add an authenticator app").click()
    secret = page.locator("#secret").inner_text()
    page.get_by_label("First code", exact=True).fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Add the app").click()
    code = page.locator("#codes").inner_text().split("\n")[0]
    for needs_javascript in ("Copy", "Print"):
        expect(page.get_by_role("button", name=needs_javascript)).to_be_visible(
            visible=with_javascript
        )
    log_out(page)
    expect(page.get_by_role("button", name="Passkey")).to_have_count(1 if with_javascript else 0)
    page.get_by_label("Work email").fill(person[0])
    page.get_by_label("Password").fill(person[1])
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_label("Code from your authenticator")).to_be_focused()
    page.get_by_label("Code from your authenticator").fill("000000")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("This code doesn’t work.")
    page.get_by_role("link", name="Use a recovery code").click()
    page.get_by_label("Recovery code").fill(code)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto("/account")
    expect(page.get_by_text("9 of 10 left")).to_be_visible()


def test_the_codes_are_copied_and_gone_when_the_page_is_left(page: Page, device: Device) -> None:
    assert device
    add_passkey(page)
    codes = page.locator("#codes").inner_text()
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#toasts")).to_have_text("Recovery codes copied")
    assert page.evaluate("navigator.clipboard.readText()") == codes
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("10 of 10 left")).to_be_visible()
    step(page, "back")
    assert codes.split("\n")[0] not in page.content()


def test_the_pages_are_accessible(page: Page, device: Device, person: tuple[str, str]) -> None:
    assert device
    for path in ("/account", "/account/factors", "/account/authenticator"):
        page.goto(path)
        assert findings(page) == [], path
    add_passkey(page)
    assert findings(page) == []
    page.goto("/account")
    assert findings(page) == []
    log_out(page)
    page.get_by_label("Work email").fill(person[0])
    page.get_by_label("Password").fill(person[1])
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Enter your second factor")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("link", name="Use a recovery code").click()
    page.get_by_label("Recovery code").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert findings(page) == []
