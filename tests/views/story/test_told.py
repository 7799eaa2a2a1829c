"""Each action on a user is told on their page by a sentence of its own, with what it was about."""

import re
from dataclasses import replace
from uuid import UUID

from dashboard.services.permissions import Role
from dashboard.store.audit import chain as audit
from dashboard.store.audit.chain import Chain, NewEntry, Outcome
from dashboard.store.contacts import log as contacts
from dashboard.store.contacts.kinds import ContactKind
from dashboard.store.db.database import Database
from dashboard.web.rendering.words.action_sentences import TOLD
from dashboard.web.rendering.words.user_sentences import TOLD_HERE
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.story.test_story import OTHER, user_id

__all__ = ["user_id"]


def told(reader: Visitor, user_id: UUID, kind: str) -> str:
    return reader.fragment(f"/users/{user_id}/timeline?kind={kind}", "timeline").words


def test_a_sentence_that_names_a_user_has_one_for_the_user_s_own_page() -> None:
    naming = {action for action, each in TOLD.items() if "%(user)s" in str(each.by_you)}
    assert naming <= set(TOLD_HERE)


def test_a_hand_over_is_told_with_whom_it_is_for_and_its_note(
    support: Visitor, log_in: LogIn, hire: Hire, user_id: UUID
) -> None:
    email, _ = hire(Role.KYC, email="diego@example.com")
    support.get(f"/users/{user_id}")
    sent = {"owner": email, "note": "Out on Monday. Prefers a call."}
    support.post(f"/users/{user_id}/owner", sent, status=303)
    for reader, is_masked in ((support, False), (log_in(Role.VIEWER), True)):
        words = told(reader, user_id, "follow_up")
        assert "assigned the user" in words
        assert "To Ana Martins" in words
        assert (sent["note"] in words) is not is_masked


def test_a_status_is_told_with_the_days_it_changed_between(
    log_in: LogIn, simulator: RunningSimulator, clock: TestClock, user_id: UUID
) -> None:
    log_in(Role.SUPPORT).get(f"/users/{user_id}")
    clock.advance(hours=50)
    simulator.set_status(str(user_id), "active")
    words = log_in(Role.SUPPORT).get(f"/users/{user_id}").words
    assert re.search(r"Between \d+ \w+, \d\d:\d\d and today at \d\d:\d\d", words)


def test_each_contact_is_told_by_a_sentence_of_its_own(
    support: Visitor, log_in: LogIn, database: Database, clock: TestClock, user_id: UUID
) -> None:
    support.get(f"/users/{user_id}")
    kinds = [each for each in ContactKind if not each.is_email]
    with database.write() as connection:
        for kind in kinds:
            contacts.add(connection, user_id, OTHER, kind, clock())
    part = log_in(Role.VIEWER).fragment(f"/users/{user_id}/timeline?kind=contacts", "timeline")
    sentences = re.findall(r'<li id="e-[^>]*>.*?</svg><span>(.*?)</span>', part.markup)
    assert len(set(sentences)) == len(kinds)
    assert sum("noted another contact" in each for each in sentences) == 1


def test_a_tag_is_told_by_its_name(
    support: Visitor, database: Database, chain: Chain, clock: TestClock, user_id: UUID
) -> None:
    subject = ("user", str(user_id))
    entry = NewEntry(clock(), "tags:set", Outcome.SUCCEEDED, OTHER, *subject)
    with database.write() as connection:
        audit.append(connection, chain, replace(entry, details={"tag": "call after 16:00"}))
    assert "call after 16:00" in told(support, user_id, "follow_up")
