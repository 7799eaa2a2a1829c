"""The audit as people read it."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.services.roles import Role
from tests.browsing import Visitor
from tests.conftest import LogIn
from tests.simulator_process import RunningSimulator
from tests.views.forms import KYC, registration, send


@pytest.fixture
def auditor(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def test_one_line_an_attempt_with_the_outcome_it_has_now(
    auditor: Visitor, simulator: RunningSimulator
) -> None:
    send(auditor, "/users", registration(), status=303)
    simulator.set_faults([{"method": "POST", "reset": "before"}])
    send(auditor, "/users", registration(), status=502)
    page = auditor.get("/audit?action=users:register")
    assert page.text.count("<tr>") == 3
    assert "Succeeded" in page.words
    assert "Unknown" in page.words
    assert page.words.count("users:register") >= 2


def test_a_line_has_an_address_that_shows_its_rows(
    auditor: Visitor, simulator: RunningSimulator
) -> None:
    pending = next(user for user in simulator.users() if user["status"] == "pending")
    send(auditor, f"/users/{pending['id']}/kyc", KYC, status=303)
    page = auditor.get("/audit/3")
    assert "kyc:start" in page.words
    assert pending["id"] in page.words
    assert "#3 Attempted" in page.words
    assert "#4 Succeeded" in page.words
    auditor.get("/audit/4", status=404)
    auditor.get("/audit/999999", status=404)
    auditor.get("/audit/99999999999999999999", status=404)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("outcome=rejected", ["auth:login"]),
        ("outcome=succeeded&action=auth:login", ["auth:login"]),
        ("action=staff:add", ["staff:add"]),
        ("subject=nobody", []),
        ("person=nobody@example.com", []),
        ("since=2020-01-01&until=2020-12-31", []),
    ],
)
def test_the_filters_leave_what_matches(auditor: Visitor, query: str, shown: list[str]) -> None:
    Visitor(auditor.http.application).log_in("nobody@example.com", "wrong", status=422)
    page = auditor.get(f"/audit?{query}")
    if not shown:
        assert "No entry" in page.words
        return
    rows = page.text.split("<tbody>")[1].split("</tbody>")[0]
    for action in ("auth:login", "staff:add"):
        assert (action in rows) == (action in shown)


def test_a_day_includes_its_evening(auditor: Visitor) -> None:
    today = datetime.now(UTC).date()
    tomorrow = today + timedelta(days=1)
    assert "auth:login" in auditor.get(f"/audit?since={today}&until={today}").words
    assert "No entry" in auditor.get(f"/audit?since={tomorrow}").words


def test_what_is_not_a_filter_is_named(auditor: Visitor) -> None:
    page = auditor.get("/audit?outcome=great&since=soon&sort=x&person=a&person=b")
    assert "Not used: outcome, person, since, sort" in page.words
    assert "auth:login" in page.words


def test_a_position_past_every_number_is_none(auditor: Visitor, log_in: LogIn) -> None:
    assert "Not used: before" in auditor.get(f"/audit?before={10**30}").words
    log_in(Role.ADMIN).get(f"/tokens?before={10**30}")


def test_older_lines_follow_by_position(auditor: Visitor) -> None:
    for _ in range(60):
        auditor.http.get("/users/new?x")
    for _ in range(51):
        send(auditor, "/users", registration(), status=303)
    page = auditor.get("/audit")
    assert 'rel="next"' in page.text
    link = page.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    older = auditor.get(link.replace("&amp;", "&"))
    assert "staff:add" in older.words
    assert "Newest" in older.words


def test_the_filters_answer_htmx_with_the_entries(auditor: Visitor) -> None:
    part = auditor.fragment("/audit?outcome=succeeded&person=", "entries")
    assert part.headers["HX-Push-Url"] == "/audit?outcome=succeeded"
    assert 'id="entries"' in part.text


def test_support_does_not_see_the_audit(support: Visitor) -> None:
    assert "Audit log" not in support.get("/users").words
    support.get("/audit", status=403)
