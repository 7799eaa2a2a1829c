"""The audit as people read it."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages import audit_log
from tests.support.pages.forms import KYC, TOKEN, registration, send
from tests.support.people import Hire, LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres


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
    assert "Not confirmed" in page.words
    assert page.markup.count('title="users:register">Registered a user<') == 1
    assert page.markup.count('title="users:register">Tried to register a user<') == 1


def test_a_line_has_an_address_that_shows_its_rows(
    auditor: Visitor, simulator: RunningSimulator
) -> None:
    pending = next(user for user in simulator.users() if user["status"] == "pending")
    send(auditor, f"/users/{pending['id']}/kyc", KYC, status=303)
    page = auditor.get("/audit/3")
    assert 'title="kyc:start">Started KYC<' in page.markup
    assert pending["id"] in page.words
    assert "#3 In progress" in page.words
    assert "#4 Succeeded" in page.words
    assert auditor.get("/audit/4", status=303).headers["Location"] == "/audit/3"
    auditor.get("/audit/999999", status=404)
    auditor.get("/audit/99999999999999999999", status=404)


def test_an_attempt_to_register_shows_its_email_outside_of_the_chain(
    auditor: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    taken = simulator.users(partner=2)[0]["email"]
    send(auditor, "/users", registration(email=taken), status=422)
    simulator.set_faults([{"method": "POST", "reset": "before"}])
    lost = registration()
    send(auditor, "/users", lost, status=502)
    assert taken in auditor.get("/audit/3").words
    assert lost["email"] in auditor.get("/audit/5").words
    rows = str(audit_log.entries(database))
    assert taken not in rows
    assert lost["email"] not in rows


@all_of(
    "query,shown",
    [
        ("outcome=rejected&show=all", ["auth:login"]),
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
        assert "No entries" in page.words
        return
    rows = page.text.split("<tbody>")[1].split("</tbody>")[0]
    for action in ("auth:login", "staff:add"):
        assert (action in rows) == (action in shown)


def test_a_day_includes_its_evening(auditor: Visitor) -> None:
    today = datetime.now(UTC).date()
    tomorrow = today + timedelta(days=1)
    assert (
        'title="auth:login"' in auditor.get(f"/audit?since={today}&until={today}&show=all").markup
    )
    assert "No entries" in auditor.get(f"/audit?since={tomorrow}").words


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("until=9999-12-31", "until"),
        ("since=0001-01-01", "since"),
        ("before=99999999999999999999999", "before"),
        ("before=9223372036854775808", "before"),
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Bogota"])
def test_what_no_zone_or_database_can_hold_is_named(
    settings: dict[str, str], database: Database, hire: Hire, query: str, name: str, zone: str
) -> None:
    assert database
    visitor = Visitor(create_app(load_config(None, **settings, TIME_ZONE=zone)))
    visitor.log_in(*hire(Role.ADMIN))
    assert (
        f"We can’t use these parts of the address: {name}." in visitor.get(f"/audit?{query}").words
    )


def test_what_is_not_a_filter_is_named(auditor: Visitor) -> None:
    page = auditor.get("/audit?show=all&outcome=great&since=soon&sort=x&person=a&person=b")
    assert "We can’t use these parts of the address: outcome, person, since, sort" in page.words
    assert 'title="auth:login">Logged in<' in page.markup


def test_a_position_past_every_number_is_none(auditor: Visitor, log_in: LogIn) -> None:
    assert (
        "We can’t use these parts of the address: before"
        in auditor.get(f"/audit?before={10**30}").words
    )
    log_in(Role.ADMIN).get(f"/tokens?before={10**30}")


@pytest.mark.long
def test_older_lines_follow_by_position(auditor: Visitor) -> None:
    for _ in range(60):
        auditor.http.get("/users/new?x")
    for _ in range(51):
        send(auditor, "/users", registration(), status=303)
    page = auditor.get("/audit")
    assert 'rel="next"' in page.text
    link = page.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    older = auditor.get(link.replace("&amp;", "&"))
    assert 'title="staff:add">Added a staff member<' in older.markup
    assert "Newest" in older.words


def test_the_filters_answer_htmx_with_the_entries(auditor: Visitor) -> None:
    part = auditor.fragment("/audit?outcome=succeeded&person=", "entries")
    assert part.headers["HX-Push-Url"] == "/audit?outcome=succeeded"
    assert 'id="entries"' in part.text


def test_the_outcomes_to_choose_from_are_words_of_the_page(auditor: Visitor) -> None:
    page = auditor.get("/audit", headers={"Accept-Language": "es"})
    assert '<option value="unknown">Sin confirmar</option>' in page.text
    assert '<option value="unknown">Not confirmed</option>' in auditor.get("/audit").text


def test_support_does_not_see_the_audit(support: Visitor) -> None:
    assert "Audit log" not in support.get("/users").words
    support.get("/audit", status=403)


def test_a_line_of_the_timeline_leads_to_its_line_of_the_audit(
    auditor: Visitor, support: Visitor, simulator: RunningSimulator
) -> None:
    active = next(user for user in simulator.users() if user["status"] == "active")
    path = f"/users/{active['id']}"
    send(auditor, f"{path}/tokens", TOKEN, status=200)
    timeline = auditor.fragment(path, "timeline")
    found = re.search(r'href="(/audit/\d+)">Audit entry (\d+)</a>', timeline.markup)
    assert found
    assert found[1] == f"/audit/{found[2]}"
    assert 'title="tokens:issue">Issued a token<' in auditor.get(found[1]).markup
    seen = support.fragment(path, "timeline")
    assert f"Audit entry {found[2]}" in seen.words
    assert "/audit/" not in seen.text
