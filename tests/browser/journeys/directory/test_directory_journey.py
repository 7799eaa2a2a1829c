"""The directory's page by keyboard, from the first sweep's start to our own list of users."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from dashboard.wiring import build_services
from tests.browser.conftest import AddPerson, NewContext, Server, come_in
from tests.browser.support.stage import run
from tests.support.servers.simulator_process import RunningSimulator

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "page": "Directory",
        "start": "Start sweep",
        "pause": "Pause sweep",
        "resume": "Resume sweep",
        "running": "Running",
        "paused": "Paused",
        "complete": "Complete",
        "copy": "Our copy: ",
    },
    "es": {
        "page": "Directorio",
        "start": "Iniciar barrido",
        "pause": "Pausar barrido",
        "resume": "Reanudar barrido",
        "running": "En curso",
        "paused": "En pausa",
        "complete": "Completo",
        "copy": "Nuestra copia: ",
    },
}


@pytest.fixture
def server(
    simulator_process: RunningSimulator, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A dashboard that no sweep has filled."""
    with run(simulator_process, migrated, tmp_path_factory.mktemp("directory")) as server:
        yield server


def press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    button.press("Enter")


@pytest.mark.parametrize(("has_script", "locale"), [(True, "en"), (False, "es")])
def test_a_sweep_is_started_paused_and_resumed_and_then_our_copy_is_the_list(
    new_context: NewContext,
    add_person: AddPerson,
    server: Server,
    has_script: bool,  # noqa: FBT001  a parameter of the test
    locale: str,
) -> None:
    words = WORDS[locale]
    context = new_context(locale=locale, java_script_enabled=has_script)
    page = context.new_page()
    come_in(page, add_person(Role.ADMIN), "/settings")
    page.locator("#main").get_by_role("link", name=words["page"]).first.press("Enter")
    page.wait_for_url("**/settings/directory")
    sweep = page.locator("section", has=page.locator("#sweep-title"))
    badge = sweep.locator("header .badge")
    for what, told in (("start", "running"), ("pause", "paused"), ("resume", "running")):
        press(page, words[what])
        expect(badge).to_have_text(words[told])
    sync = build_services(server.config, server.database).directory.sync
    while sync.work().total_seconds() == 0:
        pass
    if not has_script:
        page.reload()
    expect(badge).to_have_text(words["complete"])
    page.goto("/users")
    expect(page.locator("#main")).to_contain_text(words["copy"])
