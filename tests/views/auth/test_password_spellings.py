"""One password, however a keyboard spells it (C10): every place that compares one."""

import unicodedata
from typing import Literal

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import update

from dashboard.services.auth import passwords
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.store.schema import staff as staff_table
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.links import choose

EMAIL = "jose@example.com"
COMPOSED = unicodedata.normalize("NFC", "José, el ñandú 7")
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)
SPELLINGS = [
    COMPOSED,
    DECOMPOSED,
    COMPOSED.replace(" ", "\u00a0"),
    COMPOSED.replace(" ", "\u3000"),
    COMPOSED.replace("7", "\uff17"),
    f"\ufeff{COMPOSED}\u200b",
    f"\u202a{DECOMPOSED}\u202c",
]


@pytest.fixture
def jose(staff: Staff) -> None:
    staff.add(EMAIL, "José", COMPOSED, [Role.SUPPORT])


@pytest.mark.usefixtures("jose")
@pytest.mark.parametrize("spelled", SPELLINGS)
def test_every_spelling_logs_in_confirms_and_changes(
    app: Flask, clock: TestClock, spelled: str
) -> None:
    visitor = Visitor(app)
    visitor.log_in(EMAIL, spelled)
    clock.advance(minutes=6)
    visitor.post("/confirm", {"password": spelled})
    sent = {"password": spelled, "new_password": DECOMPOSED + " and more"}
    assert visitor.post("/account/password", sent).headers["Location"] == "/account"
    Visitor(app).log_in(EMAIL, f"{COMPOSED} and more")


@pytest.mark.usefixtures("jose")
def test_another_password_is_another_one_in_any_spelling(app: Flask) -> None:
    for wrong in (COMPOSED.replace("é", "e"), COMPOSED.lower(), COMPOSED.replace(" ", "")):
        Visitor(app).log_in(EMAIL, wrong, status=422)


@pytest.mark.parametrize("place", ["link", "command line", "reset"])
def test_a_password_is_set_in_one_spelling_wherever_it_is_set(
    app: Flask, staff: Staff, place: str
) -> None:
    if place == "command line":
        staff.add(EMAIL, "José", DECOMPOSED, [Role.SUPPORT])
    else:
        made = staff.invite(EMAIL, "José", [Role.SUPPORT])
        if place == "link":
            choose(Visitor(app), f"/link/{made.token}", DECOMPOSED)
        else:
            staff.reset_password(EMAIL, DECOMPOSED)
    Visitor(app).log_in(EMAIL, COMPOSED)


@pytest.mark.usefixtures("jose")
@pytest.mark.parametrize("stored", [DECOMPOSED, COMPOSED, "short", "\uff17" * 12])
def test_a_hash_of_before_still_matches_what_was_typed_then(
    app: Flask, database: Database, stored: str
) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(stored)
    with database.write() as connection:
        connection.execute(update(staff_table).values(password_hash=old))
    Visitor(app).log_in(EMAIL, stored)


class Counting(PasswordHasher):
    """The cheap hasher of the tests, which counts how often it compares."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.compared = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        self.compared += 1
        return super().verify(hash, password)


def test_how_often_is_compared_tells_nothing_about_the_account(
    app: Flask, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = Counting()
    monkeypatch.setattr(passwords, "_hasher", counting)
    staff.add(EMAIL, "José", COMPOSED, [Role.SUPPORT])
    staff.add("disabled@example.com", "Ana", COMPOSED, [Role.SUPPORT])
    staff.disable("disabled@example.com")
    compared = []
    for email, password in (
        ("nobody@example.com", DECOMPOSED),
        (EMAIL, DECOMPOSED + "x"),
        ("disabled@example.com", DECOMPOSED),
        ("disabled@example.com", DECOMPOSED + "x"),
    ):
        counting.compared = 0
        Visitor(app).log_in(email, password, status=422)
        compared.append(counting.compared)
    assert set(compared) == {2}
