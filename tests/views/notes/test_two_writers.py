"""Two people write on one user, or one person in two windows: nothing is lost."""

import re

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages.notes import add, card, post_by_htmx, revision, seen_user, typed
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


def test_two_people_who_write_keep_both_notes_and_the_second_is_told(
    support: Visitor, luis: Visitor, user: str
) -> None:
    add(support, user, "an earlier note")
    seen = re.search(r'name="seen"\s+value="(\d+)"', luis.get(user).text)
    assert seen
    add(support, user, "Asked by phone")
    told = "added a note while you were writing."
    sent = {"note": "Asked by email", "seen": seen[1]}
    luis.post(f"{user}/notes", sent)
    words = card(luis.get(user))
    assert told in words
    assert words.index("Asked by email") < words.index("Asked by phone")
    assert told not in card(luis.get(user))
    assert told in card(post_by_htmx(luis, user, sent))
    assert told not in card(support.get(user))


def test_two_changes_of_one_note_lose_neither_text(app: Flask, hire: Hire, user: str) -> None:
    """One person at two browsers."""
    email, password = hire(Role.SUPPORT)
    here, there = Visitor(app), Visitor(app)
    for visitor in (here, there):
        visitor.log_in(email, password)
    note = add(here, user, WORDS)
    address = f"{user}/notes/{note}"
    old = revision(there.get(address))
    here.post(f"{address}/edit", {"note": "Changed here", "revision": old})
    page = there.post(f"{address}/edit", {"note": "Changed there", "revision": old}, status=409)
    assert "You changed this note in the meantime." in page.words
    assert "Changed here" in page.words
    assert typed(page) == "Changed there"
    there.post(f"{address}/delete", {"revision": old}, status=409)
    there.post(f"{address}/edit", {"note": "Changed there", "revision": revision(page)})
    texts = there.get(address).words
    assert all(text in texts for text in (WORDS, "Changed here", "Changed there"))
    here.post(f"{address}/delete", {"revision": revision(here.get(address))})
    lost = there.post(f"{address}/edit", {"note": "Too late", "revision": "3"}, status=409)
    assert "You deleted this note in the meantime." in lost.words
    assert typed(lost) == "Too late"
    assert f'action="{user}/notes"' in lost.text
