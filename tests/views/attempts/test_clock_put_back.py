"""A clock that was a year ahead is put right: nothing waits for a year, and nothing lasts one."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask

from dashboard.partner.telemetry import CallRecord, CallResult
from dashboard.services.desk.schedule import due_at, urgency, waits_at
from dashboard.services.desk.settings import DEFAULT_SCHEDULE, parse_schedule
from dashboard.services.directory.listing import UNSWEPT_FOR
from dashboard.services.directory.sweeping import is_due
from dashboard.services.overview.visits import Visits
from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.services.staff.manage import Staff
from dashboard.services.upstream.health import UpstreamState
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.store.contacts import log as contacts
from dashboard.store.contacts.kinds import ContactKind
from dashboard.store.db.database import Database
from dashboard.store.desk import due
from dashboard.store.desk.due import Held
from dashboard.store.directory import rows, sweeps
from dashboard.store.directory.owning import follow_up_times, owner_of, snoozed_until
from dashboard.store.directory.rows import SeenUser
from dashboard.store.directory.sweeps import Result
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.owners import hand_overs, owners, snoozes
from dashboard.store.owners.hand_overs import HandOverTimes
from tests.support.clock import TestClock
from tests.support.directory import fill
from tests.support.people import Hire

pytestmark = pytest.mark.on_postgres
YEAR, DAY, MINUTE = timedelta(days=365), timedelta(days=1), timedelta(minutes=1)
SCHEDULE = parse_schedule(DEFAULT_SCHEDULE)
ANA = SeenUser(uuid4(), "ana@example.com", "pending", None, None, None)


@pytest.fixture
def staff_id(hire: Hire, staff: Staff) -> int:
    hire(Role.SUPPORT)
    return staff.every()[0].id


def call(at: datetime, result: CallResult) -> CallRecord:
    return CallRecord(at, "GET", "/users", 200, 5, result, "", None, "pair")


def test_what_was_seen_of_the_api_then_does_not_hide_what_is_seen_now(
    database: Database, clock: TestClock
) -> None:
    seen = UpstreamMonitor(database, clock)
    clock.offset = YEAR
    for result in (CallResult.OK, CallResult.DOWN):
        seen.observe(call(clock(), result))
    seen.flush()
    clock.offset = timedelta()
    seen.observe(call(clock(), CallResult.REFUSED))
    seen.flush()
    health = UpstreamMonitor(database, clock).health()
    assert (health.state, health.last_ok_at) == (UpstreamState.REFUSED, None)
    assert UpstreamMonitor(database, clock).seen_of("pair").is_refused
    seen.observe(call(clock(), CallResult.OK))
    seen.flush()
    health = UpstreamMonitor(database, clock).health()
    assert (health.state, health.since_at) == (UpstreamState.OK, health.last_ok_at)


def test_the_next_sweep_does_not_wait_for_a_year(database: Database, clock: TestClock) -> None:
    now = clock()
    fill(database, [ANA], now + YEAR)
    with database.read() as connection:
        whole = sweeps.find_last(connection)
    assert whole
    assert whole.result is Result.COMPLETE
    assert is_due(whole, DAY, now)
    assert is_due(replace(whole, finished_at=now), DAY, now)
    assert not is_due(replace(whole, started_at=now, finished_at=now), DAY, now)


def test_a_user_who_was_seen_then_is_missed_when_the_api_names_them_no_more(
    database: Database, clock: TestClock
) -> None:
    now = clock()
    with database.write() as connection:
        rows.record(connection, [ANA], now + YEAR)
    fill(database, [], now)
    with database.read() as connection:
        last = sweeps.find_last(connection)
        assert last
        assert sweeps.find_missing(connection, last, now + MINUTE) == ANA.user_id


def test_a_user_who_was_seen_then_is_asked_about_now(database: Database, clock: TestClock) -> None:
    now = clock()
    start = Inquiry(ANA.user_id, InquiryState.HELD, now - DAY, InquirySource.IMPORTED)
    with database.write() as connection:
        rows.record(connection, [ANA], now + YEAR)
        inquiries.add(connection, start, None)
    held = Held(now, now)
    with database.read() as connection:
        found = [
            user
            for waits in waits_at(now, SCHEDULE)
            for user in due.find_due(connection, waits, held, 10)
        ]
    assert [user.user_id for user in found] == [ANA.user_id]
    assert urgency(found[0], now, SCHEDULE) > 1
    assert due_at(found[0], now, SCHEDULE) == now


def test_an_owner_of_then_has_lapsed_and_a_snooze_of_then_is_over(
    database: Database, clock: TestClock, staff_id: int
) -> None:
    now = clock()
    fill(database, [ANA], now)
    times = follow_up_times(now, 3 * DAY)
    with database.write() as connection:
        owners.assign(connection, ANA.user_id, staff_id, now + YEAR, given_by=staff_id)
        snoozes.put(connection, ANA.user_id, staff_id, now + YEAR + DAY, now + YEAR)
        user = rows.get(connection, [ANA.user_id])[ANA.user_id]
        assert (owner_of(user, times), snoozed_until(user, times)) == (-1, None)
        assert not owners.given(connection, staff_id, times, 5)
        owners.touch(connection, ANA.user_id, staff_id, now)
        user = rows.get(connection, [ANA.user_id])[ANA.user_id]
        assert owner_of(user, times) == staff_id
        assert len(owners.given(connection, staff_id, times, 5)) == 1


def test_an_email_of_then_keeps_no_email_of_today_back(
    database: Database, clock: TestClock, staff_id: int
) -> None:
    now = clock()
    times = HandOverTimes(now - 3 * DAY, now - DAY, now + MINUTE)
    with database.write() as connection:
        hand_overs.take(connection, staff_id, now + YEAR, times)
        assert hand_overs.take(connection, staff_id, now, times)
        assert not hand_overs.take(connection, staff_id, now, times)


def test_a_visit_of_then_is_no_visit(database: Database, clock: TestClock, staff_id: int) -> None:
    visits = Visits(database, clock)
    clock.offset = YEAR
    visits.note(staff_id)
    clock.advance(hours=1)
    visits.note(staff_id)
    clock.offset = timedelta()
    assert visits.note(staff_id) is None
    clock.advance(hours=1)
    left_at = clock() - timedelta(hours=1)
    since = visits.note(staff_id)
    assert since
    assert abs(since - left_at) < MINUTE


def test_a_contact_of_then_stays(
    app: Flask, database: Database, clock: TestClock, staff_id: int
) -> None:
    fill(database, [ANA], clock())
    with database.write() as connection:
        numbers = [
            contacts.add(connection, ANA.user_id, staff_id, ContactKind.LINK_COPIED, at)
            for at in (clock() + YEAR, clock())
        ]
    services: Services = app.extensions["services"]
    log = services.contacts.log
    assert [log.undo(ANA.user_id, staff_id, number) for number in numbers] == [False, True]


def test_a_list_that_was_incomplete_then_is_looked_at_again(
    app: Flask, database: Database, clock: TestClock
) -> None:
    services: Services = app.extensions["services"]
    clock.offset = YEAR
    assert not services.directory.listing.status().is_complete
    clock.offset = timedelta()
    assert UNSWEPT_FOR < MINUTE
    fill(database, [ANA], clock())
    assert services.directory.listing.status().is_complete
