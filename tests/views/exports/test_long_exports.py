"""Exports of many rows: the file is made while it is sent."""

import csv
import json
from collections.abc import Callable
from datetime import datetime
from io import StringIO

import pytest
from flask import Flask

from dashboard.services.actors import Actor
from dashboard.services.exports.exports import Exports
from dashboard.services.files.order import Export, Order
from dashboard.services.files.tables import Format
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.audit import chain as audit
from dashboard.store.audit.chain import Chain, NewEntry, Outcome
from dashboard.store.audit.lines import LineFilters
from dashboard.store.db.database import Database, StoreError
from tests.support import databases
from tests.support.clock import TestClock
from tests.support.people import Hire
from tests.views.exports.test_exports import stored


def fill(database: Database, chain: Chain, at: datetime, rows: int) -> None:
    with database.write() as connection:
        for _ in range(rows):
            audit.append(connection, chain, NewEntry(at, "kyc:import", Outcome.SUCCEEDED))


Take = Callable[[], Export]


@pytest.fixture
def take(
    app: Flask, database: Database, chain: Chain, clock: TestClock, hire: Hire, staff: Staff
) -> Take:
    """Export an audit of more than a thousand rows."""
    hire(Role.AUDITOR)
    (member,) = staff.every()
    fill(database, chain, clock(), 1_000)
    order = Order(Actor(member.id, "1"), "an audit", Format.CSV, plain=True)
    exports: Exports = app.extensions["services"].exports
    return lambda: exports.audit(LineFilters(), order)


def test_a_long_file_goes_out_as_it_is_read_and_holds_what_was_recorded(
    take: Take, database: Database, chain: Chain, clock: TestClock
) -> None:
    export = take()
    (recorded,) = [json.loads(str(row["details"])) for row in stored(database, "audit:export")]
    first = next(export.parts)
    fill(database, chain, clock(), 10)  # while it goes out
    given = b"".join([first, *export.parts]).decode("utf-8-sig")
    rows = [*csv.DictReader(StringIO(given, newline=""))]
    assert len(first) < len(given) / 2
    assert len(rows) == recorded["rows"] == export.size.rows > 1_000
    assert [int(row["seq"]) for row in rows] == [*range(1, len(rows) + 1)]


def test_a_file_is_cut_where_the_database_goes_meanwhile(take: Take, database: Database) -> None:
    export = take()
    assert next(export.parts)
    with databases.behind_our_back(database) as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO gone")
    with pytest.raises(StoreError):
        list(export.parts)
