"""Drafts of notes are kept by the server for their author, until the note is saved."""

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from dashboard.forms.story.notes import NOTE_MAX
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.notes.drafts import KEPT
from dashboard.store.schema import note_drafts, note_edits, notes
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.notes import add, card, seen_user, typed
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator

WORDS = "Called at 14:20: no answer"


@pytest.fixture
def user(simulator: RunningSimulator, database: Database) -> str:
    return seen_user(simulator, database)


def draft(visitor: Visitor, user: str, note: str, status: int = 200) -> str:
    """Type a note; return what is said beside the field."""
    return visitor.post(f"{user}/notes/draft", {"note": note}, status=status).text.strip()


def kept(database: Database) -> int:
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(note_drafts)).scalar_one()


def test_a_draft_is_in_the_field_again_only_for_its_author(
    app: Flask, hire: Hire, log_in: LogIn, user: str
) -> None:
    email, password = hire(Role.SUPPORT)
    author, elsewhere = Visitor(app), Visitor(app)
    author.log_in(email, password)
    assert draft(author, user, f"{WORDS}\r\n ").startswith("Draft saved today at")
    author.post("/logout")
    elsewhere.log_in(email, password)
    page = elsewhere.get(user)
    assert typed(page) == f"{WORDS}\n "
    assert "Draft saved today at" in card(page)
    assert typed(log_in(Role.SUPPORT).get(user)) == ""
    assert WORDS not in log_in(Role.ADMIN).get(user).text


@pytest.mark.parametrize("end", ["saved", "emptied"])
def test_a_draft_ends_with_its_note(
    support: Visitor, user: str, database: Database, end: str
) -> None:
    draft(support, user, WORDS)
    if end == "saved":
        add(support, user, WORDS)
    else:
        assert draft(support, user, "") == ""
    assert kept(database) == 0
    assert typed(support.get(user)) == ""


def test_a_draft_that_arrives_after_its_note_was_saved_is_not_kept(
    support: Visitor, user: str, database: Database, clock: TestClock
) -> None:
    add(support, user, WORDS)
    for late in (WORDS, "Called at "):
        assert draft(support, user, late) == ""
    assert kept(database) == 0
    draft(support, user, f"{WORDS}. Later: called")
    assert kept(database) == 1
    clock.advance(minutes=2)
    assert draft(support, user, "Called").startswith("Draft saved")


def test_a_draft_that_is_too_long_says_so_and_the_one_before_stays(
    support: Visitor, user: str
) -> None:
    draft(support, user, WORDS)
    said = draft(support, user, "x" * (NOTE_MAX + 1), status=422)
    assert said == "Draft not saved: Use at most 20,000 characters."
    assert typed(support.get(user)) == WORDS


def test_of_one_person_only_the_last_drafts_are_kept(
    support: Visitor, database: Database, simulator: RunningSimulator, clock: TestClock
) -> None:
    seen_user(simulator, database)
    users = [f"/users/{user['id']}" for user in simulator.users()[: KEPT + 3]]
    for user in users:
        clock.advance(seconds=1)
        draft(support, user, WORDS)
    assert kept(database) == KEPT
    assert typed(support.get(users[-1])) == WORDS
    assert typed(support.get(users[0])) == ""


def test_a_note_sent_after_the_session_ended_is_in_the_field_after_the_log_in(
    app: Flask, hire: Hire, user: str, clock: TestClock
) -> None:
    email, password = hire(Role.SUPPORT)
    visitor = Visitor(app)
    visitor.log_in(email, password)
    draft(visitor, user, "an older draft")
    visitor.get(user)
    clock.advance(hours=2)
    to_login = visitor.post(f"{user}/notes", {"note": WORDS, "seen": "0"}).headers["Location"]
    page = visitor.get(to_login)
    next_path = page.text.partition('name="next" value="')[2].partition('"')[0]
    moved = visitor.log_in(email, password, next_path=next_path)
    page = visitor.get(moved.headers["Location"])
    assert typed(page) == WORDS
    add(visitor, user, WORDS)
    assert typed(visitor.get(user)) == ""


@pytest.mark.parametrize("was_erased", [False, True])
def test_of_who_is_not_known_or_was_erased_no_note_and_no_draft_is_kept(
    log_in: LogIn, user: str, database: Database, simulator: RunningSimulator, *, was_erased: bool
) -> None:
    admin, one = log_in(Role.ADMIN), user if was_erased else f"/users/{uuid4()}"
    if was_erased:
        sent = {"reason": "They asked us to.", "confirm": simulator.users()[0]["email"]}
        admin.post(f"{user}/erase", sent)
    draft(admin, one, WORDS, status=404)
    admin.post(f"{one}/notes", {"note": WORDS}, status=404)
    with database.read() as connection:
        assert connection.execute(select(notes)).first() is None
    assert kept(database) == 0


def test_what_is_typed_in_place_of_a_note_is_kept_only_for_its_author(
    app: Flask, hire: Hire, log_in: LogIn, user: str, database: Database
) -> None:
    email, password = hire(Role.SUPPORT)
    author, elsewhere = Visitor(app), Visitor(app)
    author.log_in(email, password)
    add(author, user, WORDS)
    path = f"{user}/notes/1"
    typing = {"note": f"{WORDS}, called again", "revision": "1"}
    assert author.post(f"{path}/draft", typing, status=200).text.startswith("Draft saved today at")
    author.post("/logout")
    elsewhere.log_in(email, password)
    page = elsewhere.get(path)
    assert typed(page) == f"{WORDS}, called again"
    assert "Draft saved today at" in page.words
    other = log_in(Role.SUPPORT)
    assert "called again" not in other.get(path).text
    other.post(f"{path}/draft", typing, status=403)
    elsewhere.post(f"{path}/edit", typing)
    assert edits(database) == 0
    late = elsewhere.post(
        f"{path}/draft", {"note": f"{WORDS}, called", "revision": "1"}, status=200
    )
    assert (late.text.strip(), edits(database)) == ("", 0)
    assert typed(elsewhere.get(path)) == f"{WORDS}, called again"


@pytest.mark.parametrize("end", ["deleted", "as it was"])
def test_a_draft_of_a_change_ends_with_it(
    support: Visitor, user: str, database: Database, end: str
) -> None:
    add(support, user, WORDS)
    path, typing = f"{user}/notes/1", {"note": "Something else", "revision": "1"}
    support.post(f"{path}/draft", typing, status=200)
    assert edits(database) == 1
    if end == "deleted":
        support.post(f"{path}/delete", {"revision": "1"})
    else:
        support.post(f"{path}/draft", {"note": f"{WORDS} ", "revision": "1"}, status=200)
    assert edits(database) == 0


def edits(database: Database) -> int:
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(note_edits)).scalar_one()
