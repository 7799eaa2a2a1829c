"""One-time links: who can log in by one, and who can't."""

import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.store.schema import metadata, staff_links
from dashboard.store.staff.members import set_active
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.links import choose
from tests.support.people import Hire, LogIn

NEW = "a password of my own"


@pytest.fixture
def link(staff: Staff) -> str:
    """The link of a member who was just added."""
    made = staff.invite("bruno@example.com", "Bruno Costa", [Role.SUPPORT])
    return f"/link/{made.token}"


def uses(database: Database) -> list[tuple[str, str]]:
    """Return outcome and details of every use of a link."""
    return [(row.outcome, row.details) for row in audit_log.entries(database, "auth:link")]


def test_somebody_new_opens_the_link_chooses_a_password_and_is_in(
    visitor: Visitor, link: str, app: Flask, database: Database
) -> None:
    page = visitor.get(link)
    assert "Welcome, Bruno Costa. You’ll log in as bruno@example.com." in page.words
    assert choose(visitor, link, NEW).headers["Location"] == "/"
    assert "Bruno Costa" in visitor.get("/users").words
    Visitor(app).log_in("bruno@example.com", NEW)
    assert [outcome for outcome, _ in uses(database)] == ["succeeded"]


def test_looking_at_a_link_does_not_use_it_up(app: Flask, link: str) -> None:
    for _ in range(3):
        Visitor(app).get(link)
        Visitor(app).http.head(link)
    choose(Visitor(app), link, NEW)


def test_a_link_lets_in_once(app: Flask, link: str, database: Database) -> None:
    choose(Visitor(app), link, NEW)
    thief = Visitor(app)
    assert "This link doesn’t work" in choose(thief, link, "another password", status=404).words
    thief.get("/users", status=303)
    Visitor(app).log_in("bruno@example.com", "another password", status=422)
    Visitor(app).log_in("bruno@example.com", NEW)
    assert [outcome for outcome, _ in uses(database)] == ["succeeded", "rejected"]


@pytest.mark.on_postgres
def test_of_ten_at_the_same_moment_one_comes_in(app: Flask, link: str, database: Database) -> None:
    visitors = [Visitor(app) for _ in range(10)]
    tokens = [visitor.csrf_token() for visitor in visitors]

    def send(number: int) -> int:
        sent = {"csrf_token": tokens[number], "new_password": f"the password of {number}"}
        return visitors[number].http.post(link, data=sent).status_code

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(10)))
    assert sorted(answers) == [303] + [404] * 9
    assert sum(outcome == "succeeded" for outcome, _ in uses(database)) == 1
    winner = answers.index(303)
    Visitor(app).log_in("bruno@example.com", f"the password of {winner}")


def test_every_link_that_does_not_work_reads_the_same(
    app: Flask, staff: Staff, link: str, clock: TestClock, hire: Hire
) -> None:
    disabled, _ = hire(Role.VIEWER)
    of_disabled = staff.make_link(disabled)
    staff.disable(disabled)
    replaced, _ = hire(Role.VIEWER)
    older = staff.make_link(replaced)
    staff.make_link(replaced)
    used = staff.make_link(hire(Role.VIEWER)[0])
    choose(Visitor(app), f"/link/{used.token}", NEW)
    dead = [f"/link/{each.token}" for each in (of_disabled, older, used)]
    dead += [f"/link/{secrets.token_urlsafe(32)}", "/link/x", f"/link/{'x' * 3000}"]
    clock.advance(hours=48, seconds=1)
    pages = []
    for path in [*dead, link]:
        visitor = Visitor(app)
        pages.append(visitor.get(path, status=404).timeless)
        pages.append(choose(visitor, path, NEW, status=404).timeless)
        pages.append(choose(visitor, path, "short", status=404).timeless)
    assert len(set(pages)) == 1
    assert "Ask an admin for another link." in pages[0]


def test_an_enabled_member_does_not_get_the_old_link_back(
    app: Flask, staff: Staff, link: str
) -> None:
    staff.disable("bruno@example.com")
    staff.enable("bruno@example.com")
    choose(Visitor(app), link, NEW, status=404)


def test_a_link_that_is_open_lets_nobody_in_who_is_disabled(
    app: Flask, link: str, database: Database
) -> None:
    with database.write() as connection:
        set_active(connection, 1, active=False)
    Visitor(app).get(link, status=404)
    choose(Visitor(app), link, NEW, status=404)


def test_an_invitation_lasts_two_days_and_a_reset_one(
    visitor: Visitor, staff: Staff, link: str, hire: Hire, clock: TestClock
) -> None:
    reset = f"/link/{staff.make_link(hire(Role.VIEWER)[0]).token}"
    clock.advance(hours=23, minutes=59)
    visitor.get(reset)
    clock.advance(minutes=2)
    visitor.get(reset, status=404)
    clock.advance(hours=23, minutes=57)
    visitor.get(link)
    clock.advance(minutes=2)
    visitor.get(link, status=404)


