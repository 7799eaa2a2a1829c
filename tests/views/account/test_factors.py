"""One's own second factors on the account page."""

import re

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import audit, authenticators
from dashboard.web.routing import find_policy
from tests.support.browsing import Page, Visitor
from tests.support.clock import TestClock
from tests.support.pages.factors import (
    TABLES,
    add_app,
    add_passkey,
    changes,
    code_of,
    codes_in,
    kept,
    pending_in,
    secret_in,
)
from tests.support.people import Hire
from tests.support.soft_passkey import SoftPasskey

COOKIE = "__Host-dashboard-local"


@pytest.fixture
def known(hire: Hire) -> tuple[str, str]:
    return hire(Role.SUPPORT)


@pytest.fixture
def ana(app: Flask, known: tuple[str, str]) -> Visitor:
    visitor = Visitor(app)
    visitor.log_in(*known)
    return visitor


@pytest.fixture
def elsewhere(app: Flask, known: tuple[str, str]) -> Visitor:
    """The same person in another browser."""
    visitor = Visitor(app)
    visitor.log_in(*known)
    return visitor


@pytest.fixture
def laptop() -> SoftPasskey:
    return SoftPasskey("laptop")


def remove_passkey(visitor: Visitor, *, status: int = 303) -> Page:
    found = re.search(r"/account/passkeys/\d+/remove", visitor.get("/account").text)
    assert found
    return visitor.post(found[0], status=status)


def test_an_account_without_a_factor_says_so_and_offers_them(ana: Visitor) -> None:
    page = ana.get("/account")
    assert "Your account has a password only" in page.words
    assert "Recovery codes" not in page.words
    for path in ("/account/factors", "/account/authenticator"):
        assert f'href="{path}"' in page.text
        ana.get(path)


def test_the_first_passkey_brings_ten_codes_and_ends_the_other_sessions(
    ana: Visitor, elsewhere: Visitor, laptop: SoftPasskey, database: Database
) -> None:
    before = ana.cookies()[COOKIE]
    codes = codes_in(add_passkey(ana, laptop))
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"(\w{4}-){3}\w{4}", code) for code in codes)
    assert ana.cookies()[COOKIE] != before
    elsewhere.get("/users", status=303)
    account = ana.get("/account")
    assert "Passkey “Laptop”Added now · Not used yet" in account.words
    assert "10 of 10 left" in account.words
    assert kept(database) == [1, 0, 10]
    assert changes(database) == [("passkey_add", {"name": "Laptop"})]


def test_codes_are_shown_once_and_kept_as_hashes(
    ana: Visitor, laptop: SoftPasskey, database: Database
) -> None:
    codes = codes_in(add_passkey(ana, laptop))
    with database.read() as connection:
        rows = str([connection.execute(table.select()).all() for table in (*TABLES, audit)])
    for code in codes:
        assert code not in ana.get("/account").text
        assert code not in rows
        assert code.replace("-", "") not in rows


def test_the_next_factor_brings_no_codes_and_ends_nothing(
    ana: Visitor, app: Flask, laptop: SoftPasskey, clock: TestClock, database: Database
) -> None:
    add_passkey(ana, laptop)
    elsewhere = Visitor(app)
    elsewhere.show_passkey(laptop)
    _, answer = add_app(ana, clock(), status=303)
    assert answer.headers["Location"] == "/account#factors"
    assert "Second factor added." in ana.get("/account").words
    add_passkey(ana, SoftPasskey("phone"), name="Phone", status=303)
    elsewhere.get("/users")
    assert kept(database) == [2, 1, 10]


def test_an_app_is_kept_once_it_has_shown_a_code_and_sealed(
    ana: Visitor, clock: TestClock, database: Database
) -> None:
    page = ana.get("/account/authenticator")
    assert 'class="qr"' in page.text
    secret, pending = secret_in(page), pending_in(page)
    assert len(secret) == 32
    again = ana.post("/account/authenticator", {"pending": pending, "code": "000000"}, status=422)
    assert "This code doesn’t match." in again.words
    assert secret_in(again) == secret
    assert kept(database) == [0, 0, 0]
    sent = {"pending": pending_in(again), "code": code_of(secret, clock())}
    codes_in(ana.post("/account/authenticator", sent, status=200))
    with database.read() as connection:
        row = connection.execute(authenticators.select()).one()
    assert secret not in str(row)
    assert changes(database) == [("authenticator_add", {})]


