"""A pair that is refused falls back to one that is not, for reads alone, and alarms."""

import secrets

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.partner.gate import Gate, Ticket
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.browsing import Visitor
from tests.conftest import Hire, LogIn
from tests.simulator_process import RunningSimulator
from tests.views.forms import registration, send, trail
from tests.views.test_credentials import PAGE, add, numbers_used, rotate, step
from tests.views.test_freeze import freeze


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def test_a_read_that_is_refused_is_asked_once_more_with_the_pair_before(
    admin: Visitor,
    support: Visitor,
    simulator: RunningSimulator,
    database: Database,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = simulator.key_number(simulator.first)
    number, _ = rotate(admin, simulator)
    simulator.revoke_keys(number)
    simulator.clear_requests()
    support.get("/users")
    assert numbers_used(simulator) == [None, first]
    support.get("/users")
    assert numbers_used(simulator) == [None, first, first]
    assert "credentials_fell_back" in capsys.readouterr().err
    assert "By itself: credentials:fall_back" in admin.get("/").words
    assert trail(database, "credentials:fall_back") == [("succeeded", None)]
    assert "another one took its place" in admin.get("/").words
    assert "another one took its place" not in support.get("/").words
    page = admin.get(PAGE).words
    assert "by itself: the pair before was refused" in page
    admin.post(f"{PAGE}/acknowledge", {})
    assert "another one took its place" not in admin.get("/").words
    assert trail(database, "credentials:acknowledge") == [("succeeded", None)]


def test_a_write_that_is_refused_is_never_sent_twice(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    number, _ = rotate(admin, simulator)
    simulator.revoke_keys(number)
    simulator.clear_requests()
    send(admin, "/users", registration(), status=502)
    assert numbers_used(simulator) == [None]


def test_where_both_are_refused_it_is_a_refusal_as_ever(
    admin: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    _, pair = rotate(admin, simulator)
    simulator.accept_keys(1, accepted=False)
    simulator.clear_requests()
    page = admin.get("/users", status=502)
    assert "refuses our credentials" in page.words
    assert f'href="{PAGE}"' in page.text
    assert len(simulator.requests()) == 2
    assert trail(database, "credentials:fall_back") == []
    assert f"…{pair.api_key[-4:]}" in admin.get(PAGE).words


def test_a_forgotten_pair_is_not_fallen_back_to(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    rotate(admin, simulator)
    second, _ = rotate(admin, simulator, 3)
    step(admin, "forget", 1)
    simulator.revoke_keys(simulator.key_number(simulator.first))
    simulator.revoke_keys(second)
    simulator.clear_requests()
    admin.get("/users", status=502)
    assert numbers_used(simulator) == [None, None]


def test_a_read_under_way_while_somebody_switches_is_asked_with_the_new_pair(
    admin: Visitor, app: Flask, simulator: RunningSimulator, database: Database
) -> None:
    credentials = app.extensions["services"].api_credentials
    rotate(admin, simulator)
    old = credentials.current()
    _, pair = rotate(admin, simulator, 3)
    other = credentials.find_others([old])[0]
    assert other.api_key == pair.api_key
    credentials.fall_back([old], other)
    assert trail(database, "credentials:fall_back") == []


def test_no_other_pair_is_asked_with_once_calls_are_frozen(
    admin: Visitor, app: Flask, simulator: RunningSimulator
) -> None:
    gate: Gate = app.extensions["services"].probe._source._calls._gate  # noqa: SLF001
    rotate(admin, simulator)
    ticket = gate.enter(is_write=False)
    assert isinstance(ticket, Ticket)
    other = gate.next_after(ticket)
    assert other
    assert other.credentials.api_key == simulator.first.api_key
    assert gate.next_after(other) is None
    freeze(admin)
    assert gate.next_after(ticket) is None


def test_a_new_pair_that_waits_is_not_fallen_back_to(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    _, pair = simulator.generate_keys()
    add(admin, pair)
    step(admin, "prove", 1)
    simulator.revoke_keys(simulator.key_number(simulator.first))
    simulator.clear_requests()
    admin.get("/users", status=502)
    assert numbers_used(simulator) == [None]


def started_again(settings: dict[str, str], hire: Hire, **changed: str) -> Visitor:
    """Return an admin of an application that was started with other settings."""
    visitor = Visitor(create_app(load_config(None, **{**settings, **changed})))
    visitor.log_in(*hire(Role.ADMIN))
    return visitor


def test_what_was_switched_to_wins_over_the_environment_after_a_restart(
    admin: Visitor, simulator: RunningSimulator, settings: dict[str, str], hire: Hire
) -> None:
    number, _ = rotate(admin, simulator)
    again = started_again(settings, hire)
    simulator.clear_requests()
    again.get("/users")
    assert numbers_used(simulator) == [number]
    assert "which is not used" in again.get(PAGE).words


def test_a_pair_that_is_refused_too_does_not_hide_the_next_one(
    admin: Visitor, simulator: RunningSimulator, settings: dict[str, str], hire: Hire
) -> None:
    first, _ = rotate(admin, simulator)
    second, _ = rotate(admin, simulator, 3)
    number, pair = simulator.generate_keys()
    again = started_again(
        settings, hire, PARTNER_API_KEY=pair.api_key, PARTNER_API_SECRET=pair.api_secret
    )
    simulator.revoke_keys(first)
    simulator.revoke_keys(second)
    simulator.clear_requests()
    again.get("/users")
    again.get("/users")
    assert numbers_used(simulator) == [None, None, number, number]


def test_the_environment_s_pair_is_known_again_when_it_is_the_one_in_use(
    admin: Visitor, simulator: RunningSimulator, settings: dict[str, str], hire: Hire
) -> None:
    _, pair = rotate(admin, simulator)
    again = started_again(
        settings, hire, PARTNER_API_KEY=pair.api_key, PARTNER_API_SECRET=pair.api_secret
    )
    page = again.get(PAGE).words
    assert "which is not used" not in page
    assert "the environment of the server" in page
    assert "It cannot be opened any more." in page  # the old one has left the environment


def test_a_new_pair_that_the_environment_has_by_now_does_not_wait_any_more(
    admin: Visitor, simulator: RunningSimulator, settings: dict[str, str], hire: Hire
) -> None:
    number, pair = simulator.generate_keys()
    add(admin, pair)
    again = started_again(
        settings, hire, PARTNER_API_KEY=pair.api_key, PARTNER_API_SECRET=pair.api_secret
    )
    another, _ = rotate(again, simulator, 2)
    simulator.revoke_keys(another)
    assert "Another new pair waits" not in add(again, simulator.second).words
    simulator.clear_requests()
    again.get("/users")
    assert numbers_used(simulator) == [None, number]


KEYS = (secrets.token_urlsafe(48), secrets.token_urlsafe(48))


def test_a_rotated_secret_key_opens_by_its_fallback_and_seals_anew(
    admin: Visitor, simulator: RunningSimulator, settings: dict[str, str], hire: Hire
) -> None:
    number, _ = rotate(admin, simulator)
    old = settings["DASHBOARD_SECRET_KEY"]
    new = {"DASHBOARD_SECRET_KEY": KEYS[0]}
    started_again(settings, hire, **new, DASHBOARD_SECRET_KEY_FALLBACKS=old)
    again = started_again(settings, hire, **new)  # the old key is not needed any more
    simulator.clear_requests()
    again.get("/users")
    admin.get("/users")  # of a worker that was started before, and has the old key alone
    assert numbers_used(simulator) == [number, number]


def test_a_pair_that_cannot_be_opened_gives_way_to_the_environment_s_with_an_alarm(
    admin: Visitor,
    simulator: RunningSimulator,
    settings: dict[str, str],
    hire: Hire,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rotate(admin, simulator)
    again = started_again(settings, hire, DASHBOARD_SECRET_KEY=KEYS[1])
    simulator.clear_requests()
    again.get("/users")
    assert numbers_used(simulator) == [simulator.key_number(simulator.first)]
    assert "cannot be opened" in again.get("/").words
    page = again.get(PAGE).words
    assert "DASHBOARD_SECRET_KEY_FALLBACKS" in page
    assert "in use until" not in page
    assert capsys.readouterr().err.count("credentials_unreadable") == 1


def test_a_pair_that_cannot_be_opened_is_added_again(
    admin: Visitor, simulator: RunningSimulator, settings: dict[str, str], hire: Hire
) -> None:
    number, pair = rotate(admin, simulator)
    again = started_again(settings, hire, DASHBOARD_SECRET_KEY=KEYS[1])
    add(again, pair)
    step(again, "prove", 3)
    step(again, "switch", 3)
    simulator.clear_requests()
    again.get("/users")
    assert numbers_used(simulator) == [number]
    page = again.get(PAGE).words
    assert "cannot be opened" not in page
    assert page.count(f"…{pair.api_key[-4:]}") == 1


def test_a_pair_that_has_left_the_environment_is_added_again(
    admin: Visitor, simulator: RunningSimulator, settings: dict[str, str], hire: Hire
) -> None:
    _, pair = rotate(admin, simulator)
    again = started_again(
        settings, hire, PARTNER_API_KEY=pair.api_key, PARTNER_API_SECRET=pair.api_secret
    )
    add(again, simulator.first)
    page = again.get(PAGE).words
    assert "Prove it" in page
    assert "cannot be opened" not in page
