"""Exports: a reason first, a row in the audit before the first byte, and a file to work with."""

import csv
import json
from contextlib import closing
from io import StringIO

import pytest

from dashboard.services.exports import exports
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support import databases
from tests.support.browsing import Page, Visitor
from tests.support.pages import audit_log
from tests.support.pages.forms import KYC, TOKEN, send, trail
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

CSV = {"reason": "Asked by the auditors of 2026", "format": "csv"}
JSON_LINES = {**CSV, "format": "jsonl"}


@pytest.fixture
def auditor(log_in: LogIn) -> Visitor:
    return log_in(Role.AUDITOR)


def table(page: Page) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(page.response.data.decode("utf-8-sig"))))


def lines(page: Page) -> list[dict[str, object]]:
    return [json.loads(line) for line in page.response.data.decode().splitlines()]


def stored(database: Database, action: str) -> list[dict[str, object]]:
    rows = audit_log.entries(database, action)
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's


def test_an_auditor_exports_the_rows_of_the_chain(auditor: Visitor, database: Database) -> None:
    page = auditor.get("/audit/export")
    assert "Everything, because no filter is set." in page.words
    assert "Export 2 rows" in page.words
    given = auditor.post("/audit/export", CSV, status=200)
    assert given.response.data.startswith(b"\xef\xbb\xbfseq,at,")
    assert b"\r\n" in given.response.data
    assert given.headers["Cache-Control"] == "no-store"
    name = given.headers["Content-Disposition"]
    assert "attachment; filename=audit-local-20" in name
    assert name.endswith(".csv")
    rows = table(given)
    assert [row["action"] for row in rows] == ["staff:add", "auth:login"]
    assert rows[1]["staff_name"] == "Ana Martins"
    (entry,) = stored(database, "audit:export")
    assert entry["reason"] == CSV["reason"]
    assert json.loads(str(entry["details"])) == {"format": "csv", "left_out": 0, "rows": 2}


def test_json_lines_hold_the_same_with_their_types(auditor: Visitor) -> None:
    rows = lines(auditor.post("/audit/export", JSON_LINES, status=200))
    assert [row["seq"] for row in rows] == [1, 2]
    assert rows[0]["staff_id"] is None
    assert isinstance(rows[1]["staff_id"], int)


def test_the_filters_of_the_audit_are_those_of_its_export(
    auditor: Visitor, database: Database, log_in: LogIn, simulator: RunningSimulator
) -> None:
    active = next(user for user in simulator.users() if user["status"] == "active")
    send(log_in(Role.ISSUER), f"/users/{active['id']}/tokens", TOKEN, status=200)
    path = "/audit/export?action=tokens:issue&outcome=succeeded"
    assert path.replace("&", "&amp;") in auditor.get(path.replace("/export", "")).text
    assert "Export 2 rows" in auditor.get(path).words
    rows = table(auditor.post(path, CSV, status=200))
    assert [row["outcome"] for row in rows] == ["attempted", "succeeded"]
    details = json.loads(str(stored(database, "audit:export")[0]["details"]))
    assert details["filter_action"] == "tokens:issue"
    assert details["filter_outcome"] == "succeeded"
    assert details["rows"] == 2
    assert table(auditor.post("/audit/export?subject=nobody", CSV, status=200)) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"reason": ""}, "Enter a reason for the export."),
        ({"reason": "no"}, "Enter 5 to 300 characters."),
        ({"reason": "x" * 301}, "Enter 5 to 300 characters."),
        ({"format": "xls"}, "Choose a format."),
    ],
)
def test_without_a_reason_nothing_leaves(
    auditor: Visitor, database: Database, changed: dict[str, str], told: str
) -> None:
    page = auditor.post("/audit/export", {**CSV, **changed}, status=422)
    assert told in page.words
    assert (changed.get("reason") or CSV["reason"]) in page.text or not changed.get("reason", "x")
    assert "Content-Disposition" not in page.headers
    assert trail(database, "audit:export") == []


@pytest.mark.parametrize("query", ["outcome=great", "sort=x", "before=7", "person=a&person=b"])
def test_a_filter_that_cannot_be_used_does_not_export_more(
    auditor: Visitor, database: Database, query: str
) -> None:
    page = auditor.post(f"/audit/export?{query}", CSV, status=422)
    assert (
        f"We can’t use these parts of the address: {query.split('=', maxsplit=1)[0]}." in page.words
    )
    assert trail(database, "audit:export") == []


@pytest.mark.long
def test_what_cannot_be_recorded_does_not_leave(auditor: Visitor, database: Database) -> None:
    auditor.get("/audit/export")
    with closing(databases.another(database)) as other, other.write():
        page = auditor.post("/audit/export", CSV, status=503)
    assert "Content-Disposition" not in page.headers
    with database.write() as connection:
        databases.lose(connection, "audit_no_update")
    assert "auth:login" not in auditor.post("/audit/export", CSV, status=503).text


