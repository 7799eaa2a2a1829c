"""Exports of many rows: the file is made while it is given out."""

import csv
import json
from datetime import datetime
from io import StringIO

import pytest
from flask import Flask

from dashboard.services.exports import Order
from dashboard.services.roles import Role
from dashboard.services.tables import Format
from dashboard.store import audit
from dashboard.store.audit import Chain, NewEntry, Outcome
from dashboard.store.audit_lines import LineFilters
from dashboard.store.database import Database, StoreError
from dashboard.store.staff import StaffMember
from tests import databases
from tests.browsing import Visitor
from tests.conftest import LogIn, TestClock
from tests.http_visitor import CSRF
from tests.views.test_exports import CSV, stored


@pytest.fixture
def auditor(log_in: LogIn) -> Visitor:
    return log_in(Role.AUDITOR)


def fill(database: Database, chain: Chain, at: datetime, rows: int) -> None:
    with database.write() as connection:
        for _ in range(rows):
            audit.append(connection, chain, NewEntry(at, "kyc:import", Outcome.SUCCEEDED))


def test_a_long_file_goes_out_as_it_is_read_and_holds_what_was_recorded(
    auditor: Visitor, database: Database, chain: Chain, clock: TestClock
) -> None:
    fill(database, chain, clock(), 1_000)
    asked = {**CSV, "csrf_token": CSRF.findall(auditor.get("/audit/export").text)[0]}
    given = auditor.http.post("/audit/export", data=asked)
    (recorded,) = [json.loads(str(row["details"])) for row in stored(database, "audit:export")]
    fill(database, chain, clock(), 10)  # while it goes out
    rows = [*csv.DictReader(StringIO(given.data.decode("utf-8-sig"), newline=""))]
    assert given.content_length is None
    assert len(rows) == recorded["rows"] > 1_000
    assert [int(row["seq"]) for row in rows] == [*range(1, len(rows) + 1)]


@pytest.mark.usefixtures("auditor")
def test_a_file_is_cut_where_the_database_goes_meanwhile(
    app: Flask, database: Database, chain: Chain, clock: TestClock, only_member: StaffMember
) -> None:
    fill(database, chain, clock(), 1_000)
    order = Order(only_member.id, "an audit", Format.CSV, plain=True, request_id="1")
    export = app.extensions["services"].exports.audit(LineFilters(), order)
    assert next(export.parts)
    with databases.behind_our_back(database) as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO gone")
    with pytest.raises(StoreError):
        list(export.parts)
