"""Contacts in a row of the same kind by one person within a day are one row of a story."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from dashboard.services.story.keys import write_key
from dashboard.store.contacts import log
from dashboard.store.contacts.kinds import ContactKind
from dashboard.store.db.database import Database
from dashboard.store.story.events import EventKey, Source
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.views.story.test_story import OTHER, events, link, user_id

__all__ = ["user_id"]


class Log:
    """The contact log of one user."""

    def __init__(self, database: Database, user_id: UUID, now: datetime) -> None:
        self._database = database
        self._user_id = user_id
        self._now = now

    def add(self, hours_ago: float, kind: ContactKind = ContactKind.LINK_COPIED) -> str:
        """Note a contact; return the address of its event."""
        at = self._now - timedelta(hours=hours_ago)
        with self._database.write() as connection:
            number = log.add(connection, self._user_id, OTHER, kind, at)
        return write_key(EventKey(at, Source.CONTACT, number))


@pytest.fixture
def contacts(database: Database, clock: TestClock, support: Visitor, user_id: UUID) -> Log:
    support.get(f"/users/{user_id}")
    return Log(database, user_id, clock())


def test_a_row_has_how_often_and_the_last_time(
    support: Visitor, contacts: Log, user_id: UUID
) -> None:
    contacts.add(5, ContactKind.CODE_SHOWN)
    contacts.add(4)
    contacts.add(3)
    last = contacts.add(1)
    part = support.fragment(f"/users/{user_id}/timeline?kind=contacts", "timeline")
    assert len(events(part)) == 2
    assert events(part)[0] == last
    assert part.words.count("copied the link") == 1
    assert "3 times since" in part.words
    assert "1 hour ago" in part.words


def test_another_kind_or_a_day_in_between_starts_a_new_row(
    support: Visitor, contacts: Log, user_id: UUID
) -> None:
    for hours_ago in (60, 50, 27):
        contacts.add(hours_ago)
    contacts.add(26, ContactKind.CODE_SHOWN)
    contacts.add(25)
    part = support.fragment(f"/users/{user_id}/timeline?kind=contacts", "timeline")
    assert len(events(part)) == 4
    assert re.search(r"2 times since \d+ \w+, \d\d:\d\d", part.words)


def test_the_address_of_each_contact_marks_the_row_that_includes_it(
    support: Visitor, contacts: Log, user_id: UUID
) -> None:
    first, last = contacts.add(2), contacts.add(1)
    for wanted in (first, last):
        page = support.get(f"/users/{user_id}?event={wanted}")
        marked = re.findall(r'<li id="e-([\w-]+)"[^>]* aria-current="true"', page.markup)
        assert marked == [last]
        assert page.markup.count(f'id="e-{wanted}"') == 1


def test_links_lead_through_every_contact_once(
    support: Visitor, contacts: Log, user_id: UUID
) -> None:
    for place in range(40):
        contacts.add(1 + place / 10)
    page = support.get(f"/users/{user_id}?kind=contacts")
    assert len(events(page)) == 1
    assert "30 times since" in page.words
    older = support.get(link(page, "Show older"))
    assert len(events(older)) == 1
    assert "10 times since" in older.words
