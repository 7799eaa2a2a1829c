"""Guessing is stopped, and no one keeps a colleague out for as long as they go on (T-A8, T-A9)."""

import re
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from flask import Flask

from dashboard.config.areas import build_counters
from dashboard.config.settings import Config
from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.auth import passwords
from dashboard.services.auth.throttle import FromOutside, LoginThrottle, Stranger
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.factors import add_app, code_of, codes_in, first_step, recover, show
from tests.support.pages.links import choose
from tests.support.people import Hire
from tests.support.soft_passkey import SoftPasskey, enrol

Attack = Callable[..., None]
At = Callable[[str], Visitor]


@pytest.fixture
def at(app: Flask) -> At:
    """A browser at an address."""

    def at(address: str) -> Visitor:
        visitor = Visitor(app)
        visitor.http.environ_base["REMOTE_ADDR"] = address
        return visitor

    return at


@pytest.fixture
def attack(database: Database, config: Config, clock: TestClock) -> Attack:
    """Count passwords that were tried from many addresses, 30 at each."""
    counters = build_counters(config, database, clock)
    tries = LoginThrottle(counters, config.keyring.keys(KeyPurpose.LIMIT), clock)

    def attack(addresses: int, email: str | None = None) -> None:
        for number in range(addresses):
            stranger = Stranger(address=f"192.0.2.{1 + number}")
            source = FromOutside(email or f"nobody{number}@example.com", stranger)
            for limit, key in tries._windows(source):  # noqa: SLF001  each try takes long
                counters.incr(key, limit.get_expiry(), 30)

    return attack


def test_many_addresses_do_not_keep_a_person_out_where_they_came_in_before(
    at: At, hire: Hire, attack: Attack, clock: TestClock
) -> None:
    email, password = hire(Role.SUPPORT)
    at("198.51.100.1").log_in(email, password)
    attack(7, email)
    at("198.51.100.1").log_in(email, password)
    at("198.51.100.2").log_in(email, password, status=429)
    clock.advance(minutes=5, seconds=1)
    at("198.51.100.2").log_in(email, password, status=429)
    clock.advance(minutes=55)
    at("198.51.100.2").log_in(email, password)


def test_a_flood_does_not_keep_an_office_out(
    at: At, hire: Hire, attack: Attack, clock: TestClock
) -> None:
    at("198.51.100.1").log_in(*hire(Role.SUPPORT))
    attack(11)
    colleague = hire(Role.SUPPORT)
    at("198.51.100.1").log_in(*colleague)
    at("198.51.100.2").log_in(*hire(Role.SUPPORT), status=429)
    clock.advance(minutes=5, seconds=1)
    at("198.51.100.2").log_in(*hire(Role.SUPPORT))


def test_an_address_is_known_for_thirty_days_after_the_last_log_in(
    at: At, hire: Hire, attack: Attack, clock: TestClock
) -> None:
    somebody = hire(Role.SUPPORT)
    at("198.51.100.1").log_in(*somebody)
    clock.advance(days=29)
    at("198.51.100.1").log_in(*somebody)
    clock.advance(days=29)
    attack(11)
    at("198.51.100.1").log_in(*somebody)
    clock.advance(days=31)
    attack(11)
    at("198.51.100.1").log_in(*somebody, status=429)


def test_a_known_address_guesses_no_more_often_than_another(at: At, hire: Hire) -> None:
    email, password = hire(Role.SUPPORT)
    office = at("198.51.100.1")
    at("198.51.100.1").log_in(email, password)
    for _ in range(10):
        office.log_in(email, "wrong", status=422)
    office.log_in(email, password, status=429)


@pytest.mark.parametrize("attacked", ["the person", "everybody"])
def test_a_link_and_a_passkey_lead_past_an_attack(
    at: At, hire: Hire, staff: Staff, attack: Attack, database: Database, attacked: str
) -> None:
    email, password = hire(Role.SUPPORT)
    passkey = enrol(database, email)
    attack(11, email if attacked == "the person" else None)
    at("198.51.100.1").log_in(email, password, status=429)
    at("198.51.100.1").show_passkey(passkey)
    newcomer = staff.invite("bruno@example.com", "Bruno", [Role.SUPPORT])
    choose(at("198.51.100.3"), f"/link/{newcomer.token}", "a password of my own")


