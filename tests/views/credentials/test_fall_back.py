"""A pair that is refused falls back to one that is not, only for reads, with an alarm."""

import pytest
from flask import Flask

from dashboard.partner.gate import Gate, Ticket
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages.forms import registration, send, trail
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.credentials.test_credentials import PAGE, add, numbers_used, rotate, step
from tests.views.credentials.test_freeze import freeze


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
    assert "Fell back to another key pair (automatic)" in admin.get("/").words
    assert trail(database, "credentials:fall_back") == [("succeeded", None)]
    assert "so we switched to another one" in admin.get("/").words
    assert "so we switched to another one" not in support.get("/").words
    page = admin.get(PAGE).words
    assert "automatically: the previous key pair was refused" in page
    admin.post(f"{PAGE}/acknowledge", {})
    assert "so we switched to another one" not in admin.get("/").words
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
    credentials = app.extensions["services"].credentials.active
    rotate(admin, simulator)
    old = credentials.current()
    _, pair = rotate(admin, simulator, 3)
    other = credentials.find_others([old])[0]
    assert other.api_key == pair.api_key
    credentials.fall_back([old], other)
    assert trail(database, "credentials:fall_back") == []


def test_the_page_of_the_read_that_fell_back_says_so_already(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    number, _ = rotate(admin, simulator)
    simulator.revoke_keys(number)
    assert "so we switched to another one" in admin.get("/users").words


def test_no_other_pair_is_asked_with_once_calls_are_frozen(
    admin: Visitor, app: Flask, simulator: RunningSimulator
) -> None:
    gate: Gate = app.extensions["services"].upstream.probe._source._calls._gate  # noqa: SLF001
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
