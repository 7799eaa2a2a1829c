"""A user's story on their page: in words, by kind and by key; each event has an address."""

import re
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from tests.support.browsing import Page, Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import KYC, TOKEN, send
from tests.support.pages.stories import SOURCES, leave_story
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.exports.test_exports import CSV

OTHER = 1  # a member of staff who is not the reader
ROUNDS = 9


@pytest.fixture
def user_id(simulator: RunningSimulator) -> UUID:
    return UUID(next(user["id"] for user in simulator.users() if user["status"] == "pending"))


@pytest.fixture
def known(
    database: Database, chain: Chain, clock: TestClock, support: Visitor, user_id: UUID
) -> UUID:
    """A user with a long story, 9 events of each source before they were opened."""
    leave_story(database, chain, user_id, OTHER, ROUNDS * SOURCES, clock() - timedelta(hours=1))
    assert support
    return user_id


def events(page: Page) -> list[str]:
    """Return the addresses of the events on a page."""
    return re.findall(r'<li id="e-([\w-]+)"', page.markup)


def link(page: Page, label: str) -> str:
    found = re.search(rf'<a href="([^"]+)"[^>]*>{label}', page.markup)
    assert found, label
    return unescape(found[1]).partition("#")[0]


def test_the_first_page_has_30_events_and_links_lead_through_all_of_them(
    support: Visitor, known: UUID
) -> None:
    page = support.get(f"/users/{known}")
    found, sizes = events(page), [len(events(page))]
    while "Show older" in page.words:
        page = support.get(link(page, "Show older"))
        found += events(page)
        sizes.append(len(events(page)))
    assert sizes[0] == 30
    assert "The user was registered" in page.words
    assert len(found) == len(set(found)) == ROUNDS * SOURCES + 1
    assert len(events(support.get(link(page, "Show newest")))) == 30


def test_a_part_of_the_story_comes_without_a_call_and_moves_the_address(
    support: Visitor, known: UUID, simulator: RunningSimulator
) -> None:
    path = f"/users/{known}/timeline?kind=contacts"
    simulator.clear_requests()
    part = support.fragment(path, "timeline")
    assert not simulator.requests()
    assert len(events(part)) == part.words.count("called: no answer") == 1
    assert f"{ROUNDS} times since" in part.words
    assert part.headers["HX-Push-Url"] == f"/users/{known}?kind=contacts"
    moved = support.get(path, status=303).headers["Location"]
    assert events(support.get(moved)) == events(part)


def test_chips_count_the_events_of_each_kind_and_only_kinds_that_there_are(
    support: Visitor, known: UUID
) -> None:
    page = support.fragment(f"/users/{known}/timeline", "timeline")
    chips = re.search(r'aria-label="Kind of event">(.*?)</nav>', page.markup)
    assert chips
    told = re.findall(r">([^<>]+) <span class=\"count\">([\d,+]+)", chips[1])
    assert told == [
        ("All", str(ROUNDS * SOURCES)),
        ("KYC", "9"),
        ("Contacts", "9"),
        ("Notes", "9"),
        ("Tokens", "9"),
        ("Views", "18"),
    ]


def test_the_address_of_an_event_opens_the_page_that_holds_it_and_marks_it(
    support: Visitor, known: UUID
) -> None:
    first = support.get(f"/users/{known}")
    newest = events(first)[3]
    older = events(support.get(link(first, "Show older")))[5]
    for wanted in (newest, older):
        shown = support.get(f"/users/{known}?event={wanted}")
        marked = re.findall(r'<li id="e-([\w-]+)"[^>]* aria-current="true"', shown.markup)
        assert marked == [wanted]
    assert events(support.get(f"/users/{known}?event={newest}")) == events(first)


@all_of(
    "asked", ["kind=nothing", "before=now", "event=1-z-1", "event=99999999999999999999-a-1", "k=1"]
)
def test_what_an_address_has_that_is_no_part_of_a_story_is_named(
    support: Visitor, known: UUID, asked: str
) -> None:
    page = support.get(f"/users/{known}?{asked}")
    assert f"We can’t use these parts of the address: {asked.partition('=')[0]}." in page.words
    assert len(events(page)) == 30


