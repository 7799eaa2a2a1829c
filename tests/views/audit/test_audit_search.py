"""Finding things in the audit: presets, changes only, and one search for all."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.forms.logs.audit import presets
from dashboard.services.actors import Actor
from dashboard.services.permissions import Role
from dashboard.services.recorder.recorder import AuditRecorder
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.schema import audit
from tests.rules.test_statements import counted
from tests.support.browsing import Page, Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.forms import TOKEN, registration, send
from tests.support.people import Hire, LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres
REASON = "Customer cannot withdraw to MÉXICO"


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


@pytest.fixture
def auditor(log_in: LogIn) -> Visitor:
    return log_in(Role.AUDITOR)


@pytest.fixture
def user(admin: Visitor, simulator: RunningSimulator) -> dict[str, str]:
    """A user for whom one token was issued, and one was for another user."""
    active = [each for each in simulator.users() if each["status"] == "active"]
    send(admin, f"/users/{active[0]['id']}/tokens", token(REASON, "SUP-Ñ4711"), status=200)
    send(admin, f"/users/{active[1]['id']}/tokens", token("Checks a balance", ""), status=200)
    return dict(active[0])


def token(reason: str, ticket: str) -> dict[str, str]:
    return {**TOKEN, "reason": reason, "ticket": ticket}


def actions(page: Page) -> list[str]:
    """Return the actions of the lines, newest first."""
    rows = page.markup.partition("<tbody>")[2].partition("</tbody>")[0]
    return re.findall(r'<th scope="row"><span title="([^"]+)"', rows)


def test_log_ins_and_reads_are_left_out_until_everything_is_asked_for(admin: Visitor) -> None:
    admin.http.get("/no-such-page")
    page = admin.get("/audit")
    assert actions(page) == ["staff:add"]
    assert 'href="/audit?show=all"' in page.markup
    everything = admin.get("/audit?show=all")
    assert actions(everything) == ["auth:login", "staff:add"]
    assert 'name="show" value="all"' in everything.markup
    assert actions(admin.get("/audit?action=auth:login")) == ["auth:login"]


def test_an_empty_list_of_changes_says_what_it_hides(auditor: Visitor) -> None:
    page = auditor.get("/audit?q=nothing-like-it")
    assert "No changes match. Log-ins, log-outs and reads are hidden." in page.words
    assert 'href="/audit?q=nothing-like-it&amp;show=all"' in page.text


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])  # 25 hours apart
def test_the_presets_are_days_of_the_reader_s_zone(
    settings: dict[str, str], database: Database, hire: Hire, zone: str
) -> None:
    assert database
    visitor = Visitor(create_app(load_config(None, **settings, TIME_ZONE=zone)))
    visitor.log_in(*hire(Role.ADMIN))
    today = datetime.now(ZoneInfo(zone)).date()
    yesterday, week = today - timedelta(days=1), today - timedelta(days=6)
    page = visitor.get("/audit")
    for since, until in ((today, today), (yesterday, yesterday), (week, today)):
        assert f'href="/audit?since={since}&amp;until={until}"' in page.markup
    assert actions(visitor.get(f"/audit?since={today}&until={today}")) == ["staff:add"]
    assert actions(visitor.get(f"/audit?since={yesterday}&until={yesterday}")) == []


def test_a_preset_keeps_the_other_filters_and_says_that_it_is_chosen(admin: Visitor) -> None:
    today = datetime.now(UTC).date()
    page = admin.get(f"/audit?outcome=succeeded&since={today}&until={today}")
    found = re.findall(r'<a href="([^"]+)"[^>]*aria-current="true">([^<]+)<', page.markup)
    href = f"/audit?outcome=succeeded&amp;since={today}&amp;until={today}"
    assert (href, "Today") in found


def test_a_week_is_seven_days() -> None:
    week = presets(datetime(2026, 3, 2, tzinfo=UTC).date())[3]
    assert str(week.since) == "2026-02-24"
    assert str(week.until) == "2026-03-02"


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_one_search_finds_by_email_user_id_reason_ticket_and_request(
    log_in: LogIn, user: dict[str, str], database: Database, role: Role
) -> None:
    with database.read() as connection:
        wanted = select(audit.c.request_id).where(audit.c.reason == REASON)
        request_id = connection.execute(wanted.limit(1)).scalar_one()
    visitor = log_in(role)
    for text in (
        user["email"],
        f" {user['email'].upper()} ",
        user["id"],
        "CANNOT withdraw",
        "México",
        "sup-ñ4711",
        request_id,
    ):
        page = visitor.get("/audit", query_string={"q": text})
        assert actions(page) == ["tokens:issue"], text


def test_a_part_of_an_email_finds_only_for_who_sees_emails(
    admin: Visitor, auditor: Visitor, user: dict[str, str]
) -> None:
    part = user["email"][:-3]
    assert actions(admin.get(f"/audit?q={part}")) == ["tokens:issue"]
    assert actions(auditor.get(f"/audit?q={part}")) == []


@pytest.mark.parametrize("text", ["canary.fer", "bank", "1234"])
def test_what_a_reason_masks_cannot_be_searched_by_who_sees_it_masked(
    admin: Visitor, auditor: Visitor, simulator: RunningSimulator, text: str
) -> None:
    active = next(each for each in simulator.users() if each["status"] == "active")
    reason = "Call canary.fer@canary-bank.example, +57 300 1234 567"
    send(admin, f"/users/{active['id']}/tokens", token(reason, ""), status=200)
    assert "…" in auditor.get("/audit?q=call").words
    assert actions(admin.get(f"/audit?q={text}")) == ["tokens:issue"]
    assert actions(auditor.get(f"/audit?q={text}")) == []


@pytest.mark.parametrize(("typed", "text"), [("ΝΙΚΟΣΑ", "νικοσ"), ("NİKOSA", "n\u0130kos")])
def test_what_a_reason_masks_is_masked_in_every_case(
    admin: Visitor, auditor: Visitor, user: dict[str, str], typed: str, text: str
) -> None:
    reason = f"Call {typed}@example.com"
    send(admin, f"/users/{user['id']}/tokens", token(reason, ""), status=200)
    for each in (text, text.upper(), typed[:5]):
        assert actions(auditor.get("/audit", query_string={"q": each})) == [], each


def test_text_that_is_masked_everywhere_costs_few_searches(
    auditor: Visitor, database: Database, chain: Chain, clock: TestClock
) -> None:
    recorder = AuditRecorder(chain, clock)
    with database.write() as connection:
        for number in range(2000):
            reason = f"Call ana{number}@mailbox.example"
            recorder.append_bounded(connection, "tokens:issue", Actor(1), reason=reason)
    with counted() as statements:
        assert actions(auditor.get("/audit?q=mailbox")) == []
    searches = [each for each in statements if re.search(r"\.reason\)? I?LIKE", each)]
    assert 1 < len(searches) <= 5


def test_an_export_has_no_search_for_who_sees_emails_masked(
    admin: Visitor, auditor: Visitor, user: dict[str, str]
) -> None:
    assert user
    assert "Export 2 rows" in admin.get("/audit/export?q=withdraw").words
    assert "/audit/export?q=withdraw" in admin.get("/audit?q=withdraw").text
    assert "/audit/export" not in auditor.get("/audit?q=withdraw").text
    assert "can’t use" in auditor.get("/audit/export?q=withdraw").words


def test_an_export_is_of_what_is_shown_and_keeps_no_email(
    admin: Visitor, user: dict[str, str], database: Database
) -> None:
    link = "/audit/export?show=changes"
    assert link in admin.get("/audit").text
    admin.post(
        f"/audit/export?show=changes&q={user['email']}",
        {"reason": "Yearly review", "format": "csv"},
        status=200,
    )
    (entry,) = audit_log.entries(database, "audit:export")
    assert "filter_text" in entry.details
    assert user["email"] not in entry.details


@all_of("text", ["%", "_", "'", '"; drop table audit; --', "\\", "x" * 254])
def test_a_search_takes_every_character_as_it_is(
    admin: Visitor, user: dict[str, str], text: str
) -> None:
    assert user
    assert actions(admin.get("/audit", query_string={"q": text})) == []


def test_a_search_that_is_too_long_is_named_and_not_used(admin: Visitor) -> None:
    assert "address: q" in admin.get(f"/audit?q={'x' * 400}").words


def test_a_line_shows_the_user_s_email_and_the_staff_member_s_name(
    admin: Visitor, auditor: Visitor, user: dict[str, str]
) -> None:
    assert user["email"] in admin.get("/audit").words.replace(" @", "@")
    masked = auditor.get("/audit")
    assert user["email"] not in masked.text
    assert user["id"] in masked.text
    link = re.search(r'href="/audit/people/2"><bdi>([^<]+)<', masked.markup)
    assert link
    assert not link[1].isdecimal()


def test_a_failed_registration_is_found_by_the_email_that_was_sent(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_faults([{"method": "POST", "reset": "before"}])
    lost = registration()
    send(admin, "/users", lost, status=502)
    assert actions(admin.get(f"/audit?q={lost['email']}")) == ["users:register"]


def test_filters_are_counted_and_reset_only_where_something_is_set(admin: Visitor) -> None:
    pristine = admin.get("/audit")
    assert ">Reset</a>" not in pristine.markup
    assert "Filters ·" not in pristine.words
    page = admin.get("/audit?outcome=succeeded&since=2020-01-01&until=2030-01-01")
    assert "Filters · 2" in page.words
    assert ">Reset</a>" in page.markup


def test_without_javascript_a_button_applies_the_filters(admin: Visitor) -> None:
    page = admin.get("/audit").markup
    assert re.search(r"<noscript><button[^>]+>Filter</button></noscript>", page)
    assert page.count(">Filter</button>") == 1


def test_a_field_in_use_stays_as_it_is_when_the_list_comes(admin: Visitor) -> None:
    part = admin.fragment("/audit?since=2020-01-01", "entries", trigger="audit-since")
    assert re.search(r'id="audit-since"[^>]+data-hx-preserve="true"', part.markup)
    assert part.markup.count("data-hx-preserve") == 1
    assert "<details open>" in part.markup
