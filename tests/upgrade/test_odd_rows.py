"""Rows that earlier versions allowed go through every migration, and pages can show them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import Config
from dashboard.services.auth.passwords import NewPassword, hash_password
from dashboard.store.db.database import Database, Transaction
from dashboard.store.db.migrate import upgrade
from dashboard.text.emails import comparable
from tests.support import databases
from tests.support.browsing import Visitor
from tests.support.clock import TestClock

ADMIN, PASSWORD = "admin@example.com", "a password of before the upgrade"
LONG_AGO, FAR = (datetime(year, 12, 31, 23, 59, 59, 999999, tzinfo=UTC) for year in (1999, 9998))
ODD = (
    "Ana <ana@example.com>",
    "a@b",
    "trailing@example.com\u200b",
    "JOSÉ@BÜCHER.EXAMPLE",
    "jose\u0301@xn--bcher-kva.example",  # the same mailbox
    "\u0430nna@example.com",
    "line\nbreak@example.com",
    "\u202eright@example.com",
    "100%@example.com",
    "o'brien@example.com",
    "",
    "x" * 2000 + "@example.com",
)
TABLES = {
    "staff": ("email", "name", "password_hash", "active", "language", "time_zone", "created_at"),
    "sightings": (
        *("user_id", "email", "email_folded", "status", "country_code", "preferred_language"),
        *("registered_at", "first_seen_at", "last_seen_at"),
    ),
}


@pytest.fixture
def users() -> list[UUID]:
    return [uuid4() for _ in ODD]


@pytest.fixture
def old_database(tmp_path: Path, users: list[UUID]) -> Iterator[Database]:
    """A database of the first schema, with what nothing kept out of it."""
    database = databases.make(tmp_path)
    with database.write() as connection:
        upgrade(connection, "0001")
        _fill(connection, users)
    yield database
    database.close()


def _fill(connection: Transaction, users: list[UUID]) -> None:
    tables = {
        name: sa.Table(name, sa.MetaData(), autoload_with=connection, resolve_fks=False)
        for name in (*TABLES, "staff_roles")
    }
    hashed = hash_password(NewPassword(PASSWORD))
    for email in (ADMIN, *ODD):
        row = {"email": email, "name": email * 2, "password_hash": hashed, "active": True}
        told = {"language": "xx", "time_zone": "Mars/Olympus", "created_at": FAR}
        connection.execute(tables["staff"].insert().values(**row, **told))
    roles = [{"staff_id": 1, "role": "admin"}, {"staff_id": 2, "role": "astronaut"}]
    connection.execute(tables["staff_roles"].insert(), roles)
    for user_id, email in zip(users, ODD, strict=True):
        kept = user_id.hex if connection.dialect.name == "sqlite" else user_id
        row = {"user_id": kept, "email": email, "email_folded": email, "status": "x" * 5000}
        told = {"country_code": "", "preferred_language": "\u202e", "registered_at": FAR}
        seen = {"first_seen_at": LONG_AGO, "last_seen_at": FAR}
        connection.execute(tables["sightings"].insert().values(**row, **told, **seen))


@pytest.fixture
def upgraded(old_database: Database, config: Config, clock: TestClock) -> Flask:
    old_database.upgrade()
    return create_app(config, clock)


def test_odd_rows_are_kept_and_compared_in_the_form_of_now(
    upgraded: Flask, old_database: Database
) -> None:
    assert upgraded
    with old_database.read() as connection:
        seen = connection.exec_driver_sql("SELECT email, email_folded FROM sightings").all()
        staff = [row.email for row in connection.exec_driver_sql("SELECT email FROM staff")]
    assert {(email, comparable(email)) for email in ODD} == {(each[0], each[1]) for each in seen}
    assert len(staff) == len(ODD) + 1
    twins = {email for email in ODD if comparable(email) == "josé@bücher.example"}
    assert twins <= set(staff)  # neither takes the other's place
    assert {comparable(email) for email in ODD} == {comparable(email) for email in staff} - {ADMIN}


def test_every_page_shows_them(upgraded: Flask, users: list[UUID]) -> None:
    admin = Visitor(upgraded)
    admin.log_in(ADMIN, PASSWORD)
    for path in ("/", "/staff", "/kyc", "/audit", "/tokens", "/account"):
        admin.get(path)
    for staff_id in range(2, len(ODD) + 2):
        admin.get(f"/staff/{staff_id}")
        admin.get(f"/audit/people/{staff_id}")
    for user_id in users:
        admin.get(f"/users/{user_id}", status=404)
    for email in ODD:
        answer = admin.http.get("/users", query_string={"q": email})
        assert answer.status_code in {200, 303}, email
