"""Erasing a user ends what colleagues look for in the API's list by a text about them."""

import json

import pytest
from sqlalchemy import select

from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.schema import directory, look_throughs
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.known_user import EMAIL, FIRST, LAST, KnownUser, admin, known
from tests.support.people import LogIn
from tests.views.directory.test_look_through import start
from tests.views.directory.test_sweep import services as services  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.on_postgres

__all__ = ["admin", "known"]
THEIRS = [
    EMAIL,
    f"someone like {EMAIL.upper()} or so",
    "qzxv.jkwq",
    f"{LAST} {FIRST}",
    "zyxq wvkjo",
    "300 987 65 01",
]
Looks = dict[str, tuple[Visitor, str]]
OTHERS = ["ana.martins@example.com", "Wvkjob", "300 111 2233"]


@pytest.fixture
def looks(known: KnownUser, log_in: LogIn) -> Looks:
    """Who looks for what, and at which address, by its text; no page was read yet."""
    assert known
    colleagues = {text: log_in(Role.SUPPORT) for text in (*THEIRS, *OTHERS)}
    return {text: (visitor, start(visitor, text)) for text, visitor in colleagues.items()}


def left(database: Database) -> int:
    with database.read() as connection:
        return len(connection.execute(select(look_throughs.c.id)).all())


def test_a_text_about_them_is_gone_whether_or_not_anyone_was_found_by_it(
    admin: Visitor, known: KnownUser, database: Database, looks: Looks
) -> None:
    fields = {"reason": "Asked for by letter of 3 May", "confirm": EMAIL}
    admin.post(f"/users/{known.id}/erase", fields, status=303)
    for text, (visitor, address) in looks.items():
        visitor.get(address, status=404 if text in THEIRS else 200)
    assert left(database) == len(OTHERS)
    (entry,) = audit_log.entries(database, "users:erase")
    by_the_admin = 1
    assert json.loads(entry.details)["look_throughs"] == len(THEIRS) + by_the_admin


@pytest.mark.usefixtures("looks")
def test_those_about_users_who_are_gone_too_long_go_with_them(
    known: KnownUser, services: Services, database: Database, clock: TestClock
) -> None:
    with database.write() as connection:
        of_them = directory.update().where(directory.c.user_id == known.id)
        connection.execute(of_them.values(gone_at=clock()))
    clock.advance(days=91)
    assert services.users.erasure.erase_gone() == 1
    assert left(database) == len(OTHERS)
