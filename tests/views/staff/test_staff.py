"""Staff as admins manage them."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from dashboard.services.permissions import IN_PRODUCTION, ROLE_PERMISSIONS, Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages import audit_log
from tests.support.pages.links import choose, invite, link_in
from tests.support.people import Hire, LogIn
from tests.support.sampling import all_of


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


@pytest.fixture
def other(hire: Hire) -> tuple[str, str]:
    """A member in support: email and password."""
    return hire(Role.SUPPORT)


def page_of(staff: Staff, email: str) -> str:
    """Return the address of a member's page."""
    member = staff.find(email)
    assert member
    return f"/staff/{member.id}"


def test_an_admin_adds_somebody_who_comes_in_by_the_link_and_sees_users(
    admin: Visitor, app: Flask
) -> None:
    link = invite(admin, "Bruno@Example.com", "support", "auditor")
    people = admin.get("/staff").words
    assert "Bruno Costa Invitedbruno@example.com" in people
    assert "works until" in people
    bruno = Visitor(app)
    choose(bruno, link, "a password of my own")
    bruno.get("/users")
    bruno.get("/audit")
    assert "works until" not in admin.get("/staff").words


def test_only_the_answer_holds_the_link_and_nothing_leads_back_to_it(admin: Visitor) -> None:
    link = invite(admin, "bruno@example.com")
    for path in ("/staff", "/staff/2", "/audit", "/account", "/users"):
        assert link not in admin.get(path).text
    again = {"email": "bruno@example.com", "name": "Bruno", "roles": "support"}
    assert link not in admin.post("/staff", again, status=422).text


def test_the_answer_has_a_message_to_copy_with_the_link_and_its_end(admin: Visitor) -> None:
    sent = {"email": "bruno@example.com", "name": "Bruno Costa", "roles": "support"}
    page = admin.post("/staff", sent, status=200)
    message = page.text.split('id="message">')[1].split("</p>")[0]
    assert "Hello <bdi>Bruno Costa</bdi>" in message
    assert f"http://localhost{link_in(page)}" in message
    assert re.search(
        r'until \d+ \w+( \d{4})?, \d\d:\d\d <span class="zone">UTC</span>: http', message
    )
    assert "data-copy=" not in page.text.split('id="main"')[1]


