"""Registrations whose answer was lost: found out on the page, by the button and by the worker."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from dashboard.services.actors import Actor, Via
from dashboard.services.permissions import Role
from dashboard.services.registrations.models import LookupResult
from dashboard.services.registry import Services
from dashboard.services.staff.manage import Staff
from dashboard.store.audit import chain as audit
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.worker import MaintenanceWorker
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import TOKEN, send
from tests.support.pages.losses import (
    DID_NOT,
    DONE,
    HAPPENED,
    REFUSED,
    id_of,
    last_row,
    lose,
    onboarding,
    outcomes,
    press,
    services,
)
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

__all__ = ["onboarding", "services"]


def test_opening_the_form_settles_by_one_call_what_happened(
    onboarding: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    email, _ = lose(onboarding, simulator, HAPPENED)
    page = onboarding.get("/users/new")
    assert [call.query for call in simulator.requests()] == ["page=1&limit=100"]
    assert email not in page.words
    assert outcomes(database) == DONE
    staff_id, subject_id, details = last_row(database)
    assert (staff_id, subject_id) == (1, id_of(simulator, email))
    assert '"settled_by": "view"' in details
    assert '"found": "created"' in details
    onboarding.get("/users/new")
    assert len(simulator.requests()) == 1


def test_opening_the_form_without_a_loss_asks_nobody(
    onboarding: Visitor, simulator: RunningSimulator
) -> None:
    onboarding.get("/users/new")
    assert simulator.requests() == []


def test_a_failing_look_leaves_the_form_as_it_is(
    onboarding: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    email, seq = lose(onboarding, simulator, HAPPENED)
    simulator.set_faults([{"method": "GET", "status": 503}])
    assert email in onboarding.get("/users/new").words
    assert "Still not confirmed: we couldn’t reach the Partner API." in press(onboarding, seq).words
    assert outcomes(database) == ["attempted", "unknown"]


@pytest.mark.parametrize("back", ["/users/new", "/", "/?kind=unknown"])
def test_the_button_says_that_it_happened_where_it_was_pressed(
    onboarding: Visitor, simulator: RunningSimulator, database: Database, back: str
) -> None:
    email, seq = lose(onboarding, simulator, HAPPENED)
    assert f'action="/users/registrations/{seq}/check"' in onboarding.get("/").text
    page = press(onboarding, seq, back)
    assert f"{email} is registered: the earlier attempt went through. View user" in page.words
    assert f'href="/users/{id_of(simulator, email)}"' in page.text
    assert outcomes(database) == DONE
    assert '"settled_by": "button"' in last_row(database)[2]
    assert {call.method for call in simulator.requests()} == {"GET"}
    assert "the earlier attempt went through" in press(onboarding, seq).words
    assert outcomes(database) == DONE


def test_what_never_arrived_is_called_absent_only_after_a_slow_api_could_have_done_it(
    onboarding: Visitor, simulator: RunningSimulator, database: Database, clock: TestClock
) -> None:
    email, seq = lose(onboarding, simulator, DID_NOT)
    page = press(onboarding, seq)
    assert f"Still not confirmed: we checked {email} at" in page.words
    assert "The worker isn’t running, so check again yourself later." in page.words
    clock.advance(seconds=21)
    page = press(onboarding, seq)
    assert f"{email} wasn’t registered. You can register this user again." in page.words
    assert outcomes(database) == REFUSED
    assert '"found": "absent"' in last_row(database)[2]
    assert "We already know that this registration of" in press(onboarding, seq).words
    line = onboarding.get(f"/audit/{seq}")
    assert [word in line.words for word in ("In progress", "Not confirmed", "Refused")] == [
        True
    ] * 3
    assert "Did not go through" in onboarding.get("/audit?action=users:register").words


def test_the_audit_says_who_looked(
    onboarding: Visitor, simulator: RunningSimulator, app: Flask, staff: Staff
) -> None:
    staff.add("bruno@example.com", "Bruno Díaz", "a password of his", [Role.ADMIN])
    bruno = Visitor(app)
    bruno.log_in("bruno@example.com", "a password of his")
    _, seq = lose(onboarding, simulator, HAPPENED)
    press(bruno, seq)
    rows = bruno.get(f"/audit/{seq}").words.partition("Signed records")[2]
    assert re.findall(r"#\d+ ([\w ]+) (Ana Martins|Bruno Díaz)", rows) == [
        ("In progress", "Ana Martins"),
        ("Not confirmed", "Ana Martins"),
        ("Succeeded", "Bruno Díaz"),
    ]


@pytest.mark.on_postgres
def test_many_who_look_at_once_settle_once(
    onboarding: Visitor,
    simulator: RunningSimulator,
    services: Services,
    database: Database,
    chain: Chain,
) -> None:
    _, seq = lose(onboarding, simulator, HAPPENED)
    with ThreadPoolExecutor(8) as pool:
        looks = list(
            pool.map(
                lambda _: services.registrations.reconciler.check(seq, Actor(1, via=Via.BUTTON)),
                range(8),
            )
        )
    assert {look.found for look in looks if look} == {LookupResult.CREATED}
    assert outcomes(database) == DONE
    with database.read() as connection:
        assert audit.verify(connection, chain.keys) is None


def test_who_may_not_register_may_not_press_the_button_and_is_led_to_the_search(
    onboarding: Visitor, support: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    email, seq = lose(onboarding, simulator, HAPPENED)
    page = support.get("/")
    assert f"/users/registrations/{seq}/check" not in page.text
    assert f"Check now: {email}" in page.text
    support.post(f"/users/registrations/{seq}/check", status=403)
    assert simulator.requests() == []
    assert outcomes(database)[:2] == ["attempted", "unknown"]


@pytest.mark.parametrize("seq", [1, 999999, 2147483647])
def test_what_is_no_registration_cannot_be_looked_up(onboarding: Visitor, seq: int) -> None:
    onboarding.post(f"/users/registrations/{seq}/check", status=404)


@pytest.mark.parametrize("back", ["https://evil.test/", "//evil.test", "/no-such-page", ""])
def test_the_button_leads_only_to_pages_of_ours(
    onboarding: Visitor, simulator: RunningSimulator, back: str
) -> None:
    _, seq = lose(onboarding, simulator, HAPPENED)
    answer = onboarding.post(f"/users/registrations/{seq}/check", {"back": back})
    assert answer.headers["Location"] == "/users/new"


def test_a_lost_token_is_never_settled_and_says_until_when_it_may_exist(
    log_in: LogIn, simulator: RunningSimulator, services: Services, clock: TestClock
) -> None:
    admin = log_in(Role.ADMIN)
    active = next(each for each in simulator.users() if each["status"] == "active")
    simulator.set_faults([{"method": "POST", "reset": "after"}])
    send(admin, f"/users/{active['id']}/tokens", TOKEN, status=502)
    simulator.set_faults([])
    clock.advance(minutes=10)
    MaintenanceWorker(services, clock).run_once()
    for place in ("/tokens", f"/users/{active['id']}"):
        assert re.search(r"May exist until \d\d:\d\d(?![:\d])", admin.get(place).words), place
    assert re.search(
        r"Not confirmed *A token may exist until (?:today at|\d+ \w+,) \d\d:",
        admin.get("/audit").words,
    )
    line = admin.get("/audit?outcome=unknown").markup
    found = re.search(r'href="/audit/(\d+)" aria-label="Entry', line)
    assert found
    assert "A token may exist until" in admin.get(f"/audit/{found[1]}").words


@pytest.mark.parametrize("minutes", [-10, 10])
@pytest.mark.parametrize("fault", [HAPPENED, DID_NOT])
def test_with_another_clock_than_the_apis_nothing_is_concluded_from_its_dates(
    onboarding: Visitor,
    simulator: RunningSimulator,
    services: Services,
    database: Database,
    clock: TestClock,
    minutes: int,
    fault: dict[str, object],
) -> None:
    clock.advance(minutes=minutes)
    email, seq = lose(onboarding, simulator, fault)
    onboarding.get("/users/new")
    clock.advance(seconds=30)
    page = press(onboarding, seq)
    if fault is HAPPENED:
        assert "we can’t tell when they were registered" in page.words
        assert f'href="/users/{id_of(simulator, email)}"' in page.text
        assert outcomes(database) == ["attempted", "unknown"]
    else:  # the whole list was seen, whatever the dates in it
        assert outcomes(database) == REFUSED
    MaintenanceWorker(services, clock).run_once()
    assert "succeeded" not in outcomes(database)


def test_a_user_of_a_registration_from_before_a_clock_was_put_back_is_not_called_older(
    onboarding: Visitor,
    simulator: RunningSimulator,
    database: Database,
    clock: TestClock,
    log_in: LogIn,
) -> None:
    clock.advance(minutes=20)
    _, seq = lose(onboarding, simulator, HAPPENED)
    clock.advance(minutes=-20)
    press(onboarding, seq)
    log_in(Role.VIEWER)
    clock.advance(minutes=21)
    press(onboarding, seq)
    assert outcomes(database) == ["attempted", "unknown"]
