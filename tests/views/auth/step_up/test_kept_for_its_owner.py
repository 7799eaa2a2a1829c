"""Typed forms are kept only for their owner, for an hour, without secrets."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import kept_forms, staff
from dashboard.worker import MaintenanceWorker
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.confirming import NOT_SENT, REASON, confirm, kept, wanted_after
from tests.support.pages.forms import TOKEN, intent_of
from tests.support.people import Hire
from tests.support.sampling import all_of


def test_somebody_else_gets_nothing_and_it_stays_for_its_owner(
    app: Flask,
    admin: Visitor,
    hire: Hire,
    known: tuple[str, str],
    clock: TestClock,
    tokens: str,
) -> None:
    old = intent_of(admin.get(tokens))
    clock.advance(minutes=61)
    asked = admin.get(admin.post(tokens, {**TOKEN, "intent": old}).headers["Location"])
    back = wanted_after(asked)
    other = Visitor(app)
    other.log_in(*hire(Role.ADMIN), next_path=back)
    page = other.get(back)
    assert REASON not in page.text
    assert NOT_SENT not in page.words
    admin.log_in(*known)
    assert REASON in admin.get(back).text


def test_secrets_are_not_kept_and_nothing_stands_readable_in_the_database(
    admin: Visitor, clock: TestClock, database: Database, known: tuple[str, str]
) -> None:
    secrets = {
        name: f"canary-{name}"
        for name in (
            "privy_token",
            "api_key",
            "api_secret",
            "password",
            "new_password",
            "code",
            "intent",
            "confirm",
        )
    }
    clock.advance(minutes=6)
    sent = admin.post("/tokens/privy", {"reason": "canary-reason", **secrets})
    with database.read() as connection:
        row = str(connection.execute(kept_forms.select()).one())
    assert "canary" not in row
    page = admin.get(confirm(admin, sent, known[1]))
    assert "canary-reason" in page.text
    assert page.text.count("canary") == 1


def test_a_kept_form_moved_to_another_person_or_page_cannot_be_opened(
    app: Flask, admin: Visitor, hire: Hire, clock: TestClock, database: Database
) -> None:
    clock.advance(minutes=6)
    sent = admin.post("/tokens/privy", {"reason": "canary-reason"})
    back = wanted_after(admin.get(sent.headers["Location"]))
    other = Visitor(app)
    other.log_in(*hire(Role.ADMIN))
    with database.write() as connection:
        connection.execute(kept_forms.update().values(staff_id=2))
    page = other.get(back)
    assert "canary-reason" not in page.text
    assert NOT_SENT not in page.words


def test_after_an_hour_it_is_forgotten_and_swept(
    admin: Visitor, known: tuple[str, str], clock: TestClock, database: Database
) -> None:
    clock.advance(minutes=6)
    sent = admin.post("/tokens/privy", {"reason": "canary-reason"})
    clock.advance(minutes=58)
    back = confirm(admin, sent, known[1])
    clock.advance(minutes=3)
    page = admin.get(back)
    assert "canary-reason" not in page.text
    assert NOT_SENT not in page.words
    assert kept(database) == 1
    clock.advance(minutes=3)
    admin.post("/tokens/privy", {"reason": "another"})
    assert kept(database) == 1


def test_another_session_s_csrf_token_keeps_nothing(
    app: Flask, admin: Visitor, hire: Hire, clock: TestClock, database: Database, tokens: str
) -> None:
    other = Visitor(app)
    other.log_in(*hire(Role.ADMIN))
    foreign = other.csrf_token()
    clock.advance(minutes=61)
    for token in (foreign, "made up", ""):
        answer = admin.http.post(tokens, data={**TOKEN, "csrf_token": token})
        assert (answer.status_code, "kept" in answer.headers["Location"]) == (303, False)
    assert kept(database) == 0


@pytest.mark.parametrize("how", ["log-out", "disabled", "two days"])
def test_a_session_that_somebody_ended_keeps_nothing(
    app: Flask,
    admin: Visitor,
    clock: TestClock,
    database: Database,
    tokens: str,
    how: str,
) -> None:
    token, cookies = admin.csrf_token(), admin.cookies()
    if how == "log-out":
        admin.post("/logout")
    elif how == "disabled":
        with database.write() as connection:
            connection.execute(update(staff).values(active=False))
    clock.offset = timedelta(hours=49 if how == "two days" else 2)
    late = Visitor(app)
    for name, value in cookies.items():
        late.http.set_cookie(name, value)
    answer = late.http.post(tokens, data={**TOKEN, "csrf_token": token})
    assert "kept" not in answer.headers["Location"]
    assert kept(database) == 0


@all_of("sent_to", ["", "/no-such", "/users/new", "/logout", "//evil.test", "x"])
def test_what_no_page_shows_is_not_kept(
    admin: Visitor, clock: TestClock, database: Database, sent_to: str
) -> None:
    token = admin.csrf_token()
    admin.post("/kept", {"reason": "x", "sent_to": sent_to})
    clock.advance(minutes=61)
    admin.http.post("/kept", data={"reason": "x", "sent_to": sent_to, "csrf_token": token})
    assert kept(database) == 0


def test_the_worker_forgets_what_nobody_came_back_for(
    app: Flask, admin: Visitor, clock: TestClock, database: Database
) -> None:
    worker = MaintenanceWorker(app.extensions["services"], clock)
    clock.advance(minutes=6)
    admin.post("/tokens/privy", {"reason": "canary-reason"})
    clock.advance(minutes=59)
    worker.run_once()
    assert kept(database) == 1
    clock.advance(minutes=2)
    worker.run_once()
    assert kept(database) == 0
