"""The clock jumps: nothing lasts for ever, nothing waits for hours, and order stays order."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from dashboard.partner.telemetry import CallRecord, CallResult
from dashboard.services.auth.saved_forms import PER_PERSON
from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.services.permissions import Role
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.store.audit import chain as store_audit
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.schema import audit
from dashboard.store.users import sightings
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.factors import first_step
from tests.support.pages.forms import KYC, TOKEN, intent_of, registration, send
from tests.support.pages.links import choose, invite
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.soft_passkey import enrol

pytestmark = pytest.mark.on_postgres

BACK = timedelta(hours=-1)
NEGATIVE = re.compile(r"(?<![\w-])[-\u2212]\d")
FAR = timedelta(days=31)


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def user(simulator: RunningSimulator, status: str) -> str:
    return next(str(each["id"]) for each in simulator.users() if each["status"] == status)


def test_a_month_ahead_sessions_links_and_forms_are_over(
    app: Flask, hire: Hire, simulator: RunningSimulator, clock: TestClock
) -> None:
    admin, person = Visitor(app), hire(Role.ADMIN)
    admin.log_in(*person)
    path = f"/users/{user(simulator, 'active')}/tokens"
    old, link = intent_of(admin.get(path)), invite(admin, "new@example.com")
    clock.offset = FAR
    admin.get("/users", status=303)
    choose(Visitor(app), link, "a long enough password", status=404)
    admin.log_in(*person)
    admin.post(path, {**TOKEN, "intent": old}, status=400)


def test_the_audit_holds_whichever_way_the_clock_jumps(
    app: Flask, hire: Hire, database: Database, chain: Chain, clock: TestClock
) -> None:
    for offset in (FAR, BACK, timedelta()):
        clock.offset = offset
        admin = Visitor(app)
        admin.log_in(*hire(Role.ADMIN))
    with database.read() as connection:
        found = connection.execute(audit.select().order_by(audit.c.seq)).all()
        assert store_audit.verify(connection, chain.keys) is None
    assert [row.seq for row in found] == list(range(1, len(found) + 1))
    assert [row.at for row in found] != sorted(row.at for row in found)
    shown = admin.get("/audit?show=all").text
    places = [shown.index(f'href="/audit/{row.seq}"') for row in found]
    assert places == sorted(places, reverse=True)


def test_an_hour_back_everything_goes_on(
    admin: Visitor, simulator: RunningSimulator, clock: TestClock, database: Database
) -> None:
    pending, active = user(simulator, "pending"), user(simulator, "active")
    waiting = intent_of(admin.get(f"/users/{active}/tokens"))
    send(admin, f"/users/{pending}/kyc", KYC, status=303)
    admin.get(f"/users/{pending}")
    count = admin.fragment("/overview/counts/active").words
    clock.offset = BACK
    simulator.set_status(pending, "active")
    for path in ("/", "/kyc", "/tokens", "/audit", "/users", f"/users/{pending}"):
        assert not NEGATIVE.search(admin.get(path).words), path
    assert admin.fragment("/overview/counts/active").words != count
    admin.post(f"/users/{active}/tokens", {**TOKEN, "intent": waiting}, status=200)
    send(admin, "/users", registration(), status=303)
    with database.read() as connection:
        history = sightings.history(connection, UUID(pending))[::-1]
    times = [time for each in history for time in (each.first_seen_at, each.last_seen_at)]
    assert times == sorted(times)
    assert [each.status for each in history] == ["pending", "active"]


def test_an_hour_back_an_idle_session_still_ends_an_hour_later(
    admin: Visitor, clock: TestClock
) -> None:
    clock.offset = BACK
    admin.get("/users")
    clock.offset += timedelta(minutes=61)
    admin.get("/users", status=303)


def test_a_session_from_a_far_future_ends_with_it(app: Flask, hire: Hire, clock: TestClock) -> None:
    clock.offset = FAR
    lost = Visitor(app)
    lost.log_in(*hire(Role.VIEWER))
    clock.offset = timedelta()
    lost.get("/users", status=303)


def test_a_link_from_a_far_future_lets_nobody_in(app: Flask, hire: Hire, clock: TestClock) -> None:
    clock.offset = FAR
    admin = Visitor(app)
    admin.log_in(*hire(Role.ADMIN))
    link = invite(admin, "new@example.com")
    clock.offset = timedelta()
    choose(Visitor(app), link, "a long enough password", status=404)
    admin.log_in(*hire(Role.ADMIN))
    assert "Bruno Costa" in admin.get("/staff").words
    assert not app.extensions["services"].staff.members.open_links()


def test_forms_from_a_far_future_take_no_room(app: Flask, hire: Hire, clock: TestClock) -> None:
    known, before, now = hire(Role.ONBOARDING), Visitor(app), Visitor(app)
    clock.offset = FAR
    before.log_in(*known)
    for number in range(PER_PERSON.forms):
        before.post("/kept", {"sent_to": "/users", "email": f"{number}@example.com"})
    clock.offset = timedelta()
    now.log_in(*known)
    page = now.post("/kept", {"sent_to": "/users", "email": "typed@example.com"})
    assert 'value="typed@example.com"' in now.get(page.headers["Location"]).text


def test_after_a_far_future_a_shown_password_is_on_record_again(
    app: Flask, hire: Hire, database: Database, clock: TestClock
) -> None:
    known = hire(Role.VIEWER)
    enrol(database, known[0])
    for offset in (FAR, timedelta()):
        clock.offset = offset
        first_step(Visitor(app), known)
    rows = audit_log.entries(database, "auth:password")
    assert len(rows) == 2


def test_a_worker_seen_in_a_far_future_is_not_running(database: Database, clock: TestClock) -> None:
    rounds = WorkerHeartbeat(database, clock)
    clock.offset = FAR
    rounds.note()
    clock.offset = timedelta()
    assert not rounds.is_running()
    rounds.note()
    assert rounds.is_running()


def test_limits_reached_in_a_far_future_are_not_those_of_now(
    app: Flask, log_in: LogIn, clock: TestClock
) -> None:
    clock.offset = FAR
    viewer = log_in(Role.VIEWER)
    for number in range(21):
        viewer.post("/account", {"name": f"Ana {number}"}, status=429 if number == 20 else 303)
    services = app.extensions["services"]
    assert services.audit.budgets.reached().people
    clock.offset = timedelta()
    assert not services.audit.budgets.reached().people


def test_an_hour_back_nobody_stays_locked_out(app: Flask, hire: Hire, clock: TestClock) -> None:
    email, password = hire(Role.VIEWER)
    visitor = Visitor(app)
    for _ in range(10):
        visitor.log_in(email, "not the password", status=422)
    visitor.log_in(email, password, status=429)
    clock.offset = BACK
    clock.advance(minutes=5, seconds=1)  # as long as it ever takes
    visitor.log_in(email, password)


def test_an_hour_back_what_we_see_of_the_api_is_still_written_down(
    database: Database, clock: TestClock
) -> None:
    seen = UpstreamMonitor(database, clock)
    for offset in (timedelta(), BACK):
        clock.offset = offset
        seen.observe(
            CallRecord(clock(), "GET", "/users", 200, 5, CallResult.OK, "", clock(), "pair")
        )
    assert UpstreamMonitor(database, clock).health().calls == 1


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "2026-03-29 01:59"),
        (datetime(2026, 3, 29, 1, 1, tzinfo=UTC), "2026-03-29 03:01"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25 02:30"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2026-10-25 02:30"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), "2026-10-25 03:30"),
    ],
)
def test_times_are_right_on_the_days_when_clocks_change(
    app: Flask,
    hire: Hire,
    clock: TestClock,
    at: datetime,
    shown: str,
) -> None:
    clock.offset = at - datetime.now(UTC)
    visitor = Visitor(app)
    visitor.log_in(*hire(Role.ADMIN))
    visitor.post("/account", {"name": "Ana", "time_zone": "Europe/Madrid"})
    page = visitor.get("/audit?show=all")
    assert f'title="{shown} Europe/Madrid · {at:%Y-%m-%d %H:%M}' in page.text
