"""Audit entries caused by people without a session: bounded, summed, and harmless to others."""

import json

import pytest

from dashboard.services.permissions import Role
from dashboard.services.recorder.budgets import STRANGERS
from dashboard.store.audit import check as audit_check
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.schema import audit
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import trail
from tests.support.people import Hire, LogIn

NETWORKS = [f"198.51.100.{number}" for number in range(1, 16)]


def flood(visitor: Visitor, names: list[str], rounds: int = 1) -> None:
    """Try names with wrong passwords from many networks."""
    for _ in range(rounds):
        for address in NETWORKS:
            token = visitor.csrf_token()
            for name in names:
                visitor.http.post(
                    "/login",
                    data={"csrf_token": token, "email": name, "password": "wrong"},
                    environ_base={"REMOTE_ADDR": address},
                )


@pytest.fixture
def names(hire: Hire) -> list[str]:
    known = [hire(Role.VIEWER)[0] for _ in range(2)]
    return [*known, *(f"nobody{number}@example.com" for number in range(4))]


def test_a_flood_of_log_ins_is_a_bounded_number_of_rows(
    visitor: Visitor,
    names: list[str],
    log_in: LogIn,
    database: Database,
    chain: Chain,
    clock: TestClock,
) -> None:
    flood(visitor, names, 2)
    assert len(trail(database, "auth:login")) <= STRANGERS.rows
    clock.advance(minutes=61)
    log_in(Role.VIEWER)  # whatever is recorded next appends the sums
    with database.read() as connection:
        rows = connection.execute(audit.select().where(audit.c.outcome == "rejected")).all()
        assert audit_check.verify(connection, chain.keys) is None
    sums = [json.loads(row.details) for row in rows if '"count"' in row.details]
    assert len(rows) <= STRANGERS.rows + STRANGERS.sums + 5
    assert {"cause", "address", "count", "since", "until"} <= set(sums[0])
    within_the_limit = 20 * len(names)  # tries beyond it are refused unread, and leave nothing
    assert sum(each["count"] for each in sums) + len(rows) - len(sums) >= within_the_limit
    assert {each["address"] for each in sums} <= {*NETWORKS, "others"}


def test_it_keeps_no_colleague_out(visitor: Visitor, names: list[str], hire: Hire) -> None:
    account = hire(Role.VIEWER)
    flood(visitor, names)
    colleague = Visitor(visitor.http.application)
    colleague.http.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    colleague.log_in(*account)
    colleague.get("/account")


def test_who_logs_in_and_out_without_end_fills_no_audit(
    visitor: Visitor, hire: Hire, database: Database
) -> None:
    account = hire(Role.VIEWER)
    for _ in range(50):
        visitor.log_in(*account)
        visitor.post("/logout")
    assert len(trail(database, "auth:login")) + len(trail(database, "auth:logout")) == 60