def test_a_reader_who_sees_no_emails_gets_none_and_the_row_says_so(
    auditor: Visitor, log_in: LogIn, simulator: RunningSimulator
) -> None:
    active = next(user for user in simulator.users() if user["status"] == "active")
    admin, why = log_in(Role.ADMIN), "Asked by jane.doe@customer.example"
    send(admin, f"/users/{active['id']}/tokens", {**TOKEN, "reason": why}, status=200)
    path = "/audit/export?action=tokens:issue"
    for kind in (CSV, JSON_LINES):
        assert b"jane.doe" not in auditor.post(path, kind, status=200).response.data
    masked = table(auditor.post(path, CSV, status=200))[0]
    assert masked["reason"] == "Asked by j…e@c…r.example"
    assert masked["masked"] == "reason"
    whole = table(admin.post(path, CSV, status=200))[0]
    assert whole["reason"] == why
    assert whole["masked"] == ""


def test_too_many_rows_are_the_newest_and_what_is_left_out_is_said(
    auditor: Visitor, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "AUDIT_MAX", 1)
    assert "1 row is left out." in auditor.get("/audit/export").words
    given = auditor.post("/audit/export", CSV, status=200)
    assert [row["seq"] for row in table(given)] == ["2"]
    assert "-newest-1.csv" in given.headers["Content-Disposition"]
    details = json.loads(str(stored(database, "audit:export")[0]["details"]))
    assert details["left_out"] == 1


@pytest.mark.sqlite
def test_a_row_that_was_tampered_with_is_exported_as_it_can_be_read(
    auditor: Visitor, database: Database
) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        connection.exec_driver_sql("UPDATE audit SET at = 'soon', reason = x'ff'")
        triggers = "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT 1; END"
        connection.exec_driver_sql(triggers)
    rows = lines(auditor.post("/audit/export", JSON_LINES, status=200))
    assert rows[0]["at"] == "soon"
    assert rows[0]["reason"] == "\ufffd"


def test_the_desk_is_exported_by_who_works_on_many_users(
    log_in: LogIn, database: Database, simulator: RunningSimulator
) -> None:
    pending = [user for user in simulator.users() if user["status"] == "pending"][:2]
    kyc = log_in(Role.KYC)
    for user in pending:
        send(kyc, f"/users/{user['id']}/kyc", {**KYC, "email": user["email"]}, status=303)
    assert "/kyc/export?lane=link_fresh" in kyc.get("/kyc?lane=link_fresh").text
    assert "Export 2 rows" in kyc.get("/kyc/export?lane=link_fresh").words
    given = kyc.post("/kyc/export?lane=link_fresh", CSV, status=200)
    assert "kyc-local-" in given.headers["Content-Disposition"]
    rows = table(given)
    assert [row["user_id"] for row in rows] == [user["id"] for user in pending]
    assert [row["email"] for row in rows] == [user["email"] for user in pending]
    assert {row["lane"] for row in rows} == {"link_fresh"}
    assert "inquiry-id=inq_" in rows[0]["verification_url"]
    assert rows[0]["name"] == f"{KYC['first_name']} {KYC['last_name']}"
    assert rows[0]["waiting_since"] == rows[0]["kyc_started_at"]
    assert [row["phone"] or None for row in rows] == [user.get("phone") for user in pending]
    (entry,) = stored(database, "kyc:export")
    assert json.loads(str(entry["details"])) == {
        "filter_lane": "link_fresh", "format": "csv", "left_out": 0, "rows": 2,
    }  # fmt: skip
    assert table(kyc.post("/kyc/export?lane=became_active", CSV, status=200)) == []
    kyc.post("/kyc/export?lane=settled", CSV, status=422)


def test_an_export_of_the_desk_has_who_a_search_finds_and_records_no_word_of_it(
    log_in: LogIn, database: Database, simulator: RunningSimulator
) -> None:
    pending = [user for user in simulator.users() if user["status"] == "pending"][:3]
    kyc = log_in(Role.KYC)
    for user in pending:
        kyc.get(f"/users/{user['id']}")
    email = pending[1]["email"]
    rows = table(kyc.post(f"/kyc/export?q={email}", CSV, status=200))
    assert [(row["email"], row["lane"]) for row in rows] == [(email, "not_started")]
    assert rows[0]["verification_url"] == ""
    (entry,) = stored(database, "kyc:export")
    assert json.loads(str(entry["details"])) == {
        "filter_words": 1, "format": "csv", "left_out": 0, "rows": 1,
    }  # fmt: skip


def test_who_may_not_export_is_offered_nothing(support: Visitor, database: Database) -> None:
    assert "export" not in support.get("/kyc").text
    support.post("/kyc/export", CSV, status=403)
    support.post("/audit/export", CSV, status=403)
    assert trail(database, "kyc:export") == []
