"""The list from our own copy: sorted, filtered, paged and walked, with the keyboard only."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, Server, come_in
from tests.browser.support.stage import run
from tests.support.directory import facts_of, fill
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture(scope="module")
def server(
    simulator_process: RunningSimulator, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A dashboard whose copy is complete."""
    with run(simulator_process, migrated, tmp_path_factory.mktemp("list")) as server:
        fill(server.database, [facts_of(user) for user in simulator_process.users()])
        yield server


@pytest.fixture
def page(new_context: NewContext, add_person: AddPerson) -> Page:
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    come_in(page, add_person(Role.SUPPORT), "/users")
    return page


@pytest.fixture
def plain(new_context: NewContext, add_person: AddPerson) -> Page:
    """A page in Spanish, in a browser without JavaScript."""
    context = new_context(java_script_enabled=False, locale="es-CO")
    page = context.new_page()
    page.goto("/users")
    page.get_by_label("Correo de trabajo").fill((person := add_person(Role.SUPPORT))[0])
    page.get_by_label("Contraseña").fill(person[1])
    page.keyboard.press("Enter")
    page.wait_for_url("**/users")
    return page


def press(element: Locator, key: str = "Enter") -> None:
    element.focus()
    element.press(key)


def rows(page: Page) -> list[str]:
    return page.locator("tbody th > a").all_inner_texts()


def test_sorting_filtering_and_paging_keep_each_other_and_the_focus(page: Page) -> None:
    press(page.get_by_role("link", name="User", exact=True))
    page.wait_for_url("**/users?sort=email")
    head = page.get_by_role("columnheader", name="User", exact=True)
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(page.get_by_role("link", name="User", exact=True)).to_be_focused()
    assert rows(page) == sorted(rows(page))
    press(page.get_by_role("button", name="Filters"))
    filters = page.get_by_role("form", name="Filter users")
    filters.get_by_label("KYC", exact=True).select_option("not_started")
    filters.get_by_label("Country").select_option("CO")
    press(page.get_by_role("button", name="Show users"))
    page.wait_for_url(re.compile("kyc=not_started"))
    expect(page.get_by_role("button", name="Filters · 2")).to_be_visible()
    assert "sort=email" in page.url
    press(page.get_by_role("link", name="Clear filters"))
    page.wait_for_url("**/users")
    first = rows(page)
    press(page.get_by_role("link", name="Next", exact=True))
    page.wait_for_url("**/users?after=*")
    assert not set(rows(page)) & set(first)
    press(page.get_by_role("link", name="Previous", exact=True))
    page.wait_for_url("**/users?before=*")
    assert rows(page) == first


def test_a_user_is_one_of_a_list_until_one_is_back_in_it(page: Page) -> None:
    page.goto("/users?status=active&sort=-email")
    listed = rows(page)
    press(page.locator("tbody th > a").first)
    page.wait_for_url("**/users/*?in=*")
    expect(page.get_by_role("link", name="Previous user")).to_have_count(0)
    page.keyboard.press("]")
    expect(page.get_by_role("heading", level=1)).to_have_text(listed[1])
    page.keyboard.press("]")
    expect(page.get_by_role("heading", level=1)).to_have_text(listed[2])
    page.keyboard.press("[")
    expect(page.get_by_role("heading", level=1)).to_have_text(listed[1])
    press(page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Users"))
    page.wait_for_url("**/users?status=active&sort=-email")
    assert rows(page) == listed


def test_keys_that_walk_obey_the_switch(page: Page) -> None:
    page.goto("/account")
    page.get_by_label("Single-key shortcuts").select_option("off")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Preferences saved.")).to_be_visible()
    page.goto("/users")
    page.locator("tbody th > a").first.click()
    page.wait_for_url("**/users/*?in=*")
    address = page.url
    page.keyboard.press("]")
    page.get_by_role("link", name="Next user").focus()
    assert page.url == address


def test_columns_rows_and_density_are_kept(page: Page) -> None:
    page.goto("/users?status=active")
    press(page.get_by_role("button", name="Columns and rows"))
    press(page.locator("#columns").get_by_label("User ID"), "Space")
    press(page.locator("#columns").get_by_label("Country"), "Space")
    press(page.get_by_label("One line"), "Space")
    press(page.get_by_label("50", exact=True), "Space")
    press(page.get_by_role("button", name="Save", exact=True))
    page.wait_for_url("**/users?status=active")
    expect(page.get_by_role("columnheader", name="User ID")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Country")).to_have_count(0)
    expect(page.locator("tbody .under")).to_have_count(0)
    page.goto("/users")
    assert len(rows(page)) == 50


def test_it_all_works_without_javascript_and_in_spanish(plain: Page) -> None:
    page = plain
    press(page.get_by_role("link", name="Usuario", exact=True))
    page.wait_for_url("**/users?sort=email")
    press(page.get_by_role("button", name="Filtros"))
    page.locator("#filters").get_by_label("País").select_option("CO")
    press(page.get_by_role("button", name="Ver usuarios"))
    page.wait_for_url("**/users?country=CO&sort=email")
    listed = rows(page)
    press(page.locator("tbody th > a").first)
    press(page.get_by_role("link", name="Usuario siguiente"))
    expect(page.get_by_role("heading", level=1)).to_have_text(listed[1])
    page.get_by_role("navigation", name="Ruta").get_by_role("link", name="Usuarios").click()
    page.wait_for_url("**/users?country=CO&sort=email")
    press(page.get_by_role("button", name="Columnas y filas"))
    press(page.locator("#columns").get_by_label("Idioma"), "Space")
    press(page.get_by_role("button", name="Guardar", exact=True))
    page.wait_for_url("**/users?country=CO&sort=email")
    expect(page.get_by_role("columnheader", name="Idioma")).to_be_visible()