def test_the_event_of_someone_else_is_not_shown(
    support: Visitor, known: UUID, simulator: RunningSimulator
) -> None:
    theirs = events(support.get(f"/users/{known}"))[0]
    other = next(user["id"] for user in simulator.users() if user["id"] != str(known))
    page = support.get(f"/users/{other}?event={theirs}")
    assert theirs not in events(page)
    assert 'aria-current="true"' not in re.sub(r"<nav.*?</nav>", "", page.markup)


def test_the_words_of_a_note_are_for_those_who_see_personal_data(
    log_in: LogIn, known: UUID
) -> None:
    path = f"/users/{known}/timeline?kind=notes"
    assert "Note 2" in log_in(Role.SUPPORT).fragment(path, "timeline").words
    for role in (Role.VIEWER, Role.AUDITOR):
        reader = log_in(role)
        told = reader.fragment(path, "timeline")
        assert len(events(told)) == ROUNDS
        assert "Note 2" not in told.text
        revealed = reader.post(f"/users/{known}/reveal?kind=notes", status=200)
        assert "Note 2" in revealed.words


def test_a_token_is_told_with_its_receipt_and_a_start_with_its_inquiry(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    admin = log_in(Role.ADMIN)
    active = next(user for user in simulator.users() if user["status"] == "active")
    send(admin, f"/users/{active['id']}/tokens", TOKEN, status=200)
    told = admin.fragment(f"/users/{active['id']}/timeline?kind=tokens", "timeline").words
    assert "You issued a token" in told
    assert TOKEN["reason"] in told
    assert "Expires" in told
    pending = next(user for user in simulator.users() if user["status"] == "pending")
    send(admin, f"/users/{pending['id']}/kyc", KYC, status=303)
    told = admin.fragment(f"/users/{pending['id']}/timeline?kind=kyc", "timeline").words
    assert told.count("started KYC") == 1
    assert "Inquiry ID" in told


def test_a_link_that_probably_expired_is_told_once_at_the_time_it_did(
    app: Flask, support: Visitor, user_id: UUID, clock: TestClock, database: Database
) -> None:
    started_at = clock() - timedelta(hours=25)
    with database.write() as connection:
        start = Inquiry(user_id, InquiryState.HELD, started_at, inquiry_id="inq_1")
        inquiries.add(connection, start, OTHER)
    path = f"/users/{user_id}/timeline?kind=kyc"
    said = "Verification link probably expired"
    told = support.fragment(path, "timeline")
    assert told.words.count(said) == 1
    assert "24 hours passed and the user was still pending." in told.words
    (address,) = [each for each in events(told) if "-x-" in each]
    assert address.startswith(f"{int((started_at + timedelta(hours=24)).timestamp() * 1_000_000)}")
    older = support.fragment(f"{path}&before={address}", "timeline")
    assert said not in older.words
    assert app


def test_an_export_is_told_to_each_user_whom_it_held(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    kyc = log_in(Role.KYC)
    kyc.get("/users")
    kyc.post("/users/export?status=active", CSV, status=200)
    for status, times in (("active", 1), ("pending", 0)):
        user = next(user for user in simulator.users() if user["status"] == status)
        told = kyc.fragment(f"/users/{user['id']}/timeline", "timeline").words
        assert told.count("The user was in the file") == times, told


def test_an_export_of_the_audit_log_is_told_to_the_users_of_its_entries(
    support: Visitor, log_in: LogIn, simulator: RunningSimulator
) -> None:
    noted, other = (each["id"] for each in simulator.users()[:2])
    for user in (noted, other):
        support.get(f"/users/{user}")
    support.post(f"/users/{noted}/notes", {"note": "Called", "seen": "0"})
    log_in(Role.AUDITOR).post("/audit/export?action=notes:add", CSV, status=200)
    for user, times in ((noted, 1), (other, 0)):
        told = support.fragment(f"/users/{user}/timeline?kind=views", "timeline").words
        assert len(re.findall("exported the audit log.*? The user was in the file", told)) == times
