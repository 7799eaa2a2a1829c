"""Changing one's own password."""

import pytest
from flask import Flask

from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.links import choose
from tests.views.account.test_account import COOKIE, NEW, ana, change, known

__all__ = ["ana", "known"]


def test_a_new_password_ends_the_other_sessions_and_renews_this_one(
    ana: Visitor, app: Flask, known: tuple[str, str], database: Database
) -> None:
    elsewhere = Visitor(app)
    elsewhere.log_in(*known)
    before = ana.cookies()[COOKIE]
    assert change(ana, known[1]).headers["Location"] == "/account"
    assert "Your other sessions have ended." in ana.get("/account").words
    assert ana.cookies()[COOKIE] != before
    elsewhere.get("/users", status=303)
    thief = Visitor(app)
    thief.http.set_cookie(COOKIE, before)
    thief.get("/users", status=303)
    Visitor(app).log_in(*known, status=422)
    Visitor(app).log_in(known[0], NEW)
    ((outcome, _),) = audit_log.outcomes(database, "account:password")
    assert outcome == "succeeded"


def test_a_new_password_takes_back_the_link_that_was_made_for_a_lost_one(
    ana: Visitor, app: Flask, known: tuple[str, str], staff: Staff
) -> None:
    link = f"/link/{staff.make_link(known[0]).token}"
    change(ana, known[1])
    choose(Visitor(app), link, "yet another password", status=404)


def test_a_wrong_current_password_is_told_beside_the_field(
    ana: Visitor, known: tuple[str, str], database: Database, app: Flask
) -> None:
    page = change(ana, "not the password", status=422)
    assert page.words.count("This isn’t your current password.") == 2
    assert 'aria-describedby="password-error" aria-invalid="true"' in page.text
    assert "not the password" not in page.text
    assert NEW not in page.text
    Visitor(app).log_in(*known)
    ((outcome, details),) = audit_log.outcomes(database, "account:password")
    assert (outcome, details["cause"]) == ("rejected", "password")


@pytest.mark.parametrize(
    ("current", "new", "said"),
    [
        ("", NEW, "Enter your current password."),
        ("x", "", "Choose a password."),
        ("x", "eleven char", "Choose 12 to 256 characters."),
    ],
)
def test_what_is_missing_is_told_beside_its_field(
    ana: Visitor, database: Database, current: str, new: str, said: str
) -> None:
    assert said in change(ana, current, new, status=422).words
    assert audit_log.outcomes(database, "account:password") == []


def test_tries_count_for_the_session_whatever_is_tried_without_one(
    ana: Visitor, app: Flask, known: tuple[str, str], clock: TestClock, database: Database
) -> None:
    for _ in range(10):
        Visitor(app).log_in(known[0], "wrong", status=422)
    Visitor(app).log_in(*known, status=429)
    for _ in range(10):
        change(ana, "wrong", status=422)
    page = change(ana, known[1], status=429)
    assert "Too many attempts." in page.words
    assert 0 < int(page.headers["Retry-After"]) <= 300
    change(ana, known[1], status=429)
    causes = [details["cause"] for _, details in audit_log.outcomes(database, "account:password")]
    assert causes == ["password"] * 10 + ["limit"]
    clock.advance(minutes=5, seconds=1)
    ana.post("/confirm", {"password": known[1]})
    assert change(ana, known[1]).headers["Location"] == "/account"


@pytest.mark.parametrize(
    "guessable",
    ["passwordpassword", "Password1234", "Summer2024!!!", "their email", "AnaMartins2024!"],
)
def test_a_new_password_that_is_easy_to_guess_is_told_beside_the_field(
    ana: Visitor, known: tuple[str, str], app: Flask, guessable: str
) -> None:
    guessable = known[0].upper() if guessable == "their email" else guessable
    page = change(ana, known[1], guessable, status=422)
    assert "Choose a less common password." in page.words
    assert 'aria-describedby="new_password-hint new_password-error"' in page.text
    assert guessable not in page.text
    Visitor(app).log_in(*known)


def test_an_older_log_in_has_to_confirm_before_the_password_is_changed(
    ana: Visitor, known: tuple[str, str], clock: TestClock, app: Flask
) -> None:
    ana.get("/account")
    clock.advance(minutes=6)
    page = ana.get("/account")
    assert known[0] in page.words
    assert 'name="new_password"' not in page.text
    assert change(ana, known[1]).headers["Location"].startswith("/confirm?")
    Visitor(app).log_in(*known)
    ana.post("/confirm", {"password": known[1]})
    assert change(ana, known[1]).headers["Location"] == "/account"
    Visitor(app).log_in(known[0], NEW)


def test_without_the_token_of_the_session_nothing_changes(
    ana: Visitor, known: tuple[str, str], app: Flask
) -> None:
    sent = {"password": known[1], "new_password": NEW}
    assert ana.http.post("/account/password", data=sent).status_code == 400
    assert ana.http.post("/account", data={"name": "Eve Adams"}).status_code == 400
    Visitor(app).log_in(*known)
    assert "Eve Adams" not in ana.get("/account").words


def test_blanks_are_no_password(ana: Visitor, known: tuple[str, str]) -> None:
    assert "Choose a password." in change(ana, known[1], " " * 20, status=422).words
