"""Notes on a user: written, changed and deleted by their author, kept, and lost by no one."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard.forms.story.notes import NOTE_MAX
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import notes
from tests.support import databases
from tests.support.browsing import Visitor
from tests.support.pages import audit_log
from tests.support.pages.notes import add, card, post, post_by_htmx, revision, seen_user, typed
from tests.support.people import Hire
from tests.support.servers.simulator_process import RunningSimulator

WORDS = "Asked for a selfie again"


@pytest.fixture
def user(simulator: RunningSimulator, database: Database) -> str:
    """The page of a user."""
    return seen_user(simulator, database)


@pytest.fixture
def luis(app: Flask, hire: Hire) -> Visitor:
    visitor = Visitor(app)
    visitor.log_in(*hire(Role.KYC))
    return visitor


def recorded(database: Database) -> list[tuple[str, str | None, str]]:
    """Return what the audit log has about notes."""
    rows = audit_log.entries(database, "notes:%")
    return [(row.action, row.subject_id, row.details) for row in rows]


def test_a_note_is_shown_to_colleagues_newest_first_and_recorded_without_its_words(
    support: Visitor, luis: Visitor, user: str, database: Database
) -> None:
    first, second = add(support, user, WORDS), add(support, user, "Called: no answer")
    words = card(luis.get(user))
    assert words.index("Called: no answer") < words.index(WORDS)
    assert "Ana Martins" in words
    user_id = user.rpartition("/")[2]
    assert recorded(database) == [
        ("notes:add", user_id, f'{{"note": {first}}}'),
        ("notes:add", user_id, f'{{"note": {second}}}'),
    ]


def test_under_htmx_the_answer_is_the_card_with_an_empty_field(support: Visitor, user: str) -> None:
    sent = {"note": WORDS, "seen": "0"}
    page = post_by_htmx(support, user, sent)
    assert page.text.lstrip().startswith('<section class="card" id="notes"')
    assert WORDS in card(page)
    assert typed(page) == ""
    assert 'data-announce="Note saved"' in page.text


@pytest.mark.parametrize("by_htmx", [False, True])
@pytest.mark.parametrize(
    ("note", "error"),
    [(" \n\u200b", "Enter a note."), ("é" * (NOTE_MAX + 1), "Use at most 20,000 characters.")],
    ids=["empty", "too long"],
)
def test_a_note_that_is_refused_stays_in_the_field_with_the_error_beside_it(
    support: Visitor,
    user: str,
    note: str,
    error: str,
    simulator: RunningSimulator,
    *,
    by_htmx: bool,
) -> None:
    send = post_by_htmx if by_htmx else post
    page = send(support, user, {"note": note}, 422)
    assert error in card(page)
    assert typed(page) == note
    assert support.get(f"{user}/notes").text.count('<li id="note-') == 0
    assert simulator.requests() == []


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("x" * NOTE_MAX, "x" * 600),
        (
            "<b>bold</b> & **strong** [a](javascript:1)",
            "<b>bold</b> & **strong** [a](javascript:1)",
        ),
        ("evil \u202eltr\u2066 and \x07 bell", "evil ⟨U+202E⟩ltr⟨U+2066⟩ and ⟨U+0007⟩ bell"),
        ("line one\r\nline two\n\n\ttab", "line one line two tab"),
        (
            "\x00 NUL and \ud83d half".encode("utf-16", "surrogatepass").decode(
                "utf-16", "replace"
            ),
            "NUL and � half",
        ),
    ],
    ids=["long", "markup", "bidirectional", "lines", "broken"],
)
def test_whatever_is_typed_is_text(support: Visitor, user: str, note: str, shown: str) -> None:
    support.post(f"{user}/notes", {"note": note})
    page = support.get(user)
    assert shown in card(page)
    assert "<b>bold" not in page.text


def test_an_author_changes_their_note_and_the_earlier_text_can_be_opened(
    support: Visitor, luis: Visitor, user: str, database: Database
) -> None:
    note = add(support, user, WORDS)
    opened = support.get(f"{user}/notes/{note}")
    assert typed(opened) == WORDS
    sent = {"note": "Sent the selfie", "revision": revision(opened)}
    moved = support.post(f"{user}/notes/{note}/edit", sent)
    assert moved.headers["Location"] == f"{user}#note-{note}"
    page = luis.get(user)
    assert "Edited" in card(page)
    assert "Sent the selfie" in card(page)
    assert WORDS not in card(page)
    history = luis.get(f"{user}/notes/{note}")
    assert WORDS in history.words
    assert 'name="note"' not in history.text
    assert [action for action, *_ in recorded(database)] == ["notes:add", "notes:edit"]


def test_a_text_that_stays_the_same_is_no_change(
    support: Visitor, user: str, database: Database
) -> None:
    note = add(support, user, WORDS)
    support.post(f"{user}/notes/{note}/edit", {"note": f" {WORDS}\r\n", "revision": "1"})
    assert "Edited" not in card(support.get(user))
    assert [action for action, *_ in recorded(database)] == ["notes:add"]


def test_a_deleted_note_leaves_its_text_in_the_history_and_an_entry_in_the_timeline(
    support: Visitor, luis: Visitor, user: str, database: Database
) -> None:
    note = add(support, user, WORDS)
    support.post(f"{user}/notes/{note}/delete", {"revision": "1"})
    page = luis.get(user)
    assert WORDS not in page.words
    assert "deleted a note" in page.words
    history = luis.get(f"{user}/notes/{note}")
    assert "Deleted" in history.words
    assert WORDS in history.words
    assert [action for action, *_ in recorded(database)] == ["notes:add", "notes:delete"]
    support.post(f"{user}/notes/{note}/delete", {"revision": "1"})
    assert len(recorded(database)) == 2


@pytest.mark.parametrize("path", ["/edit", "/delete"])
def test_another_person_changes_and_deletes_nothing(
    support: Visitor, luis: Visitor, user: str, path: str
) -> None:
    note = add(support, user, WORDS)
    sent = {"note": "Something else", "revision": "1"}
    luis.post(f"{user}/notes/{note}{path}", sent, status=403)
    assert WORDS in card(support.get(user))


@pytest.mark.parametrize("path", ["/edit", "/delete"])
def test_a_note_is_only_at_the_address_of_its_user(support: Visitor, user: str, path: str) -> None:
    note = add(support, user, WORDS)
    other = f"/users/{uuid4()}/notes/{note}"
    support.post(f"{other}{path}", {"note": "x", "revision": "1"}, status=404)
    support.get(other, status=404)
    support.get(f"{user}/notes/{note + 1}", status=404)


@pytest.mark.parametrize("by_htmx", [False, True])
def test_a_note_that_cannot_be_recorded_is_not_kept_and_stays_in_the_field(
    support: Visitor, user: str, database: Database, *, by_htmx: bool
) -> None:
    support.get(user)
    with database.write() as connection:
        databases.refuse(connection, "INSERT ON audit")
    send = post_by_htmx if by_htmx else post
    page = send(support, user, {"note": WORDS}, 503)
    assert "Our database isn’t responding" in card(page)
    assert typed(page) == WORDS
    with database.read() as connection:
        assert connection.execute(select(notes)).first() is None


def test_a_change_that_cannot_be_recorded_is_not_made_and_stays_in_the_field(
    support: Visitor, user: str, database: Database
) -> None:
    note = add(support, user, WORDS)
    with database.write() as connection:
        databases.refuse(connection, "INSERT ON audit")
    sent = {"note": "Changed", "revision": "1"}
    page = support.post(f"{user}/notes/{note}/edit", sent, status=503)
    assert typed(page) == "Changed"
    assert WORDS in card(support.get(user))


def test_older_notes_are_a_page_further_and_each_is_shown_once(support: Visitor, user: str) -> None:
    for turn in range(25):
        support.post(f"{user}/notes", {"note": f"note no. {turn}."})
    page, found = support.get(user), list[str]()
    while True:
        found += re.findall(r"note no\. (\d+)\.", card(page))
        link = re.search(rf'href="({user}/notes/\d+/older)"', page.text)
        if not link:
            break
        page = support.get(link[1])
    assert found == [str(turn) for turn in reversed(range(25))]


def test_a_ticket_in_a_note_is_a_link_where_tickets_are(
    settings: dict[str, str], support: Visitor, user: str
) -> None:
    assert settings
    add(support, user, "See SUP-20418, not sup-1 or COVID19")
    assert "tickets.example" not in support.get(user).text


def test_a_long_note_shows_its_beginning_and_the_rest_on_request(
    support: Visitor, user: str
) -> None:
    support.post(f"{user}/notes", {"note": "word " * 400 + "end."})
    page = support.get(f"{user}/notes")
    lead, rest = re.findall(r'<div class="lines" dir="auto">([^<]*)</div>', page.text)
    assert (lead + rest).split() == ["word"] * 400 + ["end."]
    assert len(lead) <= 600


def test_notes_of_a_user_that_the_api_does_not_return_are_one_link_away(
    support: Visitor, user: str, simulator: RunningSimulator
) -> None:
    add(support, user, WORDS)
    simulator.set_faults([{"status": 503}])
    page = support.get(user, status=503)
    assert f'href="{user}/notes"' in page.text
    assert WORDS in card(support.get(f"{user}/notes"))
    support.post(f"{user}/notes", {"note": "written during the outage"})
    assert "written during the outage" in card(support.get(f"{user}/notes"))
