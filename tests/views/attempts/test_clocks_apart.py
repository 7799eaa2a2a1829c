"""Machines whose clocks are seconds apart agree."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import Config
from dashboard.services.actors import Actor
from dashboard.services.permissions import Role
from dashboard.services.recorder.budgets import STRANGERS
from dashboard.services.recorder.recorder import AuditRecorder
from dashboard.store.audit.chain import Chain, Outcome
from dashboard.store.db.database import Database
from dashboard.store.schema import audit
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.factors import first_step
from tests.support.people import Hire
from tests.support.soft_passkey import SoftPasskey, enrol


def test_a_machine_seconds_behind_takes_what_another_one_gave(
    app: Flask, hire: Hire, database: Database, clock: TestClock
) -> None:
    """Two machines, one database: a person's clicks reach the one, then the other."""
    known, admin = hire(Role.ADMIN), Visitor(app)
    enrol(database, known[0])
    first_step(admin, known)
    options = admin.post("/login/passkey/options", status=200).json
    clock.advance(seconds=-5)
    admin.post("/login/passkey", {"answer": SoftPasskey(known[0]).get(options)})
    clock.advance(seconds=-5)
    admin.get("/account/factors")
    clock.advance(seconds=10)
    page = admin.post("/kept", {"sent_to": "/users", "email": "typed@example.com"})
    clock.advance(seconds=-5)
    assert 'value="typed@example.com"' in admin.get(page.headers["Location"]).text


@pytest.mark.parametrize("skew_s", [10, -10])
def test_two_processes_seconds_apart_serve_one_person_as_one(
    config: Config, database: Database, clock: TestClock, hire: Hire, skew_s: int
) -> None:
    """Each request of a whole day's work goes to the other process than the one before."""
    email, password = hire(Role.ADMIN)
    skewed = create_app(config, lambda: clock() + timedelta(seconds=skew_s))
    first, second = Visitor(create_app(config, clock)), Visitor(skewed)
    second.http._cookies = first.http._cookies  # noqa: SLF001  one browser
    first.log_in(email, password)
    for number in range(6):
        (first, second)[number % 2].get("/users")
        clock.advance(minutes=5)
    confirmed = second.post("/confirm", {"password": password, "next": "/account"})
    assert confirmed.headers["Location"] == "/account"
    first.get("/account")
    assert "1 open" in second.get("/account").words
    added = {"email": "b@example.com", "name": "Bruno", "roles": "viewer"}
    assert "/link/" in first.post("/staff", added, status=200).text
    second.post("/logout")
    first.get("/users", status=303)
    numbers = [row.action for row in audit_log.entries(database)]
    assert numbers == ["staff:add", "auth:login", "auth:confirm", "staff:add", "auth:logout"]


def test_machines_seconds_apart_sum_up_what_each_counts(database: Database, chain: Chain) -> None:
    at = now = datetime.now(UTC)
    recorder = AuditRecorder(chain, lambda: at)
    with database.write() as connection:
        for number in range(4 * STRANGERS.rows):
            at = now + timedelta(seconds=5 * (number % 2), milliseconds=number)
            recorder.note(
                connection,
                "auth:login",
                Actor(),
                None,
                Outcome.REJECTED,
                STRANGERS,
                {"address": "203.0.113.9", "cause": str(number % 2)},
            )
        kept = connection.execute(audit.select().order_by(audit.c.seq)).all()
    assert len(kept) == STRANGERS.rows
