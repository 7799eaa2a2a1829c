"""A clock that was ahead is put back: what comes then stays where only the newest are kept."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard.services.auth.saved_forms import PER_PERSON
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.directory.rows import SeenUser
from dashboard.store.notes import drafts
from dashboard.store.notes.drafts import Draft
from dashboard.store.schema import note_drafts, recent_users
from dashboard.store.users import recent
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.people import Hire

pytestmark = pytest.mark.on_postgres

AHEAD = timedelta(minutes=30)


def test_forms_of_a_clock_that_was_ahead_take_no_room_of_those_of_now(
    app: Flask, hire: Hire, clock: TestClock
) -> None:
    known, before, now = hire(Role.ONBOARDING), Visitor(app), Visitor(app)
    now.log_in(*known)
    clock.offset = AHEAD
    before.log_in(*known)
    for number in range(PER_PERSON.forms):
        before.post("/kept", {"sent_to": "/users", "email": f"{number}@example.com"})
    clock.offset = timedelta()
    page = now.post("/kept", {"sent_to": "/users", "email": "typed@example.com"})
    assert 'value="typed@example.com"' in now.get(page.headers["Location"]).text


def test_users_and_drafts_of_a_clock_that_was_ahead_take_no_room_of_those_of_now(
    database: Database, hire: Hire, staff: Staff, clock: TestClock
) -> None:
    hire(Role.SUPPORT)
    staff_id = staff.every()[0].id
    new, *others = (uuid4() for _ in range(drafts.KEPT + 1))
    times = [*((each, clock() + AHEAD) for each in others), (new, clock())]
    with database.write() as connection:
        for user_id, at in times:
            recent.visit(connection, staff_id, user_id, at)
            drafts.put(connection, staff_id, user_id, Draft("typed", at))
        opened = connection.execute(select(recent_users.c.user_id)).scalars().all()
        typed = connection.execute(select(note_drafts.c.user_id)).scalars().all()
    assert (len(opened), len(typed)) == (recent.KEPT, drafts.KEPT)
    assert new in opened
    assert new in typed


def test_the_directory_believes_an_answer_after_a_clock_that_was_ahead_was_put_back(
    database: Database, clock: TestClock
) -> None:
    user_id, now = uuid4(), clock()
    pending = SeenUser(user_id, "ana@example.com", "pending", None, None, None)
    active = replace(pending, status="active")
    with database.write() as connection:
        rows.record(connection, [pending], now + timedelta(days=1))
        rows.record(connection, [active], now)
        believed = rows.get(connection, [user_id])[user_id]
        rows.record(connection, [pending], now - timedelta(minutes=1))
        late = rows.get(connection, [user_id])[user_id]
    assert (believed.status, believed.last_seen_at, believed.status_since_at) == (
        "active",
        now,
        now,
    )
    assert late == believed
