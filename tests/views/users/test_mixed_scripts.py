"""An email that can be taken for another one is marked wherever it is shown whole."""

from uuid import uuid4

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.pages.forms import intent_of
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator

MARK = "Mixed alphabets"
MIXED, PLAIN = "аnna@example.com", "anna@example.com"  # noqa: RUF001  the first with a Cyrillic a


def pages(user_id: str) -> tuple[str, ...]:
    user = f"/users/{user_id}"
    return ("/users", user, f"{user}/kyc", "/kyc")


@pytest.fixture
def user_id(simulator: RunningSimulator) -> str:
    return simulator.add_user({"id": str(uuid4()), "email": MIXED, "status": "pending"})


def test_a_user_s_email_is_marked_on_every_page_that_shows_it(
    log_in: LogIn, simulator: RunningSimulator, user_id: str
) -> None:
    admin = log_in(Role.ADMIN)
    for path in pages(user_id):
        assert MARK in admin.get(path).words, path
    other = simulator.add_user({"id": str(uuid4()), "email": PLAIN, "status": "pending"})
    assert MARK not in admin.get(f"/users/{other}").words


def test_one_alphabet_that_only_looks_latin_is_not_called_mixed(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    user = {"id": str(uuid4()), "email": "роса@example.com", "status": "pending"}  # noqa: RUF001
    words = log_in(Role.ADMIN).get(f"/users/{simulator.add_user(user)}").words
    assert "Lookalike letters" in words
    assert MARK not in words


def test_a_masked_email_does_not_tell_that_it_is_mixed(log_in: LogIn, user_id: str) -> None:
    viewer = log_in(Role.VIEWER)
    for path in ("/users", f"/users/{user_id}"):
        assert MARK not in viewer.get(path).text


def test_a_staff_member_s_email_is_marked(log_in: LogIn, hire: Hire) -> None:
    hire(Role.VIEWER, email=MIXED)
    admin: Visitor = log_in(Role.ADMIN)
    assert MARK in admin.get("/staff").words
    assert MARK in admin.get("/staff/1").words
    assert MARK in admin.get("/audit/people/1").words


def test_the_page_before_a_token_is_issued_marks_it(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    user = {"id": str(uuid4()), "email": MIXED, "status": "active"}
    page = log_in(Role.ADMIN).get(f"/users/{simulator.add_user(user)}/tokens")
    assert intent_of(page)
    assert MARK in page.words