def test_showing_the_page_writes_nothing(ana: Visitor, database: Database) -> None:
    ana.get("/account/authenticator")
    ana.get("/account/factors")
    assert kept(database) == [0, 0, 0]
    assert changes(database) == []


def test_an_app_that_was_shown_to_somebody_else_is_not_taken(
    ana: Visitor, hire: Hire, app: Flask, clock: TestClock, database: Database
) -> None:
    eve = Visitor(app)
    eve.log_in(*hire(Role.ADMIN))
    page = eve.get("/account/authenticator")
    for pending in (pending_in(page), "made up", "", "a.b"):
        sent = {"pending": pending, "code": code_of(secret_in(page), clock())}
        ana.post("/account/authenticator", sent, status=303)
    assert kept(database) == [0, 0, 0]


def test_a_second_app_waits_until_the_first_one_is_removed(
    ana: Visitor, clock: TestClock, database: Database
) -> None:
    page = ana.get("/account/authenticator")
    secret, _ = add_app(ana, clock())
    assert 'href="/account/authenticator"' not in ana.get("/account").text
    ana.get("/account/authenticator", status=303)
    sent = {"pending": pending_in(page), "code": code_of(secret_in(page), clock())}
    ana.post("/account/authenticator", sent, status=303)
    assert secret != secret_in(page)
    assert [name for name, _ in changes(database)] == ["authenticator_add"]


def test_a_removed_passkey_lets_nobody_in_and_the_other_sessions_end(
    ana: Visitor, app: Flask, laptop: SoftPasskey, clock: TestClock, database: Database
) -> None:
    add_passkey(ana, laptop)
    add_app(ana, clock(), status=303)
    elsewhere = Visitor(app)
    elsewhere.show_passkey(laptop)
    remove_passkey(ana)
    assert "Second factor removed." in ana.get("/account").words
    elsewhere.get("/users", status=303)
    Visitor(app).show_passkey(laptop, status=422)
    assert kept(database) == [0, 1, 10]
    assert changes(database)[-1] == ("passkey_remove", {"name": "Laptop"})


def test_with_the_last_factor_the_codes_go_and_the_password_is_enough(
    ana: Visitor, app: Flask, known: tuple[str, str], clock: TestClock, database: Database
) -> None:
    add_app(ana, clock())
    ana.post("/account/authenticator/remove")
    assert kept(database) == [0, 0, 0]
    assert changes(database)[-1] == ("authenticator_remove", {})
    assert Visitor(app).log_in(*known).headers["Location"] == "/"


def test_what_is_not_there_or_not_one_s_own_is_not_removed(
    ana: Visitor, app: Flask, hire: Hire, laptop: SoftPasskey, database: Database
) -> None:
    add_passkey(ana, laptop)
    eve = Visitor(app)
    eve.log_in(*hire(Role.ADMIN))
    for path in ("/account/passkeys/1/remove", "/account/authenticator/remove"):
        eve.post(path, status=404)
    eve.post("/account/recovery-codes", status=404)
    assert kept(database) == [1, 0, 10]
    assert len(changes(database)) == 1


def test_new_codes_take_the_place_of_the_old_ones(
    ana: Visitor, app: Flask, known: tuple[str, str], clock: TestClock, database: Database
) -> None:
    _, page = add_app(ana, clock())
    old, new = codes_in(page), codes_in(ana.post("/account/recovery-codes", status=200))
    assert not set(old) & set(new)
    assert kept(database) == [0, 1, 10]
    assert changes(database)[-1] == ("recovery_codes", {})
    lost = Visitor(app)
    lost.post("/login", {"email": known[0], "password": known[1]})
    lost.post("/login/code", {"code": old[0], "with": "recovery"}, status=422)
    lost.post("/login/code", {"code": new[0], "with": "recovery"})
    assert "9 of 10 left" in lost.get("/account").words


def test_every_change_wants_to_know_again_who_it_is(app: Flask) -> None:
    changing = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("factors.") and rule.endpoint != "factors.passkey_options"
    ]
    assert len(changing) == 7
    for endpoint in changing:
        policy = find_policy(app, endpoint)
        assert policy
        assert policy.step_up, endpoint
