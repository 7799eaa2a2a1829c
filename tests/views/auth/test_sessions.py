"""Sessions: whose they are, how long they last, and what ends them."""

from datetime import timedelta

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.store.schema import audit, sessions
from tests.support import databases
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.links import choose
from tests.support.people import Hire, LogIn

pytestmark = pytest.mark.on_postgres

COOKIE = "__Host-dashboard-local"
NEW = "another good password"


def test_log_in_takes_a_new_id_and_the_planted_one_is_dead(
    app: Flask, visitor: Visitor, hire: Hire
) -> None:
    visitor.get("/login")
    before = visitor.cookies()[COOKIE]
    visitor.log_in(*hire(Role.SUPPORT))
    after = visitor.cookies()[COOKIE]
    assert after != before
    attacker = Visitor(app)
    attacker.http.set_cookie(COOKIE, before)
    attacker.get("/users", status=303)
    again = Visitor(app)
    again.http.set_cookie(COOKIE, after)
    again.get("/users")
    visitor.log_in(*hire(Role.SUPPORT), status=303)
    assert visitor.cookies()[COOKIE] != after
    again.get("/users", status=303)


def test_the_id_itself_is_not_stored(support: Visitor, database: Database) -> None:
    with database.read() as connection:
        row = connection.execute(sessions.select()).one()
    assert support.cookies()[COOKIE] not in str(tuple(row))


def test_after_log_out_the_old_cookie_opens_nothing(
    app: Flask, support: Visitor, database: Database
) -> None:
    kept = support.cookies()[COOKIE]
    answer = support.post("/logout")
    assert answer.headers["Location"] == "/login"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    thief = Visitor(app)
    thief.http.set_cookie(COOKIE, kept)
    thief.get("/users", status=303)
    fragment = thief.fragment("/users", "results", status=401)
    assert fragment.headers["HX-Redirect"] == "/login?next=/users"
    assert audit_log.entries(database)[-1].action == "auth:logout"


def test_a_session_ends_when_nothing_happens(support: Visitor, clock: TestClock) -> None:
    clock.advance(minutes=59)
    support.get("/users")
    clock.advance(minutes=59)
    support.get("/users")
    clock.advance(minutes=61)
    answer = support.get("/users?page=2", status=303)
    assert answer.headers["Location"] == "/login?next=/users?page%3D2"


def test_a_session_ends_at_its_longest_time_however_busy(
    support: Visitor, clock: TestClock
) -> None:
    for _ in range(23):
        clock.advance(minutes=31)
        support.get("/session")
        support.post("/session", status=200)
    clock.advance(minutes=31)
    support.get("/users", status=303)


def test_asking_how_long_the_session_lasts_does_not_extend_it(
    support: Visitor, clock: TestClock
) -> None:
    clock.advance(minutes=40)
    left = support.get("/session").json
    assert left == {"can_stay": True, "ends_in_s": pytest.approx(20 * 60, abs=5)}
    assert support.post("/session", status=200).json["ends_in_s"] > 59 * 60
    clock.advance(minutes=50)
    support.get("/session")
    clock.advance(minutes=11)
    support.get("/session", status=303)


def test_near_the_longest_time_staying_is_not_offered(support: Visitor, clock: TestClock) -> None:
    for _ in range(14):
        clock.advance(minutes=50)
        support.post("/session", status=200)
    clock.advance(minutes=19)
    left = support.post("/session", status=200).json
    assert left["can_stay"] is False
    assert left["ends_in_s"] < 60


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("how", ["disabled", "roles", "password", "own password", "link"])
def test_what_changes_about_a_person_ends_their_sessions_at_the_next_request(
    app: Flask, hire: Hire, staff: Staff, how: str, *, htmx: bool
) -> None:
    email, password = hire(Role.SUPPORT)
    open_one, other = Visitor(app), Visitor(app)
    for visitor in (open_one, other):
        visitor.log_in(email, password)
    open_one.get("/users")
    match how:
        case "disabled":
            staff.disable(email)
        case "roles":
            staff.set_roles(email, [Role.VIEWER])
        case "password":
            staff.reset_password(email, NEW)
        case "own password":
            other.post("/account/password", {"password": password, "new_password": NEW})
            other.get("/users")
        case "link":
            link = f"/link/{staff.make_link(email).token}"
            choose(Visitor(app), link, NEW)
    if htmx:
        refused = open_one.fragment("/users", "results", status=401)
        assert refused.headers["HX-Redirect"] == "/login?next=/users"
    else:
        open_one.get("/users", status=303)


