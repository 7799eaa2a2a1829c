"""What is done with a selection besides tags: a hand-over, and a file of links."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from dashboard.services.permissions import Role
from dashboard.wiring import build_services
from tests.browser.conftest import AddPerson, NewContext, Server, enter
from tests.browser.desk.conftest import LINK
from tests.browser.desk.test_selecting import BOXES, said

NOTE = "Each of them got the link on Monday."


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_users_are_handed_over_and_their_links_exported_with_and_without_scripts(
    new_context: NewContext,
    add_person: AddPerson,
    server: Server,
    started: list[dict[str, Any]],
    has_script: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    worker = build_services(server.config, server.database)
    colleague, _ = add_person(Role.KYC)
    page = new_context(java_script_enabled=has_script).new_page()
    page.goto("/kyc?limit=100")
    enter(page, *add_person(Role.KYC))
    for each in started:
        page.locator(f"#row-{each['id']} {BOXES}").check()
    if not has_script:
        page.get_by_role("button", name="Save ticks").click()
    said(page, "3 users selected")
    page.get_by_role("link", name="Set owner").click()
    page.locator("#owner").select_option(colleague)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#note-error")).to_be_visible()
    page.locator("#note").fill(NOTE)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hand 3 users over to")
    expect(page.get_by_text(NOTE)).to_be_visible()
    page.get_by_role("button", name="Change owner of 3 users").click()
    page.wait_for_url("**/jobs/*")
    while not worker.jobs.runner.work():
        pass
    page.reload()
    expect(page.locator("#progress-title")).to_have_text("3 of 3 rows")
    page.goto(f"/users/{started[0]['id']}")
    expect(page.get_by_text(NOTE).first).to_be_visible()

    page.goto("/kyc")
    said(page, "3 users selected")
    page.get_by_role("link", name="Export links").click()
    expect(page.get_by_text("2 selected users are left out")).to_be_visible()
    page.get_by_label("Reason").fill("For the field team")
    with page.expect_download() as file:
        page.get_by_role("button", name="Export 1 link").click()
    text = Path(file.value.path()).read_text()
    assert LINK.format(1) in text
    assert LINK.format(900) not in text
