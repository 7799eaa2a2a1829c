"""What a control does for a user is noted by the control; a card is one printed page."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from dashboard.services.permissions import Role
from dashboard.store.directory import rows as directory
from dashboard.store.schema import contacts
from tests.browser.conftest import AddPerson, NewContext, Server, come_in
from tests.browser.support.waiting import start_kyc
from tests.support.servers.simulator_process import RunningSimulator

A5 = (419.5, 595.3)  # in points


class Someone:
    """A user with a link, on their page."""

    def __init__(self, page: Page, server: Server, user_id: str) -> None:
        self.page = page
        self.server = server
        self.id = user_id
        self.last = page.locator("#last-contact")
        page.goto(f"/users/{user_id}")

    def kinds(self) -> list[str]:
        of_user = select(contacts.c.kind).where(contacts.c.user_id == UUID(self.id))
        with self.server.database.read() as connection:
            return list(connection.execute(of_user.order_by(contacts.c.id)).scalars())

    def noted(self, words: str, *kinds: str) -> None:
        expect(self.last).to_contain_text(words)
        assert self.kinds() == list(kinds)


@pytest.fixture
def someone(
    new_context: NewContext, add_person: AddPerson, server: Server, simulator: RunningSimulator
) -> Someone:
    context = new_context(
        viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    come_in(page, add_person(Role.SUPPORT), "/users")
    user_id = start_kyc(page, page.url.removesuffix("/users"), simulator)
    return Someone(page, server, user_id)


def test_a_control_that_is_used_is_noted_and_the_page_shows_it(someone: Someone) -> None:
    page = someone.page
    page.get_by_role("button", name="Copy link").click()
    someone.noted("Link copied", "link_copied")
    page.get_by_role("button", name="Copy message", exact=True).click()
    someone.noted("Message copied", "link_copied", "message_copied")
    page.get_by_role("button", name="Show code").click()
    expect(page.get_by_role("img", name="QR code of the verification link")).to_be_visible()
    someone.noted("Code shown", "link_copied", "message_copied", "code_shown")
    page.keyboard.press("Escape")
    page.evaluate("addEventListener('click', (event) => event.preventDefault())")
    page.get_by_role("link", name="Open in mail program").click()
    expect(someone.last).to_contain_text("Email opened to send")
    page.reload()
    expect(someone.last).to_contain_text("Email opened to send")


def test_the_code_is_shown_by_its_control_only_and_a_view_notes_nothing(someone: Someone) -> None:
    expect(someone.page.get_by_role("img", name="QR code")).to_have_count(0)
    someone.page.reload()
    assert someone.kinds() == []


def test_a_contact_that_could_not_be_noted_is_reported(someone: Someone) -> None:
    def fail(route: Route) -> None:
        route.fulfill(status=503)

    someone.page.route("**/contacts", fail)
    someone.page.get_by_role("button", name="Copy link").click()
    told = someone.page.locator("#toasts [role=alert]")
    expect(told).to_contain_text("we couldn’t add it to the contact log")
    assert someone.kinds() == []
    assert "inquiry-id=" in someone.page.evaluate("navigator.clipboard.readText()")


def test_who_may_not_write_notes_is_asked_for_nothing(
    someone: Someone, new_context: NewContext, add_person: AddPerson
) -> None:
    page = new_context().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    come_in(page, add_person(Role.VIEWER), f"/users/{someone.id}")
    asked.clear()
    expect(page.get_by_role("heading", name="Follow-up")).to_be_visible()
    expect(page.get_by_role("button", name="Add contact")).to_have_count(0)
    expect(page.locator("[data-contact=link_copied], #link-code")).to_have_count(0)
    assert not [each for each in asked if each.startswith("POST")]


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_card_is_one_a5_page_with_the_code(
    someone: Someone, simulator: RunningSimulator, language: str
) -> None:
    with someone.server.database.write() as connection:
        directory.know(connection, UUID(someone.id), name="Maximiliano-Alejandro Rojas")
    assert simulator
    page = someone.page
    page.goto(f"/users/{someone.id}/card?say={language}")
    page.emulate_media(media="print", color_scheme="dark")
    for hidden in ("h1", ".banner", ".crumbs", "#find"):
        expect(page.locator(hidden).first).not_to_be_visible()
    expect(page.locator(".paper svg.qr")).to_be_visible()
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    boxes = [tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox \[([^\]]+)\]", pdf)]
    assert [tuple(box[2:]) for box in boxes] == [pytest.approx(A5, abs=1)]
    background = page.locator(".paper").evaluate("(node) => getComputedStyle(node).backgroundColor")
    assert background == "rgb(255, 255, 255)"


def test_printing_a_card_is_noted_by_its_button(someone: Someone) -> None:
    page = someone.page
    page.goto(f"/users/{someone.id}/card")
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes' }")
    with page.expect_response("**/contacts") as answer:
        page.get_by_role("button", name="Print card").click()
    assert answer.value.status == 204
    assert page.locator("body").get_attribute("data-printed") == "yes"
    assert someone.kinds() == ["card_printed"]


def test_without_javascript_a_contact_is_added_by_hand_and_the_code_opens(
    someone: Someone, new_context: NewContext, add_person: AddPerson
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    come_in(page, add_person(Role.SUPPORT), f"/users/{someone.id}")
    page.get_by_role("button", name="Show code").click()
    expect(page.get_by_role("img", name="QR code of the verification link")).to_be_visible()
    page.goto(f"/users/{someone.id}")
    page.get_by_label("Contact", exact=True).select_option("Called, no answer")
    page.get_by_role("button", name="Add contact").click()
    expect(page.get_by_text("Contact added.")).to_be_visible()
    someone.last = page.locator("#last-contact")
    someone.noted("Called, no answer", "called_no_answer")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Contact removed.")).to_be_visible()
    assert someone.kinds() == []


def test_c_copies_the_message_of_an_open_user(someone: Someone) -> None:
    someone.page.keyboard.press("c")
    someone.noted("Message copied", "message_copied")
