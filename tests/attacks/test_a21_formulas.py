"""T-A21: no cell of an export is a formula, whatever users, staff or the API wrote into it."""

import csv
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, update

from dashboard.services.files import tables
from dashboard.services.files.tables import Format
from dashboard.services.permissions import Role
from dashboard.store.db.columns import PlainText
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.directory.rows import SeenUser
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from dashboard.store.schema import audit, staff
from tests.support.browsing import Visitor
from tests.support.people import LogIn
from tests.views.exports.test_exports import CSV

CALCULATED = "=+-@\t\r\n\0＝＋－＠"  # noqa: RUF001  as spreadsheets take them
LEADERS = (
    *(*CALCULATED, " =", "\u3000=", "\ufeff=", '"=', "'", "'="),
    *("a;=", 'a;"=', "a\t=", "a\r\n=", ";\t="),
)
PAYLOAD = "cmd|' /C calc'!A0"


def cells(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))


def is_formula(cell: str) -> bool:
    """Return whether a spreadsheet calculates a cell, or a part that it takes for one."""
    parts = re.split(r"[;\t\r\n]", cell)
    return any(part.strip('\ufeff \u3000"')[:1] in set(CALCULATED) for part in parts if part)


def exact(data: bytes, folder: Path, numbers: frozenset[str]) -> list[dict[str, object]]:
    file = folder / "export.csv"
    file.write_bytes(data)
    return list(tables.read(file, numbers))


def stored(text: str) -> str:
    """Return the text as databases keep it: none of them holds a NUL well."""
    return text.replace("\0", "\ufffd")


@pytest.mark.parametrize("leader", LEADERS)
def test_no_column_of_the_audit_is_calculated(
    log_in: LogIn, database: Database, tmp_path: Path, leader: str
) -> None:
    admin, text = log_in(Role.ADMIN), leader + PAYLOAD
    texts = [column.name for column in audit.c if isinstance(column.type, PlainText)]
    odd = {name: text for name in texts if name not in {"outcome", "action"}}
    with database.write() as connection:
        connection.execute(update(staff).values(name=text))
        row = {"seq": 50, "at": datetime.now(UTC), "outcome": "succeeded", "staff_id": 1, **odd}
        connection.execute(insert(audit).values(**row, action="auth:login"))
    data = admin.post("/audit/export?action=auth:login", CSV, status=200).response.data
    (shown,) = [each for each in cells(data) if each["seq"] == "50"]
    assert not [name for name, cell in shown.items() if is_formula(cell)]
    (kept,) = [each for each in exact(data, tmp_path, frozenset({"seq"})) if each["seq"] == 50]
    assert {kept[name] for name in (*odd, "staff_name")} == {stored(text)}


@pytest.mark.parametrize("leader", LEADERS)
def test_no_column_of_the_desk_is_calculated(
    log_in: LogIn, database: Database, tmp_path: Path, leader: str
) -> None:
    admin, text, user_id = log_in(Role.ADMIN), leader + PAYLOAD, uuid4()
    now = datetime.now(UTC)
    with database.write() as connection:
        connection.execute(update(staff).values(name=text))
        held = Inquiry(user_id, InquiryState.HELD, now, inquiry_id=text, verification_url=text)
        inquiries.add(connection, held, 1)
        seen = SeenUser(user_id, text, "pending", text, text, None, phone=text, name=text)
        rows.record(connection, [seen], now - timedelta(minutes=1))
        rows.record(connection, [replace(seen, status=text)], now)
    data = admin.post("/kyc/export?lane=closed", CSV, status=200).response.data
    (shown,) = cells(data)
    assert not [name for name, cell in shown.items() if is_formula(cell)]
    (kept,) = exact(data, tmp_path, frozenset())
    texts = ("email", "country", "status", "started_by", "inquiry_id", "verification_url")
    assert {kept[name] for name in (*texts, "name", "phone", "language")} == {stored(text)}
    assert UUID(str(kept["user_id"])) == user_id


@pytest.mark.parametrize("reason", [f"{leader}{PAYLOAD}" for leader in "=+-@＝"])  # noqa: RUF001  as above
def test_the_reason_that_was_typed_is_not_calculated(log_in: LogIn, reason: str) -> None:
    admin: Visitor = log_in(Role.ADMIN)
    admin.post("/audit/export", {**CSV, "reason": reason}, status=200)
    path = "/audit/export?action=audit:export"
    (row,) = cells(admin.post(path, CSV, status=200).response.data)
    assert row["reason"] == f"'{reason}"


def test_json_lines_are_exact_and_no_spreadsheet_s(log_in: LogIn) -> None:
    admin = log_in(Role.ADMIN)
    reason = "=1+1; just text"
    admin.post("/audit/export", {**CSV, "reason": reason}, status=200)
    path = "/audit/export?action=audit:export"
    sent = {**CSV, "format": Format.JSON_LINES.value}
    assert f'"reason": "{reason}"' in admin.post(path, sent, status=200).response.data.decode()
