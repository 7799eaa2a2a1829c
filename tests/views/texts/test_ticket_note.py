"""The few lines about a user that a ticket needs, copied from the user's page."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.kyc.states import InquiryState
from dashboard.store.schema import inquiries
from tests.support.browsing import Page, Visitor
from tests.support.pages.texts import (
    INQUIRY,
    LINK,
    NAME,
    Someone,
)
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

EMAIL = "ximena@example.com"


@pytest.fixture
def someone(simulator: RunningSimulator, database: Database) -> Someone:
    return Someone(simulator, database).named()


def note(page: Page) -> list[str]:
    found = re.search(r'id="ticket-note"[^>]*>([^<]*)<', page.text)
    assert found
    return html.unescape(found[1]).split("\n")


def test_a_note_says_who_what_since_when_and_where(
    support: Visitor, someone: Someone, database: Database
) -> None:
    someone.started(InquiryState.HELD, 30)
    with database.write() as connection:
        connection.execute(update(inquiries).values(staff_id=1))
    lines = note(support.get(f"/users/{someone.id}"))
    started = (datetime.now(UTC) - timedelta(hours=30)).strftime("%Y-%m-%d")
    short = f"{str(someone.id)[:8]}…{str(someone.id)[-4:]}"
    assert lines[0] == f"User: {EMAIL}, ID {short}"
    assert re.fullmatch(r"Status: Pending since \S+ \S+ UTC or earlier", lines[1], re.IGNORECASE)
    state = "Link probably expired, KYC started"
    assert re.fullmatch(rf"{state} {started} \S+ UTC by .+", lines[2])
    assert lines[3] == f"http://localhost/users/{someone.id}"
    assert len(lines) == 4


def test_a_note_says_how_the_user_was_reached_last(support: Visitor, someone: Someone) -> None:
    path = f"/users/{someone.id}"
    support.post(f"{path}/contacts", {"kind": "called_no_answer"})
    (line,) = (line for line in note(support.get(path)) if line.startswith("Last contact"))
    assert re.fullmatch(r"Last contact: Called, no answer, \S+ \S+ UTC, .+", line)


def test_a_note_holds_no_credential_and_no_name(support: Visitor, someone: Someone) -> None:
    someone.started(InquiryState.HELD, 1)
    said = "\n".join(note(support.get(f"/users/{someone.id}")))
    for secret in (LINK, INQUIRY, "inq_", NAME):
        assert secret not in said


def test_a_note_about_someone_who_does_not_wait_says_nothing_of_kyc(
    support: Visitor, someone: Someone
) -> None:
    someone.started(InquiryState.HELD, 30)
    someone.simulator.set_status(str(someone.id), "active")
    assert "KYC" not in "".join(note(support.get(f"/users/{someone.id}")))


def test_a_note_is_in_the_readers_language(support: Visitor, someone: Someone) -> None:
    support.post("/account", {"name": "Ana", "language": "es"})
    lines = note(support.get(f"/users/{someone.id}"))
    assert lines[0].startswith(f"Usuario: {EMAIL}")
    assert lines[2] == "KYC sin iniciar"


def test_one_click_in_the_menu_copies_it(support: Visitor, someone: Someone) -> None:
    page = support.get(f"/users/{someone.id}")
    menu = page.markup.partition('id="more"')[2].partition("</div>")[0]
    assert 'data-copy-text="ticket-note"' in menu
    assert "Copy as ticket note" in menu


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_a_masked_role_copies_a_masked_email(log_in: LogIn, someone: Someone, role: Role) -> None:
    lines = note(log_in(role).get(f"/users/{someone.id}"))
    assert EMAIL not in lines[0]
    assert "…" in lines[0]
