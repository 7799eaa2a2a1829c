"""Links of a selection as a file: the active ones, for a reason, and recorded."""

import csv
import io
import json
from uuid import UUID

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import exported_users
from tests.support.browsing import Visitor
from tests.support.pages import audit_log
from tests.support.people import LogIn
from tests.views.desk.conftest import LINK, People, everyone, people
from tests.views.selections.conftest import Picker, ids, mark_of

__all__ = ["people"]
REASON = "The campaign of June, asked for by Operations"


@pytest.fixture
def member(log_in: LogIn) -> Visitor:
    return log_in(Role.KYC)


@pytest.fixture
def made(member: Visitor, people: People) -> dict[str, UUID]:  # noqa: ARG001  who started KYC
    made = everyone(people)
    made["formula"] = people.started("=cmd|'x'", 2)
    return made


@pytest.fixture
def exporter(member: Visitor, made: dict[str, UUID]) -> Picker:
    """Someone of KYC who has selected everyone on the desk."""
    picker = Picker(member)
    picker.tick("/kyc?limit=100", ids(made.values()))
    picker.tick("/users?limit=100", ids(made.values()))
    return picker


def export(picker: Picker, form: str = "csv", **changed: str) -> str:
    path = f"/selections/{picker.number()}/links"
    sent = {"seen": mark_of(picker.visitor.get(path)), "reason": REASON, "format": form, **changed}
    answer = picker.visitor.http.post(
        path, data={**sent, "csrf_token": picker.visitor.csrf_token()}, buffered=True
    )
    assert answer.status_code == 200, answer.text[:500]
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.text


def test_the_file_has_a_row_for_each_active_link(
    exporter: Picker, made: dict[str, UUID], database: Database
) -> None:
    page = exporter.visitor.get(f"/selections/{exporter.number()}/links")
    assert "Export links of 8 users" in page.words
    assert "Export 2 links" in page.words
    assert "6 selected users are left out, because they have no active link." in page.words
    rows = list(csv.DictReader(io.StringIO(export(exporter).removeprefix("\ufeff"))))
    assert {row["user_id"] for row in rows} == {str(made["fresh"]), str(made["formula"])}
    fresh = next(row for row in rows if row["user_id"] == str(made["fresh"]))
    assert fresh["verification_url"] == LINK.format("fresh")
    assert (fresh["email"], fresh["lane"]) == ("fresh@example.com", "link_fresh")
    assert fresh["link_expires_at"] > fresh["kyc_started_at"]
    formula = next(row for row in rows if row is not fresh)
    assert formula["email"].startswith("'=")
    (entry,) = audit_log.entries(database, "kyc:export_links")
    assert (entry.reason, json.loads(entry.details)["rows"]) == (REASON, 2)
    assert "inquiry" not in entry.details
    with database.read() as connection:
        held = {row.user_id for row in connection.execute(exported_users.select())}
    assert held == {made["fresh"], made["formula"]}


def test_a_program_gets_json_lines(exporter: Picker, made: dict[str, UUID]) -> None:
    rows = [json.loads(line) for line in export(exporter, "jsonl").splitlines()]
    assert {row["user_id"] for row in rows} == {str(made["fresh"]), str(made["formula"])}


def test_nothing_leaves_without_a_reason_or_for_another_selection(
    exporter: Picker, made: dict[str, UUID], database: Database
) -> None:
    path = f"/selections/{exporter.number()}/links"
    seen = mark_of(exporter.visitor.get(path))
    page = exporter.post(path, status=422, seen=seen, format="csv", reason="")
    assert "Enter a reason for the export." in page.words
    exporter.send("/kyc?limit=100", "keep", ids([made["fresh"]]))
    page = exporter.post(path, status=409, seen=seen, format="csv", reason=REASON)
    assert "Your selection has changed since this page was shown." in page.words
    assert REASON in page.text
    assert not audit_log.entries(database, "kyc:export_links")


def test_users_without_an_active_link_have_no_file_and_the_page_says_so(
    exporter: Picker, made: dict[str, UUID]
) -> None:
    exporter.send("/users?limit=100", "clear", ())
    exporter.tick("/users?limit=100", ids([made["new"]]))
    page = exporter.visitor.get(f"/selections/{exporter.number()}/links")
    assert "None of these users has an active link" in page.words
    assert "Back to the list" in page.words
    assert 'name="reason"' not in page.text


def test_no_link_is_in_a_page_of_the_export(exporter: Picker) -> None:
    page = exporter.visitor.get(f"/selections/{exporter.number()}/links")
    assert "inq_" not in page.text


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ONBOARDING, Role.VIEWER])
def test_only_who_may_export_the_desk_exports_links(log_in: LogIn, role: Role) -> None:
    visitor = log_in(role)
    visitor.get("/selections/1/links", status=403)
    visitor.post("/selections/1/links", {"reason": REASON, "format": "csv"}, status=403)
