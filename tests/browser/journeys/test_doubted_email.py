"""An email that fits another environment is asked about once, at the field, in a browser."""

import pytest
from playwright.sync_api import expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, enter
from tests.support.servers.simulator_process import RunningSimulator


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_real_looking_email_is_asked_about_with_and_without_scripts(
    new_context: NewContext,
    add_person: AddPerson,
    simulator: RunningSimulator,
    has_script: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    email = f"ana.soto.{'one' if has_script else 'two'}@a-real-company.com"
    page = new_context(java_script_enabled=has_script).new_page()
    page.goto("/users/new")
    enter(page, *add_person(Role.ONBOARDING))
    page.get_by_label("Email", exact=True).fill(email)
    page.locator("#country_code").select_option("CO")
    page.get_by_role("button", name="Register user").click()
    expect(page.locator("#email-error")).to_contain_text("looks like a real person’s address")
    assert not [call for call in simulator.requests() if call.method == "POST"]
    page.get_by_label("Use this email anyway").check()
    page.get_by_role("button", name="Register user").click()
    expect(page.get_by_text(f"User registered: {email}.")).to_be_visible()
    assert len([call for call in simulator.requests() if call.method == "POST"]) == 1
