"""Emailing many users their link: choose, check, start, and watch the job to its end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.wiring import build_services
from tests.browser.conftest import AddPerson, NewContext, Server, come_in
from tests.browser.support.stage import run
from tests.support.pages.many.sending import PATH, Waiting
from tests.support.servers.mail_server import Inbox, serve_mail
from tests.support.servers.simulator_process import RunningSimulator

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
INBOX = Inbox()


@pytest.fixture(scope="module")
def server(
    simulator_process: RunningSimulator, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A dashboard that can send emails to users."""
    with serve_mail(INBOX) as port:
        mail = {"MAIL_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "d@example.com"}
        mail["USER_MAIL_FROM"] = "help@example.com"
        folder = tmp_path_factory.mktemp("mailing")
        with run(simulator_process, migrated, folder, **mail) as server:
            yield server


@pytest.fixture
def database(server: Server) -> Database:
    return server.database


@pytest.fixture
def worker(server: Server) -> Services:
    """The worker's services; the test takes its turns."""
    return build_services(server.config, server.database)


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_links_are_sent_with_and_without_scripts(
    new_context: NewContext,
    add_person: AddPerson,
    worker: Services,
    simulator: RunningSimulator,
    database: Database,
    has_script: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    word, person = ("script" if has_script else "plain"), add_person(Role.KYC)
    waiting = Waiting(simulator, database)
    for name in ("one", "two", "called"):
        waiting.add(f"{word}-{name}")
    waiting.contact(f"{word}-called", 1)
    page = new_context(viewport=WIDE, java_script_enabled=has_script).new_page()
    come_in(page, person, "/kyc?lane=link_fresh")
    page.get_by_role("link", name="Send links by email").click()
    page.get_by_label("User IDs").fill("nobody")
    page.get_by_role("button", name="Check list").click()
    expect(page.locator("#users-error")).to_contain_text("“nobody” isn’t a user ID.")
    page.get_by_label("User IDs").fill("\n".join(map(str, waiting.ids.values())))
    page.get_by_label("In the last 3 days").check()
    page.get_by_role("button", name="Check list").click()
    expect(page.locator("#preview")).to_contain_text("2 to email · 1 left out")
    expect(page.locator("#left-out")).to_contain_text("Called, reached")
    expect(page.locator("#send")).to_contain_text("Message in Spanish")
    page.get_by_role("button", name="Send 2 emails").click()
    page.wait_for_url("**/jobs/*")
    expect(page.locator("#progress-title")).to_have_text("0 of 2 rows")
    while not worker.jobs.runner.work():
        pass
    if not has_script:
        page.get_by_role("link", name="Refresh").click()
    expect(page.locator("#progress-title")).to_have_text("2 of 2 rows")
    sent = {each for each in INBOX.recipients if each.startswith(word)}
    assert sent == {f"{word}-one@example.com", f"{word}-two@example.com"}


def test_a_phone_shows_no_sideways_scroll(
    new_context: NewContext,
    add_person: AddPerson,
    simulator: RunningSimulator,
    database: Database,
) -> None:
    person = add_person(Role.KYC)
    waiting = Waiting(simulator, database)
    waiting.add("phone-one")
    waiting.add("phone-called")
    waiting.contact("phone-called", 1)
    page = new_context(viewport=PHONE).new_page()
    come_in(page, person, PATH)
    assert not scrolls_sideways(page)
    page.get_by_role("button", name="Check list").click()
    expect(page.locator("#preview")).to_contain_text("phone-one")
    assert not scrolls_sideways(page)


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
