"""The desk of the browser tests."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page

from dashboard.services.permissions import Role
from dashboard.store.directory import rows
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from dashboard.store.schema import directory
from dashboard.store.schema import inquiries as inquiries_table
from tests.browser.conftest import AddPerson, NewContext, Server, come_in
from tests.browser.support.stage import run
from tests.support.directory import facts_of, fill
from tests.support.servers.simulator_process import RunningSimulator

LINK = "https://inquiry.withpersona.com/verify?inquiry-id=inq_{}"
FOLLOW = "htmx.trigger(document.getElementById('follow'), 'follow')"
HOURS = (30, 900, 1)


@pytest.fixture(scope="package")
def server(
    simulator_process: RunningSimulator, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A dashboard of its own, for its copy of the API's list is complete."""
    with run(simulator_process, migrated, tmp_path_factory.mktemp("desk")) as server:
        yield server


@pytest.fixture
def started(server: Server, simulator: RunningSimulator) -> list[dict[str, Any]]:
    """Put all users of the API on the desk, three of them with links; return these."""
    users = [user for user in simulator.users() if user["status"] == "pending"][:3]
    with server.database.write() as connection:
        connection.execute(inquiries_table.delete())
        connection.execute(directory.delete())
    fill(server.database, [facts_of(user) for user in simulator.users()])
    with server.database.write() as connection:
        for user, hours in zip(users, HOURS, strict=True):
            inquiry = Inquiry(
                user_id=UUID(user["id"]),
                state=InquiryState.HELD,
                started_at=datetime.now(UTC) - timedelta(hours=hours),
                inquiry_id=f"inq_{hours}",
                verification_url=LINK.format(hours),
            )
            inquiries.add(connection, inquiry, None)
    return users


@pytest.fixture
def page(new_context: NewContext, add_person: AddPerson) -> Page:
    """A page at the overview, logged in."""
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    come_in(page, add_person(Role.KYC), "/")
    return page


def see(server: Server, user: dict[str, Any], **facts: str) -> None:
    """Let another page or the worker get an answer of the API about this user."""
    with server.database.write() as connection:
        rows.record(connection, [facts_of({**user, **facts})], datetime.now(UTC))


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))
