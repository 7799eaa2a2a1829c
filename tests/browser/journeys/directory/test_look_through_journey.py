"""Looking through the list by keyboard: from a search that finds no one to the user."""

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


WORDS: dict[str, dict[str, str]] = {
    "en": {
        "look": "Look through the list",
        "none": "No one found yet",
        "next": "Read next page",
        "stop": "Stop",
        "stopped": "Stopped",
        "again": "Look again",
        "pages": "{} pages read",
        "page": "1 page read",
    },
    "es": {
        "look": "Buscar en toda la lista",
        "none": "Aún no se encontró a nadie",
        "next": "Leer la página siguiente",
        "stop": "Detener",
        "stopped": "Se detuvo",
        "again": "Buscar de nuevo",
        "pages": "{} páginas leídas",
        "page": "1 página leída",
    },
}


def look_for(page: Page, text: str, locale: str = "en") -> None:
    """Begin at the search that finds no one."""
    page.goto(f"/users?q={text}")
    page.locator("#results").get_by_role("button", name=WORDS[locale]["look"]).press("Enter")
    page.wait_for_url("**/users/look-through/*")


@pytest.mark.parametrize(("has_script", "locale"), [(True, "en"), (False, "es")])
def test_without_a_worker_the_next_page_is_a_button(
    new_context: NewContext,
    add_person: AddPerson,
    last: dict[str, Any],
    has_script: bool,  # noqa: FBT001  a parameter of the test
    locale: str,
) -> None:
    context = new_context(viewport=WIDE, java_script_enabled=has_script, locale=locale)
    page, words = context.new_page(), WORDS[locale]
    progress = page.locator("#look-progress")
    person = add_person(Role.SUPPORT)
    page.goto("/login")  # in the language of the browser
    page.locator("#email").fill(person[0])
    page.locator("#password").fill(person[1])
    page.locator("#password").press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    look_for(page, last["email"].partition("@")[0], locale)
    expect(page.locator("#hits-title")).to_have_text(words["none"])
    page.get_by_role("button", name=words["next"]).press("Enter")
    expect(progress).to_contain_text(words["page"])
    page.get_by_role("button", name=words["stop"]).press("Enter")
    expect(page.locator("#looking header").first).to_contain_text(words["stopped"])
    page.get_by_role("button", name=words["again"]).press("Enter")
    expect(progress).to_contain_text(words["pages"].format(0))
    if has_script:
        return  # a user who is found is in our copy, and the other case would find them there
    page.get_by_role("button", name=words["next"]).press("Enter")
    expect(progress).to_contain_text(words["page"])
    page.get_by_role("button", name=words["next"]).press("Enter")
    page.locator("#looking").get_by_role("link", name=last["email"]).press("Enter")
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
