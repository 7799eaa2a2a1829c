"""The overview, open while others work: what changed comes in its place, and nothing moves away."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from dashboard.services.permissions import Role
from dashboard.store.directory import rows
from dashboard.store.directory.rows import SeenUser
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.schema import last_visits
from dashboard.wiring import now
from tests.browser.conftest import AddPerson, NewContext, Server, come_in
from tests.browser.support.every_page import findings
from tests.browser.support.stage import run
from tests.support.directory import facts_of, fill
from tests.support.servers.simulator_process import RunningSimulator

Theme = Literal["light", "dark"]
LABELS_ARE_LINES = """weeks => [...weeks.children].every(
  week => week.offsetHeight < week.firstChild.getBoundingClientRect().height + 24)"""


@pytest.fixture
def users(simulator_process: RunningSimulator) -> list[SeenUser]:
    """Return users who register pending."""
    return [replace(facts_of(user), status="pending") for user in simulator_process.users()]


@pytest.fixture
def server(
    simulator_process: RunningSimulator,
    migrated: Path,
    tmp_path_factory: pytest.TempPathFactory,
    users: list[SeenUser],
) -> Iterator[Server]:
    """A dashboard whose copy is complete: six users became active, and four links are out."""
    with run(simulator_process, migrated, tmp_path_factory.mktemp("overview")) as server:
        with server.database.write() as connection:
            rows.record(connection, users, now() - timedelta(days=40))
            for number, user in enumerate(users[:10]):
                at = now() - timedelta(days=3 * number, hours=20)
                link = f"https://inquiry.withpersona.com/verify?inquiry-id=inq_{number}"
                inquiry = Inquiry(
                    user.user_id,
                    InquiryState.HELD,
                    at,
                    InquirySource.HERE,
                    inquiry_id=f"inq_{number}",
                    verification_url=link,
                )
                inquiries.add(connection, inquiry, None)
        for number, user in reversed(list(enumerate(users[:6]))):
            become(server, user, "active", timedelta(days=3 * number))
        fill(server.database, users[6:])
        yield server


def become(server: Server, user: SeenUser, status: str, ago: timedelta = timedelta()) -> None:
    """Change a user, as an answer of the API does."""
    with server.database.write() as connection:
        rows.record(connection, [replace(user, status=status)], now() - ago)


def leave(server: Server, ago: timedelta) -> None:
    """Let everyone's last visit be over for so long."""
    with server.database.write() as connection:
        connection.execute(update(last_visits).values(seen_at=now() - ago))


def ask(page: Page) -> None:
    """Let the page ask what changed, which it does every half minute."""
    with page.expect_response(re.compile(r"seen=")):
        page.evaluate("htmx.trigger('#follow', 'follow')")


@pytest.fixture
def page(new_context: NewContext, add_person: AddPerson, server: Server) -> Page:
    """A page of someone who was away for two hours, and comes back to the overview."""
    page = new_context(viewport={"width": 1280, "height": 700}).new_page()
    come_in(page, add_person(Role.KYC), "/")
    leave(server, timedelta(hours=2))
    page.reload()
    return page


def test_an_open_page_tells_what_changed_and_keeps_focus_and_place(
    page: Page, server: Server, users: list[SeenUser]
) -> None:
    since = page.locator("#since")
    expect(since).to_contain_text("Since your last visit")
    expect(since.get_by_role("link", name="1 became active")).to_be_visible()
    held = page.locator("#attention .list a").nth(1)
    name = held.inner_text()
    held.focus()
    page.evaluate("document.activeElement.scrollIntoView({ block: 'center' })")
    scrolled = page.evaluate("scrollY")
    become(server, users[6], "active")
    become(server, users[20], "banned")
    ask(page)
    expect(since.get_by_role("link", name="2 became active")).to_be_visible()
    expect(since.get_by_role("link", name="1 was suspended, was banned or is gone")).to_be_visible()
    expect(page.locator("#attention .list a").nth(1)).to_be_focused()
    assert page.evaluate("document.activeElement.innerText") == name
    assert abs(page.evaluate("scrollY") - scrolled) < 200
    since.get_by_role("link", name="2 became active").click()
    page.wait_for_url("**/users?active_from=**")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.go_back()
    expect(since.get_by_role("link", name="2 became active")).to_be_visible()


def test_a_message_that_is_being_read_stays_open(
    page: Page, server: Server, users: list[SeenUser]
) -> None:
    page.goto("/?kind=expired")
    page.get_by_role("button", name="Message for Qash: ").first.click()
    message = page.get_by_role("dialog", name="Message for Qash")
    expect(message).to_be_visible()
    become(server, users[21], "banned")
    page.evaluate(
        "find('#follow').dataset.follow = 0; delete find('#follow').dataset.armed; follow()"
    )
    page.wait_for_timeout(300)
    expect(message).to_be_visible()
    with page.expect_response(re.compile(r"seen=")):
        message.get_by_role("button", name="Close").click()
    expect(page.locator("#since")).to_contain_text("1 was suspended, was banned or is gone")


def test_without_javascript_in_spanish_each_number_leads_to_its_list(
    new_context: NewContext, add_person: AddPerson, server: Server
) -> None:
    page = new_context(java_script_enabled=False, locale="es-CO").new_page()
    page.goto("/")
    person = add_person(Role.KYC)
    page.get_by_label("Correo de trabajo").fill(person[0])
    page.get_by_label("Contraseña").fill(person[1])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    leave(server, timedelta(hours=2))
    page.goto("/")
    expect(page.locator("#since")).to_contain_text("Desde tu última visita")
    page.get_by_role("link", name="1 se activó").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto("/")
    expect(page.locator("#time")).to_contain_text("Mediana")
    weeks = page.get_by_role("table", name="Usuarios por semana")
    number = weeks.locator("tbody tr").last.locator("a").nth(2)
    users = int(number.inner_text())
    number.click()
    expect(page.locator("tbody tr")).to_have_count(users)


def test_axe_finds_nothing_on_a_full_overview_wide_or_narrow(page: Page) -> None:
    themes: tuple[Theme, ...] = ("light", "dark")
    for theme, width in zip(themes, (1280, 390), strict=True):
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 800})
        assert findings(page) == [], theme
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator(".weeks").evaluate(LABELS_ARE_LINES), theme
