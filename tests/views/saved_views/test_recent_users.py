"""The users that a person opened last: kept by the server, at most 20, the newest first."""

import re

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.limits.table import LimitStorage
from dashboard.store.schema import recent_users
from dashboard.store.users import recent
from tests.support.browsing import HTMX, Visitor
from tests.support.clock import TestClock
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres


def opened(visitor: Visitor) -> list[str]:
    part = visitor.fragment("/views", "recent-users").text
    return re.findall(r'href="/users/([0-9a-f-]{36})"', part)


def test_the_users_opened_last_are_first(support: Visitor, simulator: RunningSimulator) -> None:
    ids = [user["id"] for user in simulator.users()[:3]]
    for user_id in [*ids, ids[0]]:
        support.get(f"/users/{user_id}")
    assert opened(support) == [ids[0], ids[2], ids[1]]
    assert "Recently opened users" in support.get("/views").words


def test_at_most_twenty_are_kept(
    support: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    ids = [user["id"] for user in simulator.users()[:22]]
    for user_id in ids:
        support.get(f"/users/{user_id}")
    assert opened(support) == ids[:1:-1]
    with database.read() as connection:
        kept = connection.execute(recent_users.select()).all()
    assert len(kept) == recent.KEPT


def test_each_person_has_their_own_and_masked_as_their_role_asks(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    support, viewer, user = log_in(Role.SUPPORT), log_in(Role.VIEWER), simulator.users()[0]
    support.get(f"/users/{user['id']}")
    assert not opened(viewer)
    viewer.get(f"/users/{user['id']}")
    assert opened(viewer) == [user["id"]]
    name = user["email"].partition("@")[0]
    assert name in support.fragment("/views", "recent-users").text
    assert name not in viewer.fragment("/views", "recent-users").text


def test_a_page_that_follows_a_user_is_no_visit(
    support: Visitor, simulator: RunningSimulator, database: Database, clock: TestClock
) -> None:
    first, second = (user["id"] for user in simulator.users()[:2])
    for user_id in (first, second):
        support.get(f"/users/{user_id}")
    LimitStorage(database, clock).reset()  # as after an hour: this poll counts as an opening
    support.http.get(f"/users/{first}", headers={**HTMX, "HX-Target": "follow"})
    assert opened(support) == [second, first]


def test_a_user_whom_no_answer_told_of_is_not_listed(
    support: Visitor, simulator: RunningSimulator
) -> None:
    assert simulator
    unknown = "00000000-0000-4000-8000-000000000000"
    support.get(f"/users/{unknown}", status=404)
    assert not opened(support)
