"""Each action on a user is told on their page by a sentence of its own, with what it was about."""

import re
from dataclasses import replace
from uuid import UUID

from flask import Flask

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
from tests.views.story.test_story import OTHER, user_id

__all__ = ["user_id"]


def told(reader: Visitor, user_id: UUID, kind: str) -> str:
    return reader.fragment(f"/users/{user_id}/timeline?kind={kind}", "timeline").words


def test_a_sentence_that_names_a_user_has_one_for_the_user_s_own_page() -> None:
    naming = {action for action, each in TOLD.items() if "%(user)s" in str(each.by_you)}
    assert naming <= set(TOLD_HERE)


def test_a_hand_over_is_told_with_whom_it_is_for_and_its_note(
    support: Visitor, log_in: LogIn, app: Flask, hire: Hire, user_id: UUID
) -> None:
    email, password = hire(Role.KYC, email="diego@example.com")
    new_owner = Visitor(app)
    new_owner.log_in(email, password)
    support.get(f"/users/{user_id}")
    sent = {"owner": email, "note": "Out on Monday. Prefers a call."}
    support.post(f"/users/{user_id}/owner", sent, status=303)
    for reader, sentence, is_masked in (
        (support, "You assigned the user to Ana Martins", False),
        (new_owner, r"Ana Martins · \S+ assigned the user to you", False),
        (log_in(Role.VIEWER), r"Ana Martins · \S+ assigned the user to Ana Martins", True),
    ):
        words = told(reader, user_id, "follow_up")
        assert re.search(sentence, words)
        assert (sent["note"] in words) is not is_masked


def test_who_takes_a_user_is_told_as_their_owner_and_who_was_it_before(
    support: Visitor, log_in: LogIn, user_id: UUID
) -> None:
    kyc = log_in(Role.KYC)
    support.get(f"/users/{user_id}")
    support.post(f"/users/{user_id}/owner", {"owner": "me"}, status=303)
    assert "You became the owner" in told(support, user_id, "follow_up")
    assert "Owner before" not in told(support, user_id, "follow_up")
    seen = re.search(r'name="seen" value="(\d+)"', kyc.get(f"/users/{user_id}/owner").text)
    assert seen
    kyc.post(f"/users/{user_id}/owner", {"owner": "me", "seen": seen[1]}, status=303)
    words = told(support, user_id, "follow_up")
    assert re.search(r"Ana Martins · \S+ became the owner", words)
    assert "Owner before: Ana Martins" in words


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
    assert "set the tag call after 16:00" in told(support, user_id, "follow_up")
