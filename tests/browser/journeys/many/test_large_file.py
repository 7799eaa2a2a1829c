"""A file that is larger than any form may be: the browser shows our answer, not one of its own."""

import pytest
from playwright.sync_api import FilePayload, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, come_in
from tests.support.sampling import pairs

MB = 1_000_000


@pytest.mark.parametrize(("has_script", "size"), pairs([True, False], [MB, 8 * MB]))
def test_a_file_that_is_too_large_gets_a_sentence(
    new_context: NewContext,
    add_person: AddPerson,
    has_script: bool,  # noqa: FBT001  a parameter of the test
    size: int,
) -> None:
    page = new_context(java_script_enabled=has_script).new_page()
    come_in(page, add_person(Role.ONBOARDING), "/account")
    page.goto("/users/register-many")
    page.get_by_label("Paste from a spreadsheet").fill("maria@example.com")
    large = FilePayload(name="users.csv", mimeType="text/csv", buffer=b"x" * size)
    page.locator("input[type=file]").set_input_files(large)
    page.get_by_role("button", name="Check rows").click()
    expect(page.locator("body")).to_contain_text("too large")
    page.go_back()
    if has_script:
        expect(page.get_by_label("Paste from a spreadsheet")).to_have_value("maria@example.com")