@pytest.mark.parametrize("what", ["link", "passkey"])
def test_what_is_not_there_leads_past_nothing(
    at: At, hire: Hire, attack: Attack, what: str
) -> None:
    hire(Role.SUPPORT)
    attack(11)
    if what == "link":
        choose(at("198.51.100.1"), f"/link/{'x' * 43}", "a password of my own", status=429)
    else:
        at("198.51.100.1").show_passkey(SoftPasskey("nobody"), status=429)


def test_whoever_has_the_password_and_many_addresses_guesses_twenty_codes_an_hour(
    at: At, hire: Hire, clock: TestClock, database: Database
) -> None:
    known = hire(Role.SUPPORT)
    office = at("198.51.100.1")
    office.log_in(*known)
    app_secret, shown = add_app(office, clock())
    clock.advance(minutes=2)
    came_in = at("198.51.100.1")
    first_step(came_in, known)
    show(came_in, code_of(app_secret, clock()))
    passkey = enrol(database, known[0])
    for guessed in range(0, 40, 5):
        thief = at(f"203.0.113.{guessed}")
        first_step(thief, known)
        for _ in range(5):
            show(thief, "000000", status=422 if guessed < 20 else 429)
        clock.advance(minutes=5)
    owner = at("198.51.100.1")
    first_step(owner, known)
    show(owner, code_of(app_secret, clock()))
    at("198.51.100.2").show_passkey(passkey)
    lost = at("198.51.100.3")
    first_step(lost, known)
    recover(lost, codes_in(shown)[0])


def test_a_password_without_its_second_step_makes_no_address_known(
    at: At, hire: Hire, attack: Attack, database: Database
) -> None:
    phished = hire(Role.SUPPORT)
    enrol(database, phished[0])
    first_step(at("198.51.100.1"), phished)
    attack(11)
    at("198.51.100.1").log_in(hire(Role.SUPPORT)[0], "guessed", status=429)


def test_who_has_a_whole_network_of_addresses_has_one(at: At, hire: Hire) -> None:
    email, password = hire(Role.SUPPORT)
    for number in range(10):
        at(f"2001:db8:1:2::{number:x}").log_in(email, "wrong", status=422)
    at("2001:db8:1:2:ffff::1").log_in(email, password, status=429)
    at("2001:db8:1:3::1").log_in(email, password)


def test_an_ipv4_address_is_the_same_in_either_spelling(at: At, hire: Hire) -> None:
    email, password = hire(Role.SUPPORT)
    for _ in range(10):
        at("::ffff:198.51.100.1").log_in(email, "wrong", status=422)
    at("198.51.100.1").log_in(email, password, status=429)


class Counting(PasswordHasher):
    """A hasher that knows how often it worked."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002  its name there
        self.verified += 1
        return bool(super().verify(hash, password))


def test_unknown_invited_disabled_and_wrong_are_one_answer_and_one_hash(
    at: At, hire: Hire, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, disabled = hire(Role.SUPPORT)[0], hire(Role.SUPPORT)[0]
    staff.disable(disabled)
    staff.invite("invited@example.com", "Invited", [Role.SUPPORT])
    hasher = Counting()
    monkeypatch.setattr(passwords, "_hasher", hasher)
    bodies = set()
    for number, email in enumerate((known, disabled, "invited@example.com", "who@example.com")):
        page = at("198.51.100.1").log_in(email, "a wrong password", status=422)
        assert hasher.verified == number + 1
        bare = re.sub(r'name="csrf_token" value="[^"]+"', "", page.timeless)
        bodies.add(bare.replace(email, "EMAIL"))
    assert len(bodies) == 1


def test_what_is_over_the_limit_costs_no_hash(
    at: At, hire: Hire, monkeypatch: pytest.MonkeyPatch
) -> None:
    email, password = hire(Role.SUPPORT)
    for _ in range(10):
        at("198.51.100.1").log_in(email, "wrong", status=422)
    hasher = Counting()
    monkeypatch.setattr(passwords, "_hasher", hasher)
    at("198.51.100.1").log_in(email, password, status=429)
    assert hasher.verified == 0
