"""Every row of the next-action table, from stored rows to the page."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.staff import members as staff
from dashboard.store.staff.members import StaffMember
from dashboard.store.users import sightings
from dashboard.store.users.sightings import SeenFacts
from tests.support.browsing import Visitor
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

LINK = "https://inquiry.withpersona.com/verify?inquiry-id=inq_Hq7TzVb3LdKx9PfNc2WmRs8JyUa4Eg"

LINK_OUT = 'rel="noopener noreferrer" target="_blank"'


class Case:
    """A pending user, with rows to be stored."""

    def __init__(self, support: Visitor, simulator: RunningSimulator, database: Database) -> None:
        self.support = support
        self.simulator = simulator
        self.database = database
        self.id = UUID(next(u["id"] for u in simulator.users() if u["status"] == "pending"))

    def started(
        self,
        state: InquiryState,
        hours_ago: float,
        *,
        url: str | None = LINK,
        source: InquirySource = InquirySource.HERE,
    ) -> None:
        held = state is InquiryState.HELD
        row = Inquiry(
            user_id=self.id,
            state=state,
            started_at=datetime.now(UTC) - timedelta(hours=hours_ago),
            source=source,
            inquiry_id="inq_Hq7TzVb3LdKx9PfNc2WmRs8JyUa4Eg" if held else None,
            verification_url=url if held else None,
            request_id="r-77",
        )
        with self.database.write() as connection:
            who = staff.every(connection)[0]
            inquiries.add(connection, row, who.id if source is InquirySource.HERE else None)

    def status(self, word: str) -> None:
        self.simulator.set_status(str(self.id), word)

    def next_step(self) -> str:
        return self.support.fragment(f"/users/{self.id}", "next").words

    def html(self) -> str:
        return self.support.fragment(f"/users/{self.id}", "next").text


@pytest.fixture
def case(
    support: Visitor,
    simulator: RunningSimulator,
    database: Database,
    only_member: StaffMember,  # noqa: ARG001  who started what
) -> Case:
    return Case(support, simulator, database)


def test_pending_without_a_known_start(case: Case) -> None:
    assert "KYC not started" in case.next_step()
    assert "KYC can be started only once" in case.next_step()
    assert f'href="/users/{case.id}/kyc"' in case.html()


def test_a_role_that_may_not_start_kyc_is_told_who_may(case: Case, log_in: LogIn) -> None:
    said = log_in(Role.VIEWER).fragment(f"/users/{case.id}", "next").words
    assert "Ask someone with the Support role." in said
    assert "Ask someone with the Support role." not in case.next_step()


def test_pending_with_a_fresh_link(case: Case) -> None:
    case.started(InquiryState.HELD, 3)
    said = case.next_step()
    assert "Waiting for identity verification" in said
    assert "You started KYC 3 hours ago." in said
    assert "Copy link" in said
    assert "Open link (opens in a new tab)" in said
    assert f'href="{LINK}" rel="noopener noreferrer"' in case.html()


def test_pending_with_a_link_that_has_likely_expired(case: Case) -> None:
    case.started(InquiryState.HELD, 26)
    said = case.next_step()
    assert "Verification link probably expired" in said
    assert "Copy link" in said
    assert "Copy message" in said
    assert "has probably expired. Could you send us a new one?" in said
    assert "Inquiry ID: inq_Hq7TzVb3LdKx9PfNc2WmRs8JyUa4Eg" in said
    assert "Request ID of the KYC start: r-77" in said
    assert str(case.id) in said


def test_a_link_is_fresh_until_the_setting(case: Case) -> None:
    case.started(InquiryState.HELD, 23.9)
    assert "Waiting for identity verification" in case.next_step()


def test_a_link_has_likely_expired_after_the_setting(case: Case) -> None:
    case.started(InquiryState.HELD, 24.1)
    assert "Verification link probably expired" in case.next_step()


def test_pending_and_started_elsewhere(case: Case) -> None:
    case.started(InquiryState.ELSEWHERE, 1)
    said = case.next_step()
    assert "KYC started elsewhere" in said
    assert "so we don’t have the link" in said
    assert "Could you send it to us, or tell us who has it?" in said
    assert "Copy message" in said
    assert f'href="/users/{case.id}/kyc/link"' in case.html()


def test_pending_with_an_unknown_outcome(case: Case) -> None:
    case.started(InquiryState.UNKNOWN, 2)
    said = case.next_step()
    assert "KYC start not confirmed" in said
    assert "We got no response when you started KYC 2 hours ago, so it may have started." in said
    assert "trying again will say “already in progress”." in said
    assert "Check now" in said
    assert f'href="/users/{case.id}/kyc?again=1"' in case.html()


def test_a_link_that_we_hold_is_shown_whatever_came_after_it(case: Case) -> None:
    case.started(InquiryState.HELD, 3)
    case.started(InquiryState.ELSEWHERE, 1)
    assert "Waiting for identity verification" in case.next_step()
    assert LINK in case.support.get(f"/users/{case.id}").text


def test_a_409_after_a_lost_answer_of_ours_was_most_likely_our_own_start(case: Case) -> None:
    case.started(InquiryState.UNKNOWN, 3)
    case.started(InquiryState.ELSEWHERE, 1)
    said = case.next_step()
    assert "KYC started, no link" in said
    assert "Our start probably went through" in said
    assert "KYC started, no response: 20" in said
    assert "elsewhere" not in said
    told = case.support.fragment(f"/users/{case.id}", "timeline").words
    assert "probably because of our earlier start" in told
    assert "but it was already in progress" not in told.replace(
        "but it was already in progress, probably", ""
    )


def test_a_lost_answer_after_a_409_explains_nothing(case: Case) -> None:
    case.started(InquiryState.ELSEWHERE, 3)
    case.started(InquiryState.UNKNOWN, 1)
    assert "KYC started elsewhere" in case.next_step()


def test_active_says_since_when_and_what_was_before(case: Case) -> None:
    facts = SeenFacts(case.id, "x@example.com", "pending", None, None, None)
    with case.database.write() as connection:
        sightings.record(connection, [facts], datetime(2026, 6, 3, 14, 17, tzinfo=UTC))
    case.status("active")
    said = case.next_step()
    assert "Can operate" in said
    assert "Active since today at " in said
    assert re.search(r"or earlier; on 3 Jun( 2026)? at 14:17 the status was still pending\.", said)
    assert not re.search("Copy link|Message for Qash", said)


@pytest.mark.parametrize(
    ("word", "heading", "question"),
    [
        ("suspended", "Suspended: can’t operate", "Could you tell us why, and what would lift"),
        ("banned", "Banned permanently", "Could you tell us why?"),
        ("frozen", "Status “frozen”", "Could you tell us what it means?"),
    ],
)
def test_who_cannot_operate_gets_a_message_for_qash(
    case: Case, word: str, heading: str, question: str
) -> None:
    case.status(word)
    said = case.next_step()
    assert heading in said
    assert question in said
    assert "Copy message" in said
    assert f"Status: {word}" in said
    assert "What to tell the user" in said


def test_the_message_for_qash_is_in_the_readers_language_and_in_english(case: Case) -> None:
    case.started(InquiryState.HELD, 26)
    english = "Could you send us a new one?"
    assert case.next_step().count(english) == 1
    case.support.post("/account", {"name": "Ana", "language": "es"})
    said = case.next_step()
    assert "¿Pueden enviarnos uno nuevo?" in said
    assert f"ID de usuario: {case.id}" in said
    assert said.count(english) == 1
    assert f"User ID: {case.id}" in said


def test_the_timeline_tells_what_was_done_and_seen(case: Case) -> None:
    case.support.get(f"/users/{case.id}")
    case.started(InquiryState.HELD, 0.01, source=InquirySource.IMPORTED)
    case.status("active")
    case.support.get(f"/users/{case.id}")
    said = case.support.fragment(f"/users/{case.id}", "timeline").words
    assert "Status changed from pending to active" in said
    assert (
        "KYC was started by your company’s backend, and its verification link was imported here"
        in said
    )
    assert said.index("active") < said.index("First status seen: pending")
