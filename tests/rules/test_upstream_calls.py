"""At most one call upstream per page, and none where none is needed."""

from uuid import uuid4

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.pages.forms import intent_of
from tests.support.pages.looks import LOOK
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator

CALLS_OF_A_LOOK = 5  # ADR 46; every other page and fragment makes at most one


@pytest.mark.parametrize("target", ["", "results"])
def test_a_list_asks_once(support: Visitor, simulator: RunningSimulator, target: str) -> None:
    if target:
        support.fragment("/users?status=pending&page=1", target)
    else:
        support.get("/users?status=pending&page=1")
    (call,) = simulator.requests()
    assert (call.method, call.path) == ("GET", "/api/v1/partner/users")


@pytest.mark.parametrize("target", ["", "record", "user", "next", "timeline"])
def test_a_record_asks_once_and_only_for_that_user(
    support: Visitor, simulator: RunningSimulator, target: str
) -> None:
    path = f"/users/{simulator.users()[0]['id']}"
    support.fragment(path, target) if target else support.get(path)
    (call,) = simulator.requests()
    assert (call.method, call.path) == ("GET", f"/api/v1/partner{path}")


@all_of(
    "path",
    [
        "/login",
        "/session",
        "/healthz",
        "/readyz",
        "/",
        "/no-such-page",
        "/users/x",
        "/users/export",
        "/users/00000000-0000-0000-0000-000000000000/erase",
        "/users/00000000-0000-0000-0000-000000000000/requests",
        "/account",
        "/views",
        "/views/new",
        "/users?view=1",
        "/settings",
        "/selections/1/tags",
        "/selections/1/bundle",
        "/settings/credentials",
        "/settings/requests",
        "/settings/texts",
        "/settings/texts/link_fresh/restore?revision=0",
        "/staff",
        "/link/x",
    ],
)
def test_other_pages_ask_nobody(
    support: Visitor, visitor: Visitor, simulator: RunningSimulator, path: str
) -> None:
    support.http.get(path)
    visitor.http.get(path)
    visitor.http.get(f"/users/{uuid4()}")
    assert simulator.requests() == []


def test_only_a_look_makes_more_than_one(log_in: LogIn, simulator: RunningSimulator) -> None:
    admin = log_in(Role.ADMIN)
    active = next(user["id"] for user in simulator.users() if user["status"] == "active")
    fields = {**LOOK, "intent": intent_of(admin.get(f"/users/{active}/look"))}
    simulator.clear_requests()
    admin.post(f"/users/{active}/look", fields, status=200)
    assert len(simulator.requests()) == CALLS_OF_A_LOOK


def test_reading_writes_nothing_upstream(support: Visitor, simulator: RunningSimulator) -> None:
    support.get("/users")
    support.get(f"/users/{simulator.users()[0]['id']}")
    assert {call.method for call in simulator.requests()} == {"GET"}
