"""What is asked before a staff member loses something, and the way back after disabling."""

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages import audit_log
from tests.support.people import Hire, LogIn
from tests.views.staff.test_staff import page_of


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


@pytest.fixture
def other(hire: Hire) -> tuple[str, str]:
    """Email and password of someone in support."""
    return hire(Role.SUPPORT)


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ("disable", "Disable Ana Martins?"),
        ("end-sessions", "End all sessions of Ana Martins?"),
        ("reset-second-factors", "Reset the second factors of Ana Martins?"),
    ],
)
def test_a_page_asks_what_the_dialog_asks_and_changes_nothing(
    admin: Visitor, staff: Staff, other: tuple[str, str], app: Flask, change: str, asked: str
) -> None:
    there = Visitor(app)
    there.log_in(*other)
    path = page_of(staff, other[0])
    page = admin.get(f"{path}/confirm/{change}")
    assert asked in page.words
    there.get("/users")
    assert admin.get("/staff/1/confirm/disable", status=303).headers["Location"] == "/staff/1"
    admin.post(f"{path}/disable")
    assert admin.get(f"{path}/confirm/{change}", status=303).headers["Location"] == path


def test_disabling_offers_an_undo_which_is_an_action_of_its_own(
    admin: Visitor, staff: Staff, other: tuple[str, str], database: Database
) -> None:
    path = page_of(staff, other[0])
    admin.post(f"{path}/disable")
    assert "Undo" in admin.get(path).words
    assert "Undo" not in admin.get(path).words
    admin.post(f"{path}/enable")
    actions = audit_log.entries(database)
    assert [row.action for row in actions[-2:]] == ["staff:disable", "staff:enable"]
