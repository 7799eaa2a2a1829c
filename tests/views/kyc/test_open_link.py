"""Opening a verification link: in production a question comes first."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import Config, load_config
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from tests.support.browsing import Visitor
from tests.support.pages.forms import KYC, send
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator

LINK = "https://inquiry.withpersona.com/verify?inquiry-id=inq_1"
LEAVES = f'href="{LINK}" rel="noopener noreferrer" target="_blank"'
WARNING = "in your browser. Send it to the user instead?"


@pytest.fixture
def user(simulator: RunningSimulator, database: Database) -> dict[str, str]:
    """Someone pending whose link we hold."""
    user = next(user for user in simulator.users() if user["status"] == "pending")
    inquiry = Inquiry(
        user_id=UUID(user["id"]),
        state=InquiryState.HELD,
        started_at=datetime.now(UTC),
        inquiry_id="inq_1",
        verification_url=LINK,
    )
    with database.write() as connection:
        inquiries.add(connection, inquiry, None)
    return user


class TestInProduction:
    @pytest.fixture
    def config(self, settings: dict[str, str]) -> Config:
        return load_config(None, **{**settings, "DASHBOARD_ENVIRONMENT": "production"})

    @pytest.fixture
    def app(self, config: Config, database: Database) -> Flask:
        assert database
        return create_app(config)

    @pytest.fixture
    def kyc(self, app: Flask, hire: Hire) -> Visitor:
        visitor = Visitor(app)
        visitor.log_in(*hire(Role.KYC))
        return visitor

    @pytest.mark.parametrize("place", ["", "/kyc"])
    def test_a_dialog_or_a_page_asks_first(
        self, kyc: Visitor, user: dict[str, str], place: str
    ) -> None:
        page = kyc.get(f"/users/{user['id']}{place}").markup
        question = f'href="/users/{user["id"]}/kyc/open" data-ask="open-link"'
        assert question in page
        assert LEAVES not in page.split('<dialog id="open-link"')[0]
        asked = page.split('<dialog id="open-link"')[1].split("</dialog>")[0]
        assert WARNING in asked
        assert LEAVES in asked
        assert "Copy link" in asked

    def test_the_page_asks_what_the_dialog_asks(self, kyc: Visitor, user: dict[str, str]) -> None:
        path = f"/users/{user['id']}/kyc"
        assert kyc.get(f"{path}/open", status=303).headers["Location"] == path
        kyc.get(f"/users/{user['id']}")
        page = kyc.get(f"{path}/open")
        assert f"identity verification of {user['email']} {WARNING}" in page.words
        assert LEAVES in page.markup


def test_elsewhere_it_opens_directly(log_in: LogIn, user: dict[str, str]) -> None:
    page = log_in(Role.KYC).get(f"/users/{user['id']}/kyc").markup
    assert LEAVES in page
    assert "data-ask" not in page


def test_who_sees_no_link_is_not_asked(log_in: LogIn, user: dict[str, str]) -> None:
    log_in(Role.VIEWER).get(f"/users/{user['id']}/kyc/open", status=403)


def test_a_start_that_went_through_is_said_once_with_the_name_and_a_way_to_the_user(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    user = next(user for user in simulator.users() if user["status"] == "pending")
    kyc, path = log_in(Role.KYC), f"/users/{user['id']}"
    send(kyc, f"{path}/kyc", {**KYC, "email": user["email"]}, status=303)
    page = kyc.get(f"{path}/kyc")
    assert f"KYC started for {user['email']}." in page.words
    notice = page.markup.split("KYC started for ")[1]
    assert notice.startswith(f'<a href="{path}">')
    assert "KYC started for" not in kyc.get(f"{path}/kyc").words
