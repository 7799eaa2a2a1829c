"""Erasing and exporting users by keyboard, in both languages, with and without JavaScript."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from dashboard.store.directory import rows
from dashboard.store.directory.rows import SeenUser
from tests.browser.conftest import AddPerson, NewContext, Server
from tests.browser.support.every_page import findings
from tests.support.servers.simulator_process import RunningSimulator

REASON = "Asked for by letter of 3 May"
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "more": "More actions",
        "erase": "Erase what we keep",
        "wrong": "Enter it as shown above. Nothing was erased.",
        "nothing": "We keep nothing about this user now.",
        "kept": "Entry in the directory",
        "export": "Export users",
    },
    "es": {
        "more": "Más acciones",
        "erase": "Borrar lo que guardamos",
        "wrong": "Escríbelo tal como se muestra arriba. No se borró nada.",
        "nothing": "Ahora no guardamos nada de este usuario.",
        "kept": "Entrada en el directorio",
        "export": "Exportar usuarios",
    },
}


@pytest.fixture(params=["en", "es"])
def words(request: pytest.FixtureRequest) -> dict[str, str]:
    return {"locale": str(request.param), **WORDS[str(request.param)]}


def admin_page(new_context: NewContext, add_person: AddPerson, **how: Any) -> Page:  # noqa: ANN401  playwright's
    page = new_context(**how).new_page()
    email, password = add_person(Role.ADMIN)
    page.goto("/login")
    page.locator("#email").fill(email)
    page.locator("#password").fill(password)
    page.locator("#password").press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def keep(server: Server, users: list[dict[str, Any]]) -> None:
    """Put users of the simulator into the directory."""
    seen = [
        SeenUser(UUID(user["id"]), user["email"], user["status"], user["countryCode"], "es", None)
        for user in users
    ]
    with server.database.write() as connection:
        rows.record(connection, seen, datetime.now(UTC))


def tab_to(page: Page, target: str) -> None:
    """Press Tab until the control with this name has the focus."""
    name = "document.activeElement.innerText.trim() || document.activeElement.ariaLabel"
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(name) == target:
            return
    raise AssertionError(f"{target} can’t be reached")


def test_a_user_is_erased_by_keyboard(
    new_context: NewContext,
    add_person: AddPerson,
    simulator: RunningSimulator,
    server: Server,
    words: dict[str, str],
) -> None:
    page = admin_page(new_context, add_person, locale=words["locale"])
    user = simulator.users()[7]
    keep(server, [user])
    page.goto(f"/users/{user['id']}")
    tab_to(page, words["more"])
    page.keyboard.press("Enter")
    tab_to(page, words["erase"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/users/{user['id']}/erase")
    expect(page.locator("#main")).to_contain_text(words["kept"])
    page.locator("#reason").focus()
    page.keyboard.type(REASON)
    page.keyboard.press("Tab")
    page.keyboard.type("ana@example.com")
    page.keyboard.press("Enter")
    expect(page.locator("#errors")).to_contain_text(words["wrong"])
    expect(page.locator("#reason")).to_have_value(REASON)
    assert findings(page) == []
    page.locator("#confirm").fill("")
    page.locator("#confirm").focus()
    page.keyboard.type(user["email"])
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_contain_text(words["nothing"])
    expect(page.locator("#main")).not_to_contain_text(user["email"])
    assert findings(page) == []


def test_a_user_is_erased_without_javascript(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator, server: Server
) -> None:
    page = admin_page(new_context, add_person, java_script_enabled=False)
    user = simulator.users()[8]
    keep(server, [user])
    page.goto(f"/users/{user['id']}/erase")
    page.locator("#reason").fill(REASON)
    page.locator("#confirm").fill(user["email"])
    page.locator("#confirm").press("Enter")
    expect(page.locator("#main")).to_contain_text(WORDS["en"]["nothing"])


@pytest.mark.parametrize("scripts", [True, False])
def test_users_are_exported_by_keyboard(
    new_context: NewContext,
    add_person: AddPerson,
    simulator: RunningSimulator,
    server: Server,
    words: dict[str, str],
    scripts: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    page = admin_page(new_context, add_person, locale=words["locale"], java_script_enabled=scripts)
    keep(server, simulator.users())
    of_country = {str(user["id"]) for user in simulator.users() if user["countryCode"] == "CO"}
    page.goto("/users/export?country=CO")
    expect(page.locator("h1")).to_have_text(words["export"])
    page.locator("#reason").fill(REASON)
    page.locator("input[value=jsonl]").check()
    page.locator("#reason").focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    file = Path(download.value.path())
    given = [json.loads(line) for line in file.read_text().splitlines()]
    assert download.value.suggested_filename.startswith("users-local-20")
    assert of_country <= {each["user_id"] for each in given}
    assert {each["country"] for each in given} == {"CO"}
