"""Someone takes the name of a colleague: what they did stays theirs, and lists show the email."""

import json
import secrets

import pytest

from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages import audit_log
from tests.support.pages.forms import KYC, send
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator

PREFERENCES = {"language": "", "time_zone": "", "theme": ""}


def rename(visitor: Visitor, name: str) -> None:
    visitor.post("/account", {**PREFERENCES, "name": name})


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    visitor = log_in(Role.ADMIN)
    rename(visitor, "Demo Admin")
    return visitor


def test_rows_keep_the_name_and_email_of_then(
    admin: Visitor, hire: Hire, visitor: Visitor, database: Database
) -> None:
    email, password = hire(Role.VIEWER)
    visitor.log_in(email, password)
    rename(visitor, "Grace Vega")
    visitor.get("/audit", status=403)
    rows = [row for row in audit_log.entries(database) if row.actor_email == email]
    assert [row.actor_name for row in rows] == ["Ana Martins", "Ana Martins", "Grace Vega"]
    assert json.loads(rows[1].details) == {
        "changed": "name",
        "old_name": "Ana Martins",
        "new_name": "Grace Vega",
    }
    words = admin.get("/audit").words
    assert "Ana Martins" in words
    assert "Grace Vega" in words


@pytest.mark.parametrize("name", ["Demo Admin", "demo admln", "D\u0435mo  \u0410dmin"])
def test_every_list_shows_the_email_beside_a_name_that_another_person_has(
    admin: Visitor,
    hire: Hire,
    visitor: Visitor,
    simulator: RunningSimulator,
    staff: Staff,
    name: str,
) -> None:
    email, password = hire(Role.SUPPORT)
    visitor.log_in(email, password)
    pending = next(user for user in simulator.users() if user["status"] == "pending")
    send(visitor, f"/users/{pending['id']}/kyc", KYC, status=303)
    rename(visitor, name)
    (other,) = (each for each in staff.every() if each.email != email)
    audit_page = admin.get("/audit")
    assert f"Demo Admin · {other.email}" in audit_page.words
    assert f"· {email}" in audit_page.words
    for page in ("/kyc", f"/users/{pending['id']}", "/"):
        assert f"· {email}" in admin.get(page).words, page


def test_a_name_that_someone_had_counts_as_well(
    admin: Visitor, hire: Hire, visitor: Visitor
) -> None:
    rename(admin, "Somebody Quite Different")
    email, password = hire(Role.SUPPORT)
    visitor.log_in(email, password)
    rename(visitor, "Demo Admin")
    assert f"· {email}" in admin.get("/audit").words


def test_other_names_have_no_email_beside_them(
    admin: Visitor, staff: Staff, visitor: Visitor
) -> None:
    password = secrets.token_urlsafe()
    staff.add("grace@example.com", "Grace Vega", password, [Role.SUPPORT])
    visitor.log_in("grace@example.com", password)
    rename(visitor, "Grace Vega Ruiz")
    entries = admin.get("/audit?action=account:change").text.split("<tbody>")[1]
    assert "Grace Vega" in entries
    assert "grace@example.com" not in entries