def test_the_old_password_is_good_until_the_link_is_used_and_then_every_session_ends(
    app: Flask, staff: Staff, hire: Hire, database: Database
) -> None:
    email, password = hire(Role.SUPPORT)
    link = f"/link/{staff.make_link(email).token}"
    there = Visitor(app)
    there.log_in(email, password)
    assert "This replaces your old password" in Visitor(app).get(link).words
    there.get("/users")
    comes_back = Visitor(app)
    choose(comes_back, link, NEW)
    comes_back.get("/users")
    there.get("/users", status=303)
    Visitor(app).log_in(email, password, status=422)
    with database.read() as connection:
        (row,) = connection.execute(staff_links.select())
    assert row.used_at


def test_the_session_takes_a_new_id_whoever_was_logged_in(
    app: Flask, log_in: LogIn, link: str
) -> None:
    admin = log_in(Role.ADMIN)
    before = admin.cookies()["__Host-dashboard-local"]
    choose(admin, link, NEW)
    assert admin.cookies()["__Host-dashboard-local"] != before
    assert "Bruno Costa" in admin.get("/users").words
    old = Visitor(app)
    old.http.set_cookie("__Host-dashboard-local", before)
    old.get("/users", status=303)


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 257])
def test_a_password_that_will_not_do_is_told_beside_the_field_and_the_link_stays(
    visitor: Visitor, link: str, password: str
) -> None:
    page = choose(visitor, link, password, status=422)
    assert 'aria-describedby="new_password-hint new_password-error"' in page.text
    assert ("12 to 256 characters" in page.words) == bool(password)
    assert password not in page.text or not password
    choose(visitor, link, NEW)


@pytest.mark.parametrize("guessable", ["passwordpassword", "BrunoCosta1990", "Bruno@Example.com"])
def test_a_password_that_is_easy_to_guess_is_refused_and_the_link_stays(
    visitor: Visitor, link: str, guessable: str
) -> None:
    for _ in range(12):  # a refusal by the rules is not a try of the link
        page = choose(visitor, link, guessable, status=422)
    assert "Choose a less common password." in page.words
    choose(visitor, link, NEW)


def test_a_form_without_the_token_of_its_session_changes_nothing(
    visitor: Visitor, link: str
) -> None:
    visitor.get(link)
    for sent in ({}, {"csrf_token": Visitor(visitor.http.application).csrf_token()}):
        answer = visitor.http.post(link, data={"new_password": NEW, **sent})
        assert answer.status_code == 400
    foreign = {"Origin": "https://evil.test"}
    sent = {"new_password": NEW, "csrf_token": visitor.csrf_token()}
    assert visitor.http.post(link, data=sent, headers=foreign).status_code == 400
    choose(visitor, link, NEW)


def test_guesses_are_limited_by_their_address_and_recorded(
    app: Flask, link: str, database: Database, clock: TestClock
) -> None:
    guesser = Visitor(app)
    for count in range(32):
        guess = f"/link/{secrets.token_urlsafe(32)}"
        page = choose(guesser, guess, NEW, status=404 if count < 30 else 429)
    assert "Too many attempts" in page.words
    assert 0 < int(page.headers["Retry-After"]) <= 300
    assert sum('"limit"' in details for _, details in uses(database)) == 1
    choose(Visitor(app), link, NEW)  # unguessable, so no stranger keeps it from working
    clock.advance(minutes=5, seconds=1)
    choose(guesser, f"/link/{secrets.token_urlsafe(32)}", NEW, status=404)


def test_the_link_itself_is_kept_nowhere(
    visitor: Visitor, link: str, database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    token = link.removeprefix("/link/")
    page = visitor.get(link)
    choose(visitor, link, "short", status=422)
    visitor.http.post(link, data={"new_password": NEW})
    choose(visitor, link, NEW)
    choose(visitor, link, NEW, status=404)
    visitor.get("/users")
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert token not in "".join(capfd.readouterr())
    with database.read() as connection:
        dump = "\n".join(
            str(row)
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
        )
    assert "bruno@example.com" in dump
    assert token not in dump


def test_no_log_in_leads_to_a_link(visitor: Visitor, link: str, hire: Hire) -> None:
    assert visitor.log_in(*hire(Role.VIEWER), next_path=link).headers["Location"] == "/"
    on = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{link}"}
    answer = Visitor(visitor.http.application).get("/session", status=401, headers=on)
    assert answer.headers["HX-Redirect"] == "/login"


def test_who_has_no_password_yet_does_not_log_in(visitor: Visitor, link: str) -> None:
    assert link
    for password in ("", "x", NEW, "nobody has this password"):
        visitor.log_in("bruno@example.com", password, status=422)
