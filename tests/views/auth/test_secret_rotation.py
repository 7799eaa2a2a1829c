"""A new DASHBOARD_SECRET_KEY: what was open goes on while the old one is a fallback, then dies."""

import secrets

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import Config, load_config
from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.audit.log import AuditLog
from dashboard.services.permissions import Role
from dashboard.store.audit.chain import Chain, ChainFault, FindingKind
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.factors import add_app, code_of, first_step, show
from tests.support.pages.forms import TOKEN, intent_of
from tests.support.pages.links import choose, invite
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


@pytest.fixture
def rotated(settings: dict[str, str]) -> Config:
    """The new key, with the old one behind it."""
    old, new = settings["DASHBOARD_SECRET_KEY"], secrets.token_urlsafe(48)
    changed = {"DASHBOARD_SECRET_KEY": new, "DASHBOARD_SECRET_KEY_FALLBACKS": old}
    return load_config(None, **{**settings, **changed})


@pytest.fixture
def without_old(settings: dict[str, str], rotated: Config) -> Config:
    """Only the new key."""
    new = rotated.secret_key.get_secret_value()
    return load_config(None, **{**settings, "DASHBOARD_SECRET_KEY": new})


def moved(visitor: Visitor, config: Config, clock: TestClock) -> Visitor:
    """Return the same browser at a restarted dashboard."""
    again = Visitor(create_app(config, clock))
    again.http._cookies = dict(visitor.http._cookies or {})  # noqa: SLF001  the same browser
    return again


def opened(visitor: Visitor, simulator: RunningSimulator) -> tuple[str, dict[str, str]]:
    active = next(user for user in simulator.users() if user["status"] == "active")
    path = f"/users/{active['id']}/tokens"
    csrf_token, intent = visitor.csrf_token(), intent_of(visitor.get(path))
    return path, {**TOKEN, "csrf_token": csrf_token, "intent": intent}


def test_a_form_that_was_open_can_be_sent_and_is_still_one_attempt(
    admin: Visitor, simulator: RunningSimulator, rotated: Config, clock: TestClock
) -> None:
    path, data = opened(admin, simulator)
    after = moved(admin, rotated, clock)
    assert after.http.post(path, data=data).status_code == 200
    assert "This form already issued a token" in after.http.post(path, data=data).text
    assert sum(call.method == "POST" for call in simulator.requests()) == 1


def test_a_form_that_was_sent_before_the_rotation_is_not_sent_after_it(
    admin: Visitor, simulator: RunningSimulator, rotated: Config, clock: TestClock
) -> None:
    path, data = opened(admin, simulator)
    admin.http.post(path, data=data)
    after = moved(admin, rotated, clock)
    assert "This form already issued a token" in after.http.post(path, data=data).text
    assert sum(call.method == "POST" for call in simulator.requests()) == 1


def test_what_is_opened_after_the_rotation_outlives_the_old_key(
    admin: Visitor,
    simulator: RunningSimulator,
    rotated: Config,
    without_old: Config,
    clock: TestClock,
) -> None:
    between = moved(admin, rotated, clock)
    path, data = opened(between, simulator)
    assert moved(between, without_old, clock).http.post(path, data=data).status_code == 200


def test_a_form_that_was_sent_between_is_still_the_same_form_without_the_old_key(
    admin: Visitor,
    simulator: RunningSimulator,
    rotated: Config,
    without_old: Config,
    clock: TestClock,
) -> None:
    between = moved(admin, rotated, clock)
    path, data = opened(between, simulator)
    between.http.post(path, data=data)
    again = moved(between, without_old, clock).http.post(path, data=data)
    assert "This form already issued a token" in again.text
    assert sum(call.method == "POST" for call in simulator.requests()) == 1


def test_without_the_old_key_open_forms_are_dead_and_nobody_is_logged_out(
    admin: Visitor, simulator: RunningSimulator, without_old: Config, clock: TestClock
) -> None:
    path, data = opened(admin, simulator)
    after = moved(admin, without_old, clock)
    for sent in (data, {**data, "csrf_token": after.csrf_token()}):
        refused = after.http.post(path, data=sent)
        assert refused.status_code == 400
        assert "This form has expired" in refused.text
    assert sum(call.method == "POST" for call in simulator.requests()) == 0
    assert after.http.post(path, data=opened(after, simulator)[1]).status_code == 200


@pytest.mark.parametrize("old_key_is_kept", [True, False])
def test_a_log_in_that_was_open_goes_on_or_is_asked_for_again(
    app: Flask,
    hire: Hire,
    rotated: Config,
    without_old: Config,
    clock: TestClock,
    old_key_is_kept: bool,  # noqa: FBT001  a parameter
) -> None:
    before, (email, password) = Visitor(app), hire(Role.SUPPORT)
    data = {"email": email, "password": password, "csrf_token": before.csrf_token()}
    after = moved(before, rotated if old_key_is_kept else without_old, clock)
    answer = after.http.post("/login", data=data)
    assert answer.status_code == (303 if old_key_is_kept else 400)
    after.log_in(email, password)


def test_one_time_links_outlive_every_rotation(
    admin: Visitor, without_old: Config, clock: TestClock
) -> None:
    link = invite(admin, "new@example.com")
    newcomer = Visitor(create_app(without_old, clock))
    choose(newcomer, link, "a long enough password")


def verified(database: Database, config: Config, clock: TestClock) -> ChainFault | None:
    chain = Chain(config.keyring.keys(KeyPurpose.CHAIN), config.environment)
    return AuditLog(database, chain, clock).verify()


def test_the_chain_holds_over_both_keys_and_names_the_one_that_was_taken_out(
    admin: Visitor,
    simulator: RunningSimulator,
    database: Database,
    config: Config,
    rotated: Config,
    without_old: Config,
    clock: TestClock,
) -> None:
    after = moved(admin, rotated, clock)
    path, data = opened(after, simulator)
    after.http.post(path, data=data)
    keys = [row.key_id for row in audit_log.entries(database)]
    old, new = (each.keyring.keys(KeyPurpose.CHAIN).current.id for each in (config, rotated))
    assert keys == [old, old, new, new]
    assert verified(database, rotated, clock) is None
    assert verified(database, without_old, clock) == ChainFault(1, FindingKind.UNKNOWN_KEY)
    assert verified(database, config, clock) == ChainFault(3, FindingKind.UNKNOWN_KEY)


def test_an_authenticator_app_goes_on_after_the_old_key_was_taken_out(
    app: Flask,
    hire: Hire,
    rotated: Config,
    without_old: Config,
    settings: dict[str, str],
    clock: TestClock,
) -> None:
    known = hire(Role.SUPPORT)
    first = Visitor(app)
    first.log_in(*known)
    secret, _ = add_app(first, clock())
    clock.advance(minutes=2)
    create_app(rotated, clock)
    again = Visitor(create_app(without_old, clock))
    first_step(again, known)
    show(again, code_of(secret, clock()))
    clock.advance(minutes=2)
    other = {**settings, "DASHBOARD_SECRET_KEY": secrets.token_urlsafe(48)}
    lost = Visitor(create_app(load_config(None, **other), clock))
    first_step(lost, known)
    show(lost, code_of(secret, clock()), status=422)
