"""Paused calls: no call goes out, and all staff see who paused them, since when and why."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from dashboard.partner.errors import Unavailable, UnavailableKind
from dashboard.partner.list_filters import UserQuery
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages.forms import registration, send, trail
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.credentials.test_credentials import PAGE, add, step

REASON = "The secret was in a screenshot"


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def freeze(visitor: Visitor) -> None:
    visitor.post(f"{PAGE}/freeze", {"reason": REASON})


def test_nothing_is_sent_while_frozen_and_the_page_says_who_and_why(
    admin: Visitor, support: Visitor, simulator: RunningSimulator
) -> None:
    user = simulator.users()[0]
    support.get(f"/users/{user['id']}")
    simulator.clear_requests()
    freeze(admin)
    for path in ("/users", f"/users/{user['id']}"):
        page = support.get(path, status=503)
        assert "API calls are paused" in page.words, path
        assert "by Ana Martins" in page.words
        assert REASON in page.words
        assert "Nothing was sent" in page.words
        assert "Retry-After" not in page.headers
    assert REASON in support.get("/").words
    assert simulator.requests() == []


@pytest.mark.on_postgres
def test_a_read_that_waits_to_be_asked_again_is_not_sent_any_more(
    admin: Visitor, support: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_faults([{"status": 503, "retry_after_s": 4}])
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(support.get, "/users", status=503)
        while not simulator.requests():
            assert not waiting.done()
        freeze(admin)
        waiting.result()
    assert len(simulator.requests()) == 1


def test_what_was_typed_stays_while_frozen_and_is_not_sent(
    admin: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    form = admin.get("/users/new")
    assert form
    freeze(admin)
    fields = registration()
    page = send(admin, "/users", fields, status=503)
    assert fields["email"] in page.text
    assert "API calls are paused. What you typed is still here" in page.words
    assert simulator.requests() == []
    assert [outcome for outcome, _ in trail(database, "users:register")] == [
        "attempted",
        "rejected",
    ]


def test_no_pair_is_tested_until_calls_are_resumed(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    _, pair = simulator.generate_keys()
    freeze(admin)
    add(admin, pair)
    told = admin.get(PAGE).words
    assert "Resume them to test" in told
    assert "Test key pair" not in told
    assert "Resume them to test" in step(admin, "prove", 1, status=503).words
    assert simulator.requests() == []
    admin.post(f"{PAGE}/thaw", {"thaw": "1"})
    step(admin, "prove", 1)


def test_pausing_needs_a_reason_and_resuming_a_tick(
    admin: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    assert "Enter a reason." in admin.post(f"{PAGE}/freeze", {}, status=422).words
    admin.get("/users")
    freeze(admin)
    assert "Tick this box to resume API calls." in admin.post(f"{PAGE}/thaw", {}, status=422).words
    admin.get("/users", status=503)
    admin.post(f"{PAGE}/thaw", {"thaw": "1"})
    admin.get("/users")
    assert len(simulator.requests()) == 2
    assert trail(database, "credentials:freeze") == [("succeeded", None)]
    assert trail(database, "credentials:thaw") == [("succeeded", None)]


def test_a_second_freeze_keeps_the_first_reason(admin: Visitor, database: Database) -> None:
    freeze(admin)
    admin.post(f"{PAGE}/freeze", {"reason": "Another reason"})
    page = admin.get("/").words
    assert REASON in page
    assert "Another reason" not in page
    assert len(trail(database, "credentials:freeze")) == 1


def test_a_freeze_is_another_kind_of_unavailable(admin: Visitor, app: Flask) -> None:
    freeze(admin)
    with pytest.raises(Unavailable) as raised:
        app.extensions["services"].users.api.search(UserQuery())
    assert raised.value.kind is UnavailableKind.FROZEN
    assert not raised.value.outcome_unknown


def test_while_frozen_no_banner_promises_that_the_api_is_tried_again(
    admin: Visitor, support: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_faults([{"status": 503}])
    for _ in range(4):
        support.get("/users", status=503)
    assert 'id="outage"' in support.get("/").text
    freeze(admin)
    page = support.get("/")
    assert 'id="frozen"' in page.text
    assert 'id="outage"' not in page.text
