"""What the story of a user knows reaches no role, log, record or email that it should not.

Notes, drafts, hand-overs and emails hold words that no other text of the test has.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Table, select, update
from werkzeug.test import TestResponse

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import audit, contacts, requests, staff
from dashboard.worker import MaintenanceWorker
from tests.support import walking
from tests.support.browsing import HTMX, Page
from tests.support.clock import TestClock
from tests.support.directory import fill
from tests.support.pages.forms import KYC, send
from tests.support.people import Hire, LogIn
from tests.support.servers.mail_server import Inbox, serve_mail
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import UNSAFE, walk

NAME, PHONE, FIRST, LAST = "quetzal.ibarra", "+573019876543", "Quetzalina", "Ibarramendi"
EMAIL = f"{NAME}@users.example.net"
NOTE, EARLIER, DRAFT, HANDED_OVER, MAILED = (
    *("marmalade", "tangerine", "rhubarb", "gooseberry"),
    "persimmon",
)
WRITTEN = (NOTE, EARLIER, DRAFT, HANDED_OVER, MAILED)
SOUGHT = (NOTE, "unmentioned")
PERSONAL = (NAME, PHONE, PHONE[1:], FIRST, LAST)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def settings(settings: dict[str, str], inbox: Inbox) -> Iterator[dict[str, str]]:
    with serve_mail(inbox) as port:
        url = f"smtp://127.0.0.1:{port}"
        yield settings | {"MAIL_URL": url, "MAIL_FROM": "d@example.com", "USER_MAIL_FROM": FROM}


FROM = "help@andes.example"


@dataclass(frozen=True)
class Case:
    """A user with a story, and what only the API and we know of their inquiry."""

    user_id: str
    inquiry: str
    colleague: str

    @property
    def path(self) -> str:
        return f"/users/{self.user_id}"


@pytest.fixture
def case(
    log_in: LogIn, hire: Hire, simulator: RunningSimulator, database: Database, clock: TestClock
) -> Case:
    """Someone who was called, noted, started, emailed and handed over."""
    first = simulator.users()[0]
    user = {**first, "id": str(uuid4()), "status": "pending", "email": EMAIL, "phone": PHONE}
    simulator.add_user(user)
    path, support = f"/users/{user['id']}", log_in(Role.SUPPORT)
    colleague, _ = hire(Role.KYC)
    with database.write() as connection:
        connection.execute(update(staff).values(mail_on_hand_over=True))
    started = {**KYC, "first_name": FIRST, "last_name": LAST, "email": EMAIL}
    send(support, f"{path}/kyc", started, status=303)
    support.get(path)
    support.post(f"{path}/notes", {"note": f"About {EARLIER}", "seen": "0"})
    support.post(f"{path}/notes/1/edit", {"note": f"About {NOTE}", "revision": "1"})
    support.post(f"{path}/notes/draft", {"note": f"On {DRAFT}"}, status=200)
    support.post(f"{path}/contacts", {"kind": "called_no_answer"})
    mail = fields(support.get(f"{path}/mail"))
    support.post(f"{path}/mail", mail | {"body": f"{mail['body']}\n{MAILED}"})
    support.post(f"{path}/owner", {"owner": colleague, "note": f"Ask of {HANDED_OVER}", "seen": ""})
    clock.advance(minutes=5)
    (inquiry,) = simulator.inquiries(str(user["id"]))
    return Case(str(user["id"]), str(inquiry["id"]), colleague)


def fields(page: Page) -> dict[str, str]:
    """Return what the form of an email holds."""
    form = page.text.split('id="form"')[1].split("</form>")[0]
    found = dict(re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', form))
    found["body"] = form.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]
    return {name: unescape(value) for name, value in found.items() if name != "csrf_token"}


def text_of(answer: TestResponse) -> str:
    """Return all that an answer says, packed or not."""
    said = str(answer.headers)
    if answer.data[:2] != b"PK":
        return said + answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as pack:
        return said + "".join(pack.read(name).decode() for name in pack.namelist())


def found_in(text: str, *words: str) -> list[str]:
    plain = text.replace("<wbr>", "").casefold()
    return [word for word in words if word.casefold() in plain]


def rows_of(database: Database, *tables: Table) -> str:
    with database.read() as connection:
        return str([connection.execute(select(table)).all() for table in tables])


@pytest.mark.long
@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_no_route_shows_it_to_who_sees_users_masked_but_the_one_that_reveals(
    app: Flask, log_in: LogIn, case: Case, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(walking.NAMED, "user_id", case.user_id)
    reader = log_in(role)
    sent = {"csrf_token": reader.csrf_token(), "reason": "Asked for", "format": "csv"}
    shown = set()
    for step in walk(app):
        for headers in ({}, HTMX):
            data = sent if step.method in UNSAFE else None
            answer = reader.http.open(step.path, method=step.method, data=data, headers=headers)
            if found_in(text_of(answer), *WRITTEN, *PERSONAL, case.inquiry):
                shown.add(step.endpoint)
    assert shown == {"reveal.show"}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
@pytest.mark.parametrize("is_ours", [True, False], ids=["our copy", "the API's list"])
def test_a_search_for_a_word_of_a_note_tells_them_nothing(
    log_in: LogIn, case: Case, database: Database, role: Role, *, is_ours: bool
) -> None:
    if is_ours:
        fill(database, [])  # the list is our copy from here on
    reader = log_in(role)
    for path in ("/users", "/kyc"):
        told = [
            re.findall(r'href="[^"]*"|"count[^>]*>[^<]*', reader.get(f"{path}?q={word}").text)
            for word in SOUGHT
        ]
        named = [
            [each.replace(word, "") for each in part]
            for word, part in zip(SOUGHT, told, strict=True)
        ]
        assert named[0] == named[1]
    assert case.user_id in log_in(Role.SUPPORT).get(f"/users?q={NOTE}").text


def test_none_of_it_is_in_the_log_or_in_a_record(
    capsys: pytest.CaptureFixture[str], case: Case, database: Database
) -> None:
    log = capsys.readouterr().err
    assert '"/users/<uuid:user_id>/mail"' in log
    words = (*WRITTEN, *PERSONAL, case.inquiry)
    assert found_in(log, *words) == []
    assert found_in(rows_of(database, audit, contacts, requests), *words) == []


def test_an_email_holds_what_its_reader_may_know(
    app: Flask, case: Case, inbox: Inbox, clock: TestClock
) -> None:
    MaintenanceWorker(app.extensions["services"], clock).run_once()
    assert inbox.recipients == [EMAIL, case.colleague]
    to_user, to_colleague = (str(each.get_content()) for each in inbox.messages)
    assert found_in(to_user, MAILED, case.inquiry, FIRST) == [MAILED, case.inquiry, FIRST]
    assert found_in(to_user, NOTE, EARLIER, DRAFT, HANDED_OVER, PHONE, LAST) == []
    headers = str(inbox.messages[1].items())
    assert found_in(headers + to_colleague, *WRITTEN, *PERSONAL, case.inquiry) == []


def test_no_export_holds_a_note_or_an_email(log_in: LogIn, case: Case) -> None:
    order = {"reason": "Asked for", "format": "csv"}
    given = {
        path: text_of(log_in(role).post(path, order, status=200).response)
        for role, path in (
            (Role.KYC, "/users/export"),
            (Role.KYC, "/kyc/export"),
            (Role.AUDITOR, "/audit/export"),
            (Role.AUDITOR, f"{case.path}/proof"),
        )
    }
    assert [path for path, text in given.items() if case.user_id not in text] == []
    assert [path for path, text in given.items() if found_in(text, *WRITTEN)] == []
    assert found_in(given["/users/export"], NAME) == [NAME]
    for path in ("/audit/export", f"{case.path}/proof"):
        assert found_in(given[path], *PERSONAL, case.inquiry) == []
