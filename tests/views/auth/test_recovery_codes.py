"""The second step by a recovery code: each lets its owner in once."""

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.factors import add_app, codes_in, first_step, log_ins, recover
from tests.support.people import Hire


@pytest.fixture
def known(hire: Hire) -> tuple[str, str]:
    return hire(Role.SUPPORT)


def test_a_recovery_code_lets_in_once(
    app: Flask, known: tuple[str, str], clock: TestClock, database: Database
) -> None:
    visitor = Visitor(app)
    visitor.log_in(*known)
    _, page = add_app(visitor, clock())
    codes = codes_in(page)
    lost, again = Visitor(app), Visitor(app)
    first_step(lost, known)
    assert "Recovery code" in lost.get("/login/code?with=recovery").words
    typed = codes[3].upper().replace("-", " ")
    recover(lost, typed)
    assert "9 of 10 left" in lost.get("/account").words
    first_step(again, known)
    page = recover(again, codes[3], status=422)
    assert "This code doesn’t work." in page.words
    recover(again, codes[4])
    methods = [details.get("method", details.get("cause")) for _, details in log_ins(database)]
    assert methods[-3:] == ["recovery"] * 3


def test_somebody_else_s_recovery_code_does_not(
    app: Flask, hire: Hire, known: tuple[str, str], clock: TestClock
) -> None:
    visitor, other = Visitor(app), Visitor(app)
    visitor.log_in(*known)
    _, page = add_app(visitor, clock())
    eve = hire(Role.ADMIN)
    other.log_in(*eve)
    add_app(other, clock())
    other.post("/logout")
    first_step(other, eve)
    recover(other, codes_in(page)[0], status=422)
