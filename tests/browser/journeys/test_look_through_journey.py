"""Looking through the list: from a search that finds no one to the user, however it is read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from dashboard.wiring import build_services
from tests.browser.conftest import AddPerson, NewContext, Server, come_in
from tests.browser.support.stage import run
from tests.support.directory import fill
from tests.support.servers.simulator_process import RunningSimulator

WIDE = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def server(
    simulator_process: RunningSimulator, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A dashboard whose copy of the list counts as complete, and has no one."""
    with run(simulator_process, migrated, tmp_path_factory.mktemp("looking")) as server:
        fill(server.database, [])
        yield server


@pytest.fixture
def last(simulator: RunningSimulator) -> dict[str, Any]:
    """Return the last user of two pages."""
    return simulator.users()[-1]


def look_for(page: Page, text: str) -> None:
    """Begin at the search that finds no one."""
    page.goto(f"/users?q={text}")
    page.locator("#results").get_by_role("button", name="Look through the list").click()
    page.wait_for_url("**/users/look-through/*")


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_without_a_worker_the_next_page_is_a_button(
    new_context: NewContext,
    add_person: AddPerson,
    last: dict[str, Any],
    has_script: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    page = new_context(viewport=WIDE, java_script_enabled=has_script).new_page()
    come_in(page, add_person(Role.SUPPORT), "/account")
    look_for(page, last["email"].partition("@")[0])
    expect(page.locator("#hits-title")).to_have_text("No one found yet")
    page.get_by_role("button", name="Read next page").click()
    expect(page.locator("#look-progress")).to_contain_text("1 page read")
    if has_script:
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("#looking header").first).to_contain_text("Stopped")
        page.get_by_role("button", name="Look again").click()
        expect(page.locator("#look-progress")).to_contain_text("0 pages read")
        return
    page.get_by_role("button", name="Read next page").click()
    page.locator("#looking").get_by_role("link", name=last["email"]).click()
    page.wait_for_url(f"**/users/{last['id']}")


def test_while_a_worker_reads_the_page_shows_each_hit_as_it_is_found(
    new_context: NewContext, add_person: AddPerson, server: Server, simulator: RunningSimulator
) -> None:
    oldest = {"email": "the.very.last@example.net", "createdAt": "2020-01-01T00:00:00Z"}
    simulator.add_user({**simulator.users()[-1], "id": str(uuid4()), **oldest})
    services = build_services(server.config, server.database)
    services.operations.heartbeat.note()
    page = new_context(viewport=WIDE).new_page()
    come_in(page, add_person(Role.SUPPORT), "/account")
    look_for(page, "the.very.last")
    expect(page.locator("#hits-title")).to_have_text("No one found yet")
    while not services.directory.look_reader.work():
        pass
    expect(page.locator("#hits-title")).to_have_text("1 user found")
    expect(page.locator("#looking header").first).to_contain_text("Whole list read")
    expect(page.locator("#follow")).to_have_count(0)
