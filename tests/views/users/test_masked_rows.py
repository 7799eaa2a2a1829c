"""Rows of users for roles that see them masked: told apart, and found by a whole email only."""

from uuid import uuid4

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.clock import TestClock
from tests.support.directory import fill, someone
from tests.support.pages.forms import KYC, send
from tests.support.pages.user_list import shown
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

EMAIL, PHONE = "canary.fernandez@canary-bank.example", "+573001234567"


@pytest.fixture
def known(simulator: RunningSimulator) -> dict[str, str]:
    """A user whose data is like nothing else on a page."""
    active = next(user for user in simulator.users() if user["status"] == "active")
    known = {**active, "id": str(uuid4()), "email": EMAIL, "phone": PHONE}
    simulator.add_user(known)
    return known


def test_a_whole_email_finds_a_masked_user_and_a_part_finds_nobody(
    log_in: LogIn, known: dict[str, str]
) -> None:
    viewer = log_in(Role.VIEWER)
    for part in (EMAIL[:-1], EMAIL[1:], "canary", PHONE, "@"):
        said = viewer.fragment(f"/users?q={part}", "results").words
        assert "Search by full email or user ID" in said, part
        assert not any(claim in said for claim in ("No users", "0 users")), part
        spoken = viewer.fragment(f"/users?q={part}&page=2", "results").text
        assert "No users" not in spoken, part
        assert "No more users" not in spoken, part
    found = viewer.fragment(f"/users?q={EMAIL.upper()}", "results", trigger="users-q")
    assert str(known["id"]) in found.text
    viewer.get(f"/users/{known['id']}")
    assert viewer.get(f"/users?q={EMAIL}", status=303).headers["Location"].endswith(known["id"])


def test_while_the_api_is_down_a_masked_part_is_not_called_unknown(
    log_in: LogIn, known: dict[str, str], simulator: RunningSimulator
) -> None:
    viewer = log_in(Role.VIEWER)
    viewer.get("/users")
    simulator.set_faults([{"status": 503}])
    said = viewer.get("/users?q=canary", status=503).words
    assert "0 users" not in said
    assert "Search by full email or user ID." in said
    assert known["email"] not in said


def test_masked_rows_end_in_the_end_of_the_id_where_no_other_id_is(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    pending = next(user for user in simulator.users() if user["status"] == "pending")
    support, viewer = log_in(Role.SUPPORT), log_in(Role.VIEWER)
    end = f"…{pending['id'][-4:]}"
    send(support, f"/users/{pending['id']}/kyc", {**KYC, "email": pending["email"]}, status=303)
    for url in ("/kyc", "/"):
        assert end in viewer.get(url).words, url
        assert end not in support.get(url).words, url


def test_masked_rows_of_our_copy_end_in_the_end_of_the_id(
    log_in: LogIn, database: Database, clock: TestClock
) -> None:
    fill(database, [someone(number) for number in range(1, 4)], clock())
    page = log_in(Role.VIEWER).get("/users")
    ends = [f"…{user_id[-4:]}" for user_id in shown(page)]
    assert ends
    assert all(end in page.words for end in ends)
    assert not any(end in log_in(Role.SUPPORT).get("/users").words for end in ends)
