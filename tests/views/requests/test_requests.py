"""The log of requests to the API, as admins read it and on a user's page."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard.services.permissions import Permission, Role, permissions
from dashboard.services.requests import log as request_log
from dashboard.store.db.database import Database
from dashboard.store.schema import requests
from dashboard.worker import MaintenanceWorker
from tests.support.browsing import Page, Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import KYC, TOKEN, registration, send
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator

LOG = "/settings/requests"
READERS = (Role.VIEWER, Role.SUPPORT, Role.KYC, Role.ONBOARDING, Role.ISSUER, Role.AUDITOR)


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def rows(page: Page) -> list[str]:
    """Return the words of each row."""
    found = re.findall(r'<tr id="call-\d+">(.*?)</tr>', page.markup)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def commands(page: Page) -> list[str]:
    return re.findall(r'<pre class="code" id="curl-\d+"[^>]*>([^<]+)</pre>', page.text)


def user_of(simulator: RunningSimulator, status: str) -> str:
    return str(next(each["id"] for each in simulator.users() if each["status"] == status))


def test_a_new_installation_says_that_there_are_no_requests(admin: Visitor) -> None:
    page = admin.get(LOG)
    assert "No requests yet" in page.words
    assert "Kept for 14 days, without bodies, search texts, secrets or tokens." in page.words
    assert "A crash loses those it hasn’t saved yet." in page.words


def test_a_request_tells_who_made_it_about_whom_and_how_it_ended(
    app: Flask, hire: Hire, admin: Visitor, simulator: RunningSimulator
) -> None:
    ana, password = hire(Role.SUPPORT)
    support = Visitor(app)
    support.log_in(ana, password)
    user = simulator.users()[0]
    simulator.set_faults([{"status": 503, "times": 2}])
    answer = support.get(f"/users/{user['id']}")
    page = admin.get(LOG)
    (row,) = rows(page)
    assert "GET /users/{userId}" in row
    assert "200 After 2 retries" in row
    assert user["email"] in row.replace(" @", "@")
    assert answer.headers["X-Request-Id"] in row
    assert f'href="/users/{user["id"]}"' in page.text
    name = re.search(r'<option dir="auto" value="(\d+)">([^<]+) · ' + re.escape(ana), page.text)
    assert name
    assert name[2] in row
    theirs = re.search(r"API’s request ID ([0-9a-f]{32})", row)
    assert theirs
    for query in (
        f"q={user['id']}",
        f"q={answer.headers['X-Request-Id']}",
        f"q={theirs[1]}",
        f"person={name[1]}&status=2xx",
    ):
        assert rows(admin.get(f"{LOG}?{query}")) == [row], query
    for query in ("q=0123456789abcdef", "person=worker", "status=none", "status=5xx"):
        assert "No requests match" in admin.get(f"{LOG}?{query}").words, query


def test_the_worker_calls_for_no_one(
    app: Flask, admin: Visitor, simulator: RunningSimulator, clock: TestClock
) -> None:
    worker = MaintenanceWorker(app.extensions["services"], clock)
    for _ in range(3):
        worker.sync_once()
    assert simulator.requests()
    row, *_ = rows(admin.get(f"{LOG}?person=worker"))
    assert "The worker" in row
    assert "Our request ID" not in row


def test_no_response_and_an_unexpected_one_are_told_apart(
    support: Visitor, admin: Visitor, simulator: RunningSimulator
) -> None:
    for fault in ({"reset": "before"}, {"body": "html"}, {"status": 404}, {"status": 500}):
        simulator.set_faults([fault])
        support.http.get("/users?page=1")
        simulator.set_faults([])
        support.http.get("/users?page=1")
    found = rows(admin.get(LOG))
    assert any("No response" in row and "network" in row for row in found)
    assert any("200 Unexpected response" in row for row in found)
    assert "No response" in rows(admin.get(f"{LOG}?status=none"))[0]


def test_each_request_is_a_command_with_the_secrets_as_variables(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    active = user_of(simulator, "active")
    admin.get("/users?q=secret-search&page=1&source=api")
    send(admin, f"/users/{active}/tokens", TOKEN, status=200)
    listed, opened, issued = sorted(set(commands(admin.get(LOG))), key=len)
    secrets = ' \\\n  -H "X-Api-Key: $PARTNER_API_KEY" \\\n  -H "X-Api-Secret: $PARTNER_API_SECRET"'
    base = "$PARTNER_API_URL/api/v1/partner"
    typed = ' \\\n  -H "Content-Type: application/json" \\\n  --data @body.json'
    quoted = [each.replace("&#34;", '"') for each in (listed, opened, issued)]
    assert quoted == [
        f'curl "{base}/users"{secrets}',
        f'curl "{base}/users/{active}"{secrets}',
        f'curl -X POST "{base}/auth/token"{secrets}{typed}',
    ]


@pytest.mark.parametrize("role", READERS)
def test_who_may_not_read_the_log_reads_that_of_one_user_where_the_raw_answer_is(
    log_in: LogIn, admin: Visitor, simulator: RunningSimulator, role: Role
) -> None:
    reader = log_in(role)
    mine, other = (each["id"] for each in simulator.users()[:2])
    assert Permission.REQUESTS_READ not in permissions([role], "local")
    reader.get(LOG, status=403)
    admin.get(f"/users/{mine}")
    admin.get(f"/users/{other}")
    page = reader.get(f"/users/{mine}")
    assert f'href="/users/{mine}/requests"' in page.text
    assert 'popovertarget="raw"' in page.text
    log = reader.get(f"/users/{mine}/requests")
    assert len(rows(log)) == 2
    assert other not in log.text
    assert simulator.users()[0]["email"] not in log.text


def test_only_those_who_may_know_see_who_opened_a_user_but_all_see_who_changed_something(
    app: Flask, hire: Hire, log_in: LogIn, simulator: RunningSimulator
) -> None:
    pending = user_of(simulator, "pending")
    email, password = hire(Role.SUPPORT)
    opener = Visitor(app)
    opener.log_in(email, password)
    opener.get(f"/users/{pending}")
    send(opener, f"/users/{pending}/kyc", KYC, status=303)
    log = f"/users/{pending}/requests"
    auditor = rows(log_in(Role.AUDITOR).get(log))
    name = {row.split(" ms ")[-1] for row in auditor}
    assert len(name) == 1
    for visitor, hidden in (
        (log_in(Role.SUPPORT), True),
        (log_in(Role.VIEWER), True),
        (opener, False),
    ):
        page = visitor.get(log)
        read = [row for row in rows(page) if "GET" in row]
        written = [row for row in rows(page) if "POST" in row]
        assert all(("A staff member" in row) is hidden for row in read)
        assert all(name.copy().pop() in row for row in written)
        assert written
        assert "Only auditors and admins see who opened a user." in page.words


def test_older_requests_follow_by_key(
    admin: Visitor, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_log, "PAGE", 2)
    for each in simulator.users()[:3]:
        admin.get(f"/users/{each['id']}")
    first = admin.fragment(LOG, "requests")
    assert len(rows(first)) == 2
    older = re.search(r'href="([^"]+)"[^>]*rel="next"', first.text)
    assert older
    second = admin.get(older[1].replace("&amp;", "&"))
    assert len(rows(second)) == 1
    assert "Newest" in second.words
    assert not simulator.requests()[3:]


def test_nothing_personal_and_no_secret_is_in_a_row_a_page_or_a_command(
    app: Flask, admin: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    first, last = f"First{uuid4().hex[:8]}", f"Last{uuid4().hex[:8]}"
    phone, word = "+573005550199", f"word{uuid4().hex[:8]}"
    form = registration(phone=phone)
    send(admin, "/users", form, status=303)
    (made,) = (each for each in simulator.users() if each["email"] == form["email"])
    kyc = {**KYC, "first_name": first, "last_name": last, "email": form["email"]}
    send(admin, f"/users/{made['id']}/kyc", kyc, status=303)
    admin.get(f"/users?q={word}&source=api")
    issued = send(admin, f"/users/{user_of(simulator, 'active')}/tokens", TOKEN, status=200)
    token = re.search(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}", issued.text)
    assert token
    (inquiry,) = simulator.inquiries(made["id"])
    pages = [
        *commands(admin.get(LOG)),
        admin.get(f"/users/{made['id']}/requests").text,
        str(stored(database)),
    ]
    keys = app.extensions["services"].credentials.active.current()
    for hidden in (
        *(keys.api_key, keys.api_secret, token[0], word, form["email"], phone, phone[1:]),
        *(first, last, TOKEN["reason"], inquiry["id"]),
    ):
        assert not [page for page in pages if hidden.casefold() in page.casefold()], hidden
    assert len(stored(database)) >= 5


def stored(database: Database) -> list[tuple[object, ...]]:
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(select(requests))]
