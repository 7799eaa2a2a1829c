"""Whose a look through the API's list is, what it may look for, and what a masked role finds."""

from urllib.parse import quote

import pytest
from sqlalchemy import select

from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.schema import look_throughs
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import trail
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.directory.test_look_through import FOUND, PATH, hits, start, work
from tests.views.directory.test_look_through import copy as copy  # noqa: PLC0414  a fixture
from tests.views.directory.test_sweep import services as services  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.on_postgres


def test_what_someone_else_started_is_not_there(
    log_in: LogIn, support: Visitor, copy: Database
) -> None:
    assert copy
    address = start(support, "nobody")
    other = log_in(Role.ADMIN)
    other.get(address, status=404)
    for what in ("stop", "next"):
        other.post(f"{address}/{what}", {}, status=404)
    assert "Looking" in support.get(address).words


def test_a_person_looks_for_one_text_at_a_time(
    support: Visitor, database: Database, copy: Database
) -> None:
    assert copy
    first = start(support, "nobody")
    assert start(support, "nobody") == first
    second = start(support, "someone")
    assert "Stopped" in support.get(first).words
    assert "Looking" in support.get(second).words
    assert [outcome for outcome, _ in trail(database, "directory:look")] == ["succeeded"] * 2


def test_a_masked_role_finds_by_whole_values_only(
    log_in: LogIn,
    services: Services,
    clock: TestClock,
    copy: Database,
    simulator: RunningSimulator,
) -> None:
    assert copy
    viewer, user = log_in(Role.VIEWER), simulator.users()[0]
    part = user["email"].partition("@")[0]
    assert "Look through the list" not in viewer.get(f"/users?q={quote(part)}").words
    assert "We can’t look for this text." in viewer.post(PATH, {"q": part}, status=422).words
    whole = viewer.get(f"/users?q={quote(user['email'])}")
    assert "Look through the list" in whole.words
    address = start(viewer, user["email"])
    work(services, clock, 1)
    page = viewer.get(address)
    assert FOUND in page.words
    assert f"/users/{user['id']}" in hits(page)
    assert user["email"] not in hits(page)


def test_a_role_that_became_masked_sees_no_one_whom_words_found(
    support: Visitor,
    services: Services,
    database: Database,
    clock: TestClock,
    copy: Database,
    simulator: RunningSimulator,
) -> None:
    assert copy
    user = simulator.users()[0]
    address = start(support, user["email"].partition("@")[0])
    work(services, clock, 1)
    assert f"/users/{user['id']}" in hits(support.get(address))
    with database.read() as connection:
        row = connection.execute(select(look_throughs)).one()
    assert user["email"].partition("@")[0] not in f"{row}"
    looks = services.directory.looks
    found = looks.find(row.id, row.staff_id, masked=True)
    assert found
    assert found.hits == ()


@all_of("text", ["", "   ", "https://example.com/x", "a\nb", "x" * 300])
def test_a_text_that_is_no_search_is_refused_beside_the_box(
    support: Visitor, copy: Database, text: str
) -> None:
    assert copy
    page = support.post(PATH, {"q": text}, status=422)
    assert "We can’t look for this text." in page.words


def test_switched_off_there_is_no_such_thing(
    settings: dict[str, str], request: pytest.FixtureRequest
) -> None:
    settings["DIRECTORY"] = "off"
    support: Visitor = request.getfixturevalue("support")
    assert "Look through the list" not in support.get("/users?q=nobody.of.them").words
    support.post(PATH, {"q": "nobody"}, status=404)
    support.get(f"{PATH}/1", status=404)
