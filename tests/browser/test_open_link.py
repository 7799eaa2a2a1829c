"""Opening a verification link in production, by the dialog and by its page."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect

from dashboard.services.permissions import Role
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from tests.browser.conftest import AddPerson, NewContext, Server, come_in
from tests.browser.support.stage import run
from tests.support.servers.simulator_process import RunningSimulator

LINK = "https://inquiry.withpersona.com/verify?inquiry-id=inq_1"
QUESTION = "Open this user’s verification link?"


@pytest.fixture(scope="module")
def server(
    simulator_process: RunningSimulator, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A dashboard in production."""
    folder = tmp_path_factory.mktemp("production")
    changed = {"DASHBOARD_ENVIRONMENT": "production", "SECOND_FACTOR_ROLES": "admin"}
    with run(simulator_process, migrated, folder, **changed) as server:
        yield server


@pytest.fixture
def path(server: Server, simulator: RunningSimulator) -> str:
    user = next(user for user in simulator.users() if user["status"] == "pending")
    inquiry = Inquiry(
        user_id=UUID(user["id"]),
        state=InquiryState.HELD,
        started_at=datetime.now(UTC),
        inquiry_id="inq_1",
        verification_url=LINK,
    )
    with server.database.write() as connection:
        inquiries.add(connection, inquiry, None)
    return f"/users/{user['id']}"


def test_a_dialog_asks_first_and_offers_the_link_to_send(
    new_context: NewContext, add_person: AddPerson, path: str
) -> None:
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    come_in(page, add_person(Role.KYC), path)
    page.get_by_role("link", name="Open link").click()
    dialog = page.get_by_role("dialog", name=QUESTION)
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    expect(dialog).to_contain_text("Send it to the user instead?")
    expect(dialog.get_by_role("link", name="Open link")).to_have_attribute("href", LINK)
    dialog.get_by_role("button", name="Copy link").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#toasts")).to_contain_text("Link for ")
    assert page.evaluate("navigator.clipboard.readText()") == LINK


def test_without_javascript_a_page_asks_first(
    new_context: NewContext, add_person: AddPerson, path: str
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    come_in(page, add_person(Role.KYC), path)
    page.get_by_role("link", name="Open link").click()
    expect(page.get_by_role("heading", name=QUESTION)).to_be_visible()
    expect(page.get_by_role("link", name="Open link")).to_have_attribute("href", LINK)
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url(f"**{path}/kyc")
