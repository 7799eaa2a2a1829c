"""A request under way while an admin acts: what it showed before counts no longer (T-A5, T-A6)."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher
from flask import Flask

from dashboard.config.settings import Config
from dashboard.services.actors import Actor
from dashboard.services.auth import passwords
from dashboard.services.auth.sessions import OpenSession, SessionOverError
from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.wiring import build_services
from tests.support.browsing import Visitor
from tests.support.pages.factors import code_of, give_factors, kept
from tests.support.people import Hire
from tests.support.soft_passkey import enrol

COOKIE = "__Host-dashboard-local"
Admin = Callable[[Staff, str], object]
REQUEST = "0" * 16
ACTS: dict[str, Admin] = {
    "You can’t make this change to your own account": lambda staff, email: staff.disable(email),
    "logs them out": lambda staff, email: staff.end_sessions(email),
    "resets what they have": lambda staff, email: staff.reset_second_factors(email),
    "changes their role": lambda staff, email: staff.set_roles(email, [Role.AUDITOR]),
}


class Slow(PasswordHasher):
    """A hasher that takes so long that something happens meanwhile."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.meanwhile: Callable[[], object] | None = meanwhile

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002  its name there
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        return bool(super().verify(hash, password))


@pytest.fixture
def services(config: Config, database: Database) -> Services:
    return build_services(config, database)


@pytest.fixture
def known(hire: Hire) -> tuple[str, str]:
    return hire(Role.SUPPORT)


@pytest.fixture
def thief(app: Flask, known: tuple[str, str]) -> Visitor:
    """A thief with the person's password, logged in."""
    visitor = Visitor(app)
    visitor.log_in(*known)
    return visitor


@pytest.fixture
def row(thief: Visitor, services: Services) -> OpenSession:
    """The session that their request found when it arrived."""
    found = services.auth.sessions.find(thief.cookies()[COOKIE])
    assert found
    return found


@pytest.mark.parametrize("act", ["what they have is reset", "they set a first factor up"])
def test_a_log_in_under_way_does_not_outlive_what_ended_the_sessions(
    visitor: Visitor,
    known: tuple[str, str],
    staff: Staff,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    act: str,
) -> None:
    def meanwhile() -> None:
        if act == "what they have is reset":
            staff.reset_second_factors(known[0])
        else:
            enrol(database, known[0])

    monkeypatch.setattr(passwords, "_hasher", Slow(meanwhile))
    visitor.log_in(*known)
    visitor.get("/users", status=303)


def test_a_change_of_password_under_way_does_not_undo_a_reset(
    thief: Visitor, known: tuple[str, str], staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_hasher", Slow(lambda: staff.reset_second_factors(known[0])))
    mine = "a password of the thief's"
    thief.post("/account/password", {"password": known[1], "new_password": mine})
    thief.get("/users", status=303)
    found = staff.find(known[0])
    assert found
    assert not found.has_password


@pytest.mark.parametrize("act", ACTS)
def test_a_session_that_has_just_ended_adds_no_factor(
    row: OpenSession, services: Services, staff: Staff, database: Database, act: str
) -> None:
    new = services.auth.enrolment.new_authenticator(row.staff, "Dashboard")
    ACTS[act](staff, row.staff.email)
    code = code_of(new.secret, datetime.now(UTC))
    with pytest.raises(SessionOverError):
        services.auth.enrolment.add_authenticator(row, new, code, Actor(row.staff.id, REQUEST))
    assert kept(database) == [0, 0, 0]


def test_nor_does_it_take_one_away_or_make_codes(
    row: OpenSession, services: Services, staff: Staff, database: Database
) -> None:
    give_factors(database, row.staff.id)
    staff.end_sessions(row.staff.email)
    with pytest.raises(SessionOverError):
        services.auth.enrolment.remove_authenticator(row, Actor(row.staff.id, REQUEST))
    with pytest.raises(SessionOverError):
        services.auth.enrolment.new_codes(row, Actor(row.staff.id, REQUEST))
    assert kept(database) == [1, 1, 1]


def test_whose_session_ended_meanwhile_is_led_to_the_log_in(
    thief: Visitor, known: tuple[str, str], staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_hasher", Slow(lambda: staff.reset_second_factors(known[0])))
    mine = "a password of the thief's"
    sent = {"password": known[1], "new_password": mine}
    answer = thief.post("/account/password", sent)
    assert answer.headers["Location"].startswith("/login")
