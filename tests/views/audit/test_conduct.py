"""A staff member's activity on one page, for an auditor who can't manage staff."""

import re

import pytest
from flask import Flask

from dashboard.services.audit.log import ACTIONS
from dashboard.services.permissions import Role
from dashboard.services.staff.activity import EXPORTS
from dashboard.services.staff.manage import Staff
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import TOKEN, send
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.exports.test_exports import CSV, table


@pytest.fixture
def auditor(log_in: LogIn) -> Visitor:
    return log_in(Role.AUDITOR)


@pytest.fixture
def active(simulator: RunningSimulator) -> str:
    user = next(user for user in simulator.users() if user["status"] == "active")
    return f"/users/{user['id']}"


def test_the_page_says_who_it_is_and_counts_what_matters(
    app: Flask, auditor: Visitor, hire: Hire, staff: Staff, active: str
) -> None:
    email, password = hire(Role.ISSUER, Role.AUDITOR, email="ines@example.com")
    ines = Visitor(app)
    ines.log_in(email, "wrong", status=422)
    ines.log_in(email, password)
    send(ines, f"{active}/tokens", TOKEN, status=200)
    ines.post("/audit/export", CSV, status=200)
    path = f"/audit/people/{next(each.id for each in staff.every() if each.email == email)}"
    page = auditor.get(path)
    for told in (
        "Activity of Ana Martins",
        "ines@example.com · Auditor, Issuer · Last seen",
        "1 open session",
        "Tokens issued 1 In 7 days; 1 in 30 days",
        "Contact details viewed 0 In 7 days",
        "Exports 1 In 7 days",
        "Failed log-ins 1 In 7 days",
    ):
        assert told in page.words, told
    rows = re.findall(r'title="([\w:]+)">[^<]+</span></th><td>.*?</svg>(\w+)<', page.markup)
    assert ("tokens:issue", "Succeeded") in rows
    assert ("auth:login", "Refused") in rows
    assert "Manage staff member" not in page.words
    assert "/staff" not in page.text
    ines.post("/logout")
    assert "0 open sessions" in auditor.get(path).words


def test_every_kind_of_export_is_counted() -> None:
    assert {action for action in ACTIONS if ":export" in action} == EXPORTS


def test_its_lines_are_that_person_s_with_the_filters_of_the_audit(
    auditor: Visitor, support: Visitor, staff: Staff
) -> None:
    support.get("/audit", status=403)
    person = next(each for each in staff.every() if "support" in each.roles)
    path = f"/audit/people/{person.id}"
    part = auditor.fragment(f"{path}?outcome=rejected", "entries")
    assert part.headers["HX-Push-Url"] == f"{path}?outcome=rejected"
    assert 'title="audit:read"' in part.markup
    body = part.text.split("<tbody>")[1]
    assert "auth:login" not in body
    assert f'data-hx-get="{path}"' in part.text
    assert f'href="/audit/export?person={person.email}&amp;outcome=rejected"' in part.text.replace(
        "%40", "@"
    )
    assert (
        "We can’t use these parts of the address: person, sort."
        in auditor.get(f"{path}?person=x&sort=y").words
    )


def test_it_is_reached_from_the_audit_and_from_the_staff_page(
    auditor: Visitor, log_in: LogIn, staff: Staff
) -> None:
    me = next(each for each in staff.every() if "auditor" in each.roles)
    path = f'href="/audit/people/{me.id}"'
    assert path in auditor.get("/audit").text
    assert "View activity of" in auditor.get(f"/audit?person={me.email}").words
    assert path in auditor.get("/audit/2").text
    assert path in log_in(Role.ADMIN).get(f"/staff/{me.id}").text


def test_what_is_long_ago_is_not_counted(
    app: Flask, hire: Hire, clock: TestClock, staff: Staff
) -> None:
    email, password = hire(Role.AUDITOR)
    me = Visitor(app)
    me.log_in(email, "wrong", status=422)
    for days, week, month in ((0, 1, 1), (8, 0, 1), (31, 0, 0)):
        clock.offset = clock.offset.__class__(days=days)
        me.log_in(email, password)
        page = me.get(f"/audit/people/{staff.every()[0].id}")
        assert f"Failed log-ins {week} In 7 days; {month} in 30 days" in page.words


def test_whoever_has_done_nothing_is_not_said_to_be_filtered_away(
    auditor: Visitor, staff: Staff
) -> None:
    staff.invite("new@example.com", "", [Role.SUPPORT])
    new = next(each.id for each in staff.every() if each.email == "new@example.com")
    page = auditor.get(f"/audit/people/{new}")
    assert "This staff member hasn’t done anything yet." in page.words
    assert "Clear filters" not in page.words
    assert "Clear filters" in auditor.get(f"/audit/people/{new}?outcome=rejected").words


def test_nobody_is_no_page_and_others_do_not_read_it(auditor: Visitor, support: Visitor) -> None:
    auditor.get("/audit/people/999", status=404)
    auditor.get(f"/audit/people/{2**40}", status=404)
    support.get("/audit/people/1", status=403)


def test_the_export_of_one_person_is_theirs(auditor: Visitor, support: Visitor) -> None:
    assert support
    everything = table(auditor.post("/audit/export", CSV, status=200))
    mine = next(row["staff_email"] for row in everything if row["staff_email"])
    rows = table(auditor.post(f"/audit/export?person={mine}", CSV, status=200))
    assert {row["staff_email"] for row in rows} == {mine}
    assert 0 < len(rows) < len(everything)
