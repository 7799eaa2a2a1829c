"""Being asked again who one is, in a real browser, where it is on."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import sessions
from dashboard.wiring import now
from tests.browser.conftest import AddPerson, NewContext, Server, enter
from tests.browser.journeys.test_factors import Device, add_passkey
from tests.browser.support.every_page import findings
from tests.support import databases
from tests.support.servers.dashboard_process import serve
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.settings import safe_settings


@pytest.fixture(scope="session")
def server(
    simulator_process: RunningSimulator, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A dashboard that asks again."""
    folder = tmp_path_factory.mktemp("asking")
    settings = {**safe_settings(folder, simulator_process), "STEP_UP": "1", "WEB_THREADS": "4"}
    databases.fill(migrated, folder)
    database = Database(settings["DATABASE_URL"])
    with serve(folder, settings) as (base_url, _):
        yield Server(base_url, database, load_config(None, **settings))
    database.close()


@pytest.fixture
def person(add_person: AddPerson) -> tuple[str, str]:
    """An issuer's email and password."""
    return add_person(Role.ISSUER)


@pytest.fixture
def page(new_context: NewContext, person: tuple[str, str]) -> Page:
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto("/account")
    enter(page, *person)
    return page


def let_six_minutes_pass(server: Server) -> None:
    with server.database.write() as connection:
        connection.execute(sessions.update().values(confirmed_at=now() - timedelta(minutes=6)))


def active(simulator: RunningSimulator) -> str:
    return next(str(user["id"]) for user in simulator.users() if user["status"] == "active")


def test_a_passkey_confirms_and_the_token_s_form_is_as_it_was_left(
    page: Page, server: Server, simulator: RunningSimulator
) -> None:
    assert Device(page)
    add_passkey(page)
    page.goto(f"/users/{active(simulator)}/tokens")
    page.get_by_label("Reason").fill("Reproduce a failed withdrawal")
    let_six_minutes_pass(server)
    page.locator("form[data-once] button.primary").click()
    expect(page.get_by_role("heading", name="Confirm that it’s you", exact=True)).to_be_visible()
    expect(page.get_by_text("Your form hasn’t been sent yet.")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("button", name="Passkey").click()
    expect(page.get_by_text("Not sent yet.")).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("Reproduce a failed withdrawal")
    page.locator("form[data-once] button.primary").click()
    page.wait_for_selector("[data-token]")


def test_a_password_confirms_and_leads_to_what_was_wanted(
    page: Page, server: Server, person: tuple[str, str]
) -> None:
    let_six_minutes_pass(server)
    page.goto("/tokens")
    expect(page.get_by_text("You’ll confirm that it’s you")).to_be_visible()
    page.get_by_role("link", name="Privy (deprecated)").click()
    expect(page.locator("#password")).to_be_focused()
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("That didn’t match. Try again.")).to_be_visible()
    expect(page.locator("#password")).to_be_focused()
    page.keyboard.type(person[1])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Exchange Privy token")).to_be_visible()
