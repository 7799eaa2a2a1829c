"""Who opened whom: counted by the hour, told to auditors on the user and on the person."""

import re
from datetime import timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import visits
from dashboard.web.context import services
from tests.support.browsing import HTMX, Visitor
from tests.support.clock import TestClock
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.attempts.test_store_faults import locked
from tests.views.story.test_story import OTHER, link, user_id

__all__ = ["user_id"]


def opened(database: Database) -> list[tuple[UUID, int]]:
    found = select(visits.c.user_id, visits.c.times).order_by(visits.c.user_id)
    with database.read() as connection:
        return [(row.user_id, row.times) for row in connection.execute(found)]


def test_an_opening_by_who_sees_personal_data_is_counted_in_one_row_an_hour(
    support: Visitor, log_in: LogIn, user_id: UUID, database: Database
) -> None:
    path = f"/users/{user_id}"
    for role in (Role.VIEWER, Role.AUDITOR):
        log_in(role).get(path)
    assert opened(database) == []
    support.get(path)
    support.fragment(f"{path}/timeline", "timeline")
    support.http.get(path, headers={**HTMX, "HX-Target": "follow"})
    assert opened(database) == [(user_id, 1)]
    support.get(path)
    assert opened(database) == [(user_id, 2)]


def test_an_opening_while_the_database_is_busy_is_noted_with_a_later_one(
    support: Visitor,
    log_in: LogIn,
    user_id: UUID,
    simulator: RunningSimulator,
    database: Database,
) -> None:
    viewer, later = log_in(Role.VIEWER), UUID(simulator.users()[0]["id"])
    path = f"/users/{user_id}"
    with locked(database):
        for reader in (viewer, support):
            reader.get(path)
        support.fragment(f"{path}/timeline", "timeline")
    assert opened(database) == []
    support.get(f"/users/{later}")
    assert opened(database) == sorted([(user_id, 1), (later, 1)])
    support.get(f"/users/{later}")
    assert opened(database) == sorted([(user_id, 1), (later, 2)])


def test_who_opened_a_user_is_for_auditors_on_the_user_and_on_the_person(
    support: Visitor, log_in: LogIn, user_id: UUID, database: Database
) -> None:
    path = f"/users/{user_id}/timeline?kind=views"
    support.get(f"/users/{user_id}")
    support.get(f"/users/{user_id}")
    assert "opened the user" not in support.fragment(path, "timeline").words
    auditor = log_in(Role.AUDITOR)
    told = auditor.fragment(path, "timeline")
    assert "opened the user 2 times" in told.words
    person = re.search(r'href="(/audit/people/\d+/opened)"', told.markup)
    assert person
    page = auditor.get(person[1])
    assert re.search(rf'href="/users/{user_id}\?kind=views#timeline"', page.markup)
    assert "1 user in 7 days · 1 user in 30 days" in page.words
    assert person[1] in auditor.get(person[1].removesuffix("/opened")).text
    support.get(person[1], status=403)
    assert opened(database)


def test_the_list_of_users_a_person_opened_goes_on_by_key(
    log_in: LogIn, app: Flask, database: Database, clock: TestClock
) -> None:
    auditor = log_in(Role.AUDITOR)
    hour_at = clock().replace(minute=0, second=0, microsecond=0)
    with database.write() as connection:
        for number in range(120):
            at = hour_at - timedelta(hours=number // 60)
            row = {"user_id": UUID(int=number + 1), "hour_at": at, "staff_id": OTHER, "times": 1}
            connection.execute(visits.insert().values(row))
    page, found = auditor.get(f"/audit/people/{OTHER}/opened"), []
    while True:
        found += re.findall(r'<th scope="row"><a href="/users/([\w-]+)', page.markup)
        if "Older" not in page.words:
            break
        page = auditor.get(link(page, "Older"))
    assert len(found) == len(set(found)) == 120
    odd = auditor.get(f"/audit/people/{OTHER}/opened?before=x")
    assert "We can’t use these parts of the address: before." in odd.words
    with app.app_context():
        services().story.visits.remove_old()
        assert len(opened(database)) == 120
        clock.advance(hours=90 * 24 + 1)
        services().story.visits.remove_old()
    assert len(opened(database)) < 120