def test_sessions_are_swept_out_a_day_after_their_end_at_the_next_log_in(
    log_in: LogIn, clock: TestClock, database: Database
) -> None:
    log_in(Role.VIEWER)
    log_in(Role.VIEWER)
    clock.offset = timedelta(hours=26)
    log_in(Role.VIEWER)
    with database.read() as connection:
        assert len(connection.execute(sessions.select()).all()) == 1


def test_a_page_that_asked_for_something_else_comes_back_after_the_log_in(
    visitor: Visitor,
) -> None:
    on = {"HX-Request": "true", "HX-Current-URL": "http://localhost/users?status=active"}
    answer = visitor.get("/session", status=401, headers=on)
    assert answer.headers["HX-Redirect"] == "/login?next=/users?status%3Dactive"
    answer = visitor.get("/users?page=2", status=401, headers=on)
    assert answer.headers["HX-Redirect"] == "/login?next=/users?page%3D2"


@pytest.mark.parametrize("address", ["http://[", "//[a"])
def test_an_address_that_cannot_be_one_is_no_place_to_come_back_to(
    visitor: Visitor, support: Visitor, address: str
) -> None:
    on = {"HX-Request": "true", "HX-Current-URL": address}
    answer = visitor.get("/session", status=401, headers=on)
    assert answer.headers["HX-Redirect"] == "/login"
    assert support.http.get("/users", headers=on).status_code == 200


def entries_of(database: Database, action: str) -> list[str]:
    return [row.outcome for row in audit_log.entries(database, action)]


@pytest.mark.parametrize("broken", ["INSERT ON audit", "INSERT ON sessions"])
@pytest.mark.each_on_postgres
def test_a_log_in_begins_a_session_and_is_recorded_or_neither(
    visitor: Visitor, database: Database, hire: Hire, broken: str
) -> None:
    email, password = hire(Role.SUPPORT)
    with database.write() as connection:
        databases.refuse(connection, broken)
    visitor.log_in(email, password, status=503)
    visitor.get("/users", status=303)
    assert entries_of(database, "auth:login") == []
    with database.write() as connection:
        databases.accept(connection, broken.rsplit(maxsplit=1)[-1])
    visitor.log_in(email, password)
    visitor.get("/users")
    assert entries_of(database, "auth:login") == ["succeeded"]


@pytest.mark.parametrize("broken", ["INSERT ON audit", "UPDATE ON sessions"])
@pytest.mark.each_on_postgres
def test_a_confirmation_renews_the_session_and_is_recorded_or_neither(
    visitor: Visitor, database: Database, hire: Hire, broken: str
) -> None:
    email, password = hire(Role.SUPPORT)
    visitor.log_in(email, password)
    with database.write() as connection:
        databases.refuse(connection, broken)
    visitor.post("/confirm", {"password": password}, status=503)
    with database.write() as connection:
        databases.accept(connection, broken.rsplit(maxsplit=1)[-1])
    assert entries_of(database, "auth:confirm") == []
    visitor.get("/users")
    visitor.post("/confirm", {"password": password})
    assert entries_of(database, "auth:confirm") == ["succeeded"]


@pytest.mark.parametrize("broken", ["INSERT ON audit", "DELETE ON sessions"])
def test_a_log_out_is_done_and_recorded_or_neither(
    support: Visitor, database: Database, broken: str
) -> None:
    support.get("/users")
    with database.write() as connection:
        before = len(connection.execute(audit.select()).all())
        databases.refuse(connection, broken)
    support.post("/logout", status=503)
    support.get("/users")
    with database.write() as connection:
        databases.accept(connection, broken.rsplit(maxsplit=1)[-1])
        assert len(connection.execute(audit.select()).all()) == before
    support.post("/logout")
    support.get("/users", status=303)
