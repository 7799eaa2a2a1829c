"""Roles that see users masked learn nothing of notes until they reveal a user."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.notes import book
from tests.support.browsing import Page, Visitor
from tests.support.directory import facts_of, fill
from tests.support.pages.notes import card
from tests.support.pages.someone import INQUIRY, LINK
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

WORDS = "Spoke to Zyxq Wvkj about the selfie"
MASKED = (Role.VIEWER, Role.AUDITOR)


@pytest.fixture
def users(simulator: RunningSimulator, database: Database) -> list[str]:
    """The pages of two users, with a note on the first."""
    fill(database, map(facts_of, simulator.users()))
    return [f"/users/{user['id']}" for user in simulator.users()[:2]]


def holds(*pages: Page) -> bool:
    return any(word in page.text for page in pages for word in ("Zyxq", "Wvkj", "the selfie"))


@pytest.mark.parametrize("role", MASKED)
def test_no_page_tells_them_a_word_of_a_note_or_that_there_is_one(
    log_in: LogIn, support: Visitor, users: list[str], role: Role
) -> None:
    reader, (noted, other) = log_in(role), users
    support.post(f"{noted}/notes", {"note": WORDS})
    support.post(f"{noted}/notes/draft", {"note": f"{WORDS}, again"}, status=200)
    pages = [reader.get(path) for path in (noted, "/", "/users", "/kyc", "/users?q=zyxq")]
    pages += [reader.fragment(noted, part) for part in ("record", "user", "next", "timeline")]
    asked = {"q": "zyxq", "csrf_token": reader.csrf_token()}
    pages.append(Page(reader.http.post("/palette", data=asked), 200, whole=False))
    assert "/users/" not in pages[-1].text
    if role is Role.AUDITOR:
        pages.append(reader.get("/audit"))
    assert not holds(*pages)
    assert card(pages[0]) == card(reader.get(other))
    assert "Notes name people" in card(pages[0])


@pytest.mark.parametrize("role", MASKED)
def test_they_open_write_and_change_none(
    log_in: LogIn, support: Visitor, users: list[str], role: Role
) -> None:
    reader, user = log_in(role), users[0]
    support.post(f"{user}/notes", {"note": WORDS})
    for path in ("", "/1", "/9/older"):
        assert not holds(reader.get(f"{user}/notes{path}", status=403))
    for path in ("", "/draft", "/1/edit", "/1/delete"):
        sent = {"note": "x", "revision": "1"}
        assert not holds(reader.post(f"{user}/notes{path}", sent, status=403))
    assert WORDS in card(support.get(user))


@pytest.mark.parametrize("role", MASKED)
def test_a_recorded_reveal_shows_the_notes_in_its_one_answer(
    log_in: LogIn, support: Visitor, users: list[str], role: Role
) -> None:
    reader, (noted, other) = log_in(role), users
    support.post(f"{noted}/notes", {"note": WORDS})
    page = reader.post(f"{noted}/reveal", status=200)
    assert WORDS in card(page)
    assert f"{noted}/notes" not in page.text
    assert 'name="note"' not in page.text
    assert not holds(reader.get(noted))
    assert "No notes yet" in card(reader.post(f"{other}/reveal", status=200))


@pytest.mark.parametrize("role", MASKED)
def test_a_reveal_shows_no_link_and_no_inquiry_of_a_note(
    log_in: LogIn, support: Visitor, database: Database, users: list[str], role: Role
) -> None:
    """Of notes that were written while links were taken."""
    reader, user = log_in(role), users[0]
    lead = "word " * 112
    with database.write() as connection:
        for body in (f"Sent {LINK} to him", f"{lead}{LINK} and {INQUIRY} again"):
            book.add(connection, UUID(user.rpartition("/")[2]), 1, body, datetime.now(UTC))
    assert INQUIRY in support.get(user).text
    page = reader.post(f"{user}/reveal", status=200)
    assert "Sent " in card(page)
    assert INQUIRY.removeprefix("inq_")[:8] not in page.text
    assert page.text.count("inq_…") >= 3
