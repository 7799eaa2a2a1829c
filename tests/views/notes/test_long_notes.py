"""Long notes, and notes with many texts: a page of them stays short."""

import pytest

from dashboard.services.notes.notes import EARLIER
from dashboard.store.db.database import Database
from dashboard.web.rendering.notes import LINES, note_parts
from tests.support.browsing import Visitor
from tests.support.pages.notes import add, seen_user
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def user(simulator: RunningSimulator, database: Database) -> str:
    """The page of a user."""
    return seen_user(simulator, database)


def test_lines_are_one_part_and_tickets_are_parts_of_their_own() -> None:
    text = "a\n\tb\n\u202e SUP-1\n" + "a\n" * 999
    assert list(note_parts(text)) == [
        ("a\n\tb\n⟨U+202E⟩ ", False),
        ("SUP-1", True),
        ("\n" + "a\n" * 999, False),
    ]


def test_a_timeline_shows_the_beginning_of_a_long_note_and_links_to_the_whole(
    support: Visitor, user: str
) -> None:
    support.post(f"{user}/notes", {"note": "line\n" * 2_000})
    part = support.fragment(f"{user}/timeline?kind=notes", "timeline")
    assert part.text.count("line\n") <= LINES
    assert f'href="{user}/notes/1">Show the whole note' in part.text
    assert support.get(f"{user}/notes/1").text.count("line\n") > 1_900
    support.post(f"{user}/notes", {"note": "a short note"})
    part = support.fragment(f"{user}/timeline?kind=notes", "timeline")
    assert f'href="{user}/notes/2"' not in part.text


def test_the_last_texts_of_a_note_are_shown_and_that_there_are_older_ones(
    support: Visitor, user: str
) -> None:
    note = add(support, user, "text 0.")
    for number in range(1, EARLIER + 2):
        sent = {"note": f"text {number}.", "revision": str(number)}
        support.post(f"{user}/notes/{note}/edit", sent)
        if number == EARLIER:
            assert "Older ones exist" not in support.get(f"{user}/notes/{note}").words
    page = support.get(f"{user}/notes/{note}")
    assert "These are the last 50 texts. Older ones exist, but aren’t shown." in page.words
    assert "text 1." in page.words
    assert "text 0." not in page.words