@pytest.mark.on_postgres
def test_a_double_click_makes_one_member_and_the_second_answer_says_so(
    admin: Visitor, staff: Staff
) -> None:
    sent = {"email": "bruno@example.com", "name": "Bruno", "roles": "support"}
    token = admin.csrf_token()

    def send(_: int) -> int:
        return admin.http.post("/staff", data={"csrf_token": token, **sent}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [200, 422, 422, 422]
    assert len(staff.every()) == 2
    page = admin.post("/staff", {**sent, "email": " BRUNO@example.com "}, status=422)
    assert "No staff member was added." in page.words
    assert page.words.count("A staff member already has this one and may be disabled.") == 2
    assert 'aria-describedby="email-error" aria-invalid="true"' in page.text
    assert 'value="Bruno"' in page.text
    assert 'value="support" checked' in page.text


@all_of(
    "field,value,said",
    [
        ("email", "", "Enter an email address."),
        ("email", "nobody", "Enter an email address, such as name@example.com."),
        ("name", " ", "Enter a name."),
        ("name", "x" * 101, "100"),
        ("roles", "", "Choose at least one role."),
        ("roles", "king", "'king'"),
    ],
)
def test_what_cannot_be_added_is_told_beside_its_field(
    admin: Visitor, staff: Staff, field: str, value: str, said: str
) -> None:
    sent = {"email": "bruno@example.com", "name": "Bruno", "roles": "viewer", field: value}
    page = admin.post("/staff", sent, status=422)
    error = page.text.split(f'id="{field}-error"')[1].split("</p>")[0]
    assert said in error.replace("&#39;", "'")
    assert len(staff.every()) == 1


def test_nobody_without_a_role_is_added(admin: Visitor) -> None:
    sent = {"email": "bruno@example.com", "name": "Bruno"}
    assert "Choose at least one role." in admin.post("/staff", sent, status=422).words


def test_new_roles_end_the_sessions_and_count_from_the_next_log_in(
    admin: Visitor, staff: Staff, other: tuple[str, str], app: Flask
) -> None:
    there = Visitor(app)
    there.log_in(*other)
    path = page_of(staff, other[0])
    answer = admin.post(f"{path}/roles", {"roles": "auditor"})
    assert answer.headers["Location"] == path
    page = admin.get(path)
    assert "Roles saved." in page.words
    assert 'value="auditor" checked' in page.text
    assert 'value="support" checked' not in page.text
    there.get("/users", status=303)
    there.log_in(*other)
    there.get("/audit")
    refused = admin.post(f"{path}/roles", {}, status=422)
    assert "Choose at least one role." in refused.words


def test_under_htmx_a_change_leads_to_the_page(
    admin: Visitor, staff: Staff, other: tuple[str, str]
) -> None:
    path = page_of(staff, other[0])
    under = {"HX-Request": "true"}
    answer = admin.post(f"{path}/roles", {"roles": "viewer"}, status=200, headers=under)
    assert answer.headers["HX-Redirect"] == path


def test_the_disabled_are_out_at_once_and_come_back_once_enabled(
    admin: Visitor, staff: Staff, other: tuple[str, str], app: Flask
) -> None:
    there = Visitor(app)
    there.log_in(*other)
    path = page_of(staff, other[0])
    admin.post(f"{path}/disable")
    there.get("/users", status=303)
    there.log_in(*other, status=422)
    page = admin.get(path)
    assert "All their sessions have ended" in page.words
    assert "Create a link" not in page.words
    assert "This staff member is disabled." in admin.post(f"{path}/link", status=409).words
    admin.post(f"{path}/enable")
    there.log_in(*other)


def test_a_lost_password_is_replaced_by_a_link(
    admin: Visitor, staff: Staff, other: tuple[str, str], app: Flask
) -> None:
    page = admin.post(f"{page_of(staff, other[0])}/link", status=200)
    assert "here’s a link to get back into" in page.words
    back = Visitor(app)
    choose(back, link_in(page), "a password of my own")
    back.get("/users")
    Visitor(app).log_in(other[0], "a password of my own")


def test_a_second_link_ends_the_first(
    admin: Visitor, staff: Staff, other: tuple[str, str], visitor: Visitor
) -> None:
    path = f"{page_of(staff, other[0])}/link"
    first, second = (link_in(admin.post(path, status=200)) for _ in range(2))
    visitor.get(first, status=404)
    visitor.get(second)


def test_who_did_it_to_whom_is_in_the_audit(
    admin: Visitor, staff: Staff, other: tuple[str, str], database: Database
) -> None:
    invite(admin, "bruno@example.com", "viewer")
    path = page_of(staff, other[0])
    admin.post(f"{path}/roles", {"roles": "issuer"})
    admin.post(f"{path}/link", status=200)
    admin.post(f"{path}/disable")
    admin.post(f"{path}/enable")
    rows = [row for row in audit_log.entries(database) if row.staff_id == 1]
    done = [(row.action, row.subject_id, json.loads(row.details)) for row in rows[1:]]
    assert done == [
        ("staff:add", "3", {"roles": "viewer"}),
        ("staff:role", "2", {"roles": "issuer"}),
        ("staff:link", "2", {"kind": "reset"}),
        ("staff:disable", "2", {}),
        ("staff:enable", "2", {}),
    ]
    assert all(row.request_id and row.subject_kind == "staff" for row in rows[1:])
    assert '<a href="/staff/2">' in admin.get("/audit").text


def test_the_table_shows_what_each_role_may_do(admin: Visitor) -> None:
    page = admin.get("/staff")
    table = page.text.split('class="matrix"')[1]
    limited = sum(len(may - IN_PRODUCTION[role]) for role, may in ROLE_PERMISSIONS.items())
    assert limited == table.count("Not in production") == 4
    assert table.count('class="sr">Yes<') == sum(map(len, ROLE_PERMISSIONS.values())) - limited


def test_a_person_who_is_not_there_is_not_found(admin: Visitor) -> None:
    for path in ("/staff/99", "/staff/99999999999999999999", "/staff/x"):
        admin.get(path, status=404)
    admin.post("/staff/99/disable", status=404)
