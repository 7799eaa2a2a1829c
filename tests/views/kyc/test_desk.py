"""The KYC desk: what was started here, who is pending at the API, and links from elsewhere."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.staff import members as staff
from dashboard.store.users import sightings
from dashboard.store.users.sightings import SeenFacts
from tests.support.browsing import Page, Visitor
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.each_on_postgres

LINK = "https://inquiry.withpersona.com/verify?inquiry-id=inq_{}"


@dataclass
class Memory:
    """KYC rows of a test."""

    database: Database

    def started(
        self,
        name: str,
        hours_ago: float,
        state: InquiryState = InquiryState.HELD,
        *,
        status: str | None = "pending",
        source: InquirySource = InquirySource.HERE,
        user_id: UUID | None = None,
    ) -> UUID:
        user = user_id or uuid4()
        at = datetime.now(UTC) - timedelta(hours=hours_ago)
        held = state is InquiryState.HELD
        inquiry = Inquiry(
            user_id=user,
            state=state,
            started_at=at,
            source=source,
            inquiry_id=f"inq_{name}" if held else None,
            verification_url=LINK.format(name) if held else None,
        )
        with self.database.write() as connection:
            who = staff.every(connection)[0].id if source is InquirySource.HERE else None
            inquiries.add(connection, inquiry, who)
            if status:
                facts = SeenFacts(user, f"{name}@example.com", status, "CO", None, None)
                sightings.record(connection, [facts], datetime.now(UTC))
        return user


@pytest.fixture
def memory(support: Visitor, database: Database) -> Memory:
    assert support
    return Memory(database)


def names(page: Page) -> list[str]:
    """Return the first words of the emails in the table, in their order."""
    return re.findall(r"([a-z]+)<wbr>@example\.com</bdi></a>", page.text)


def test_the_oldest_overdue_comes_first_and_who_is_settled_is_not_there(
    support: Visitor, memory: Memory, simulator: RunningSimulator
) -> None:
    memory.started("fresh", 3)
    memory.started("older", 50)
    memory.started("overdue", 26)
    memory.started("elsewhere", 30, InquiryState.ELSEWHERE)
    memory.started("unknown", 1, InquiryState.UNKNOWN)
    memory.started("done", 90, status="active")
    page = support.get("/kyc")
    assert names(page) == ["older", "overdue", "elsewhere", "fresh", "unknown"]
    assert simulator.requests() == []
    for chip in (
        "All waiting 5",
        "probably expired 2",
        "elsewhere 1",
        "not confirmed 1",
        "pending 1",
    ):
        assert chip in page.words
    assert names(support.get("/kyc?lane=settled")) == ["done"]
    assert names(support.get("/kyc?lane=expired")) == ["older", "overdue"]


def test_each_row_offers_what_can_be_done(support: Visitor, memory: Memory) -> None:
    memory.started("fresh", 3)
    assert (
        f'data-copy="{LINK.format("fresh")}" data-copied="Link for fresh@example.com copied"'
        in support.get("/kyc").markup
    )
    memory.started("overdue", 26)
    expired = support.get("/kyc?lane=expired")
    assert "Copy link: overdue@example.com" in expired.text
    assert "Message for Qash: overdue@example.com" in expired.text
    assert "Inquiry ID: inq_overdue" in expired.text
    user = memory.started("lost", 1, InquiryState.UNKNOWN)
    assert f'href="/users/{user}" aria-label="Check now: lost@' in support.get("/kyc").markup


def test_one_user_is_one_row_by_what_tells_most(support: Visitor, memory: Memory) -> None:
    user = memory.started("ana", 30, InquiryState.UNKNOWN)
    memory.started("ana", 3, user_id=user)
    memory.started("ana", 1, InquiryState.ELSEWHERE, user_id=user)
    page = support.get("/kyc")
    assert names(page) == ["ana"]
    assert "All waiting 1" in page.words
    assert "Copy link: ana@example.com" in page.text


def test_our_own_link_leads_before_one_that_was_imported(support: Visitor, memory: Memory) -> None:
    user = memory.started("ours", 5)
    memory.started("imported", 1, user_id=user, source=InquirySource.IMPORTED)
    assert LINK.format("ours") in support.get("/kyc").text
    assert LINK.format("imported") not in support.get("/kyc").text


def test_who_was_never_seen_and_what_was_imported_is_said_so(
    support: Visitor, memory: Memory
) -> None:
    user = memory.started("new", 2, status=None, source=InquirySource.IMPORTED)
    page = support.get("/kyc")
    assert f"{str(user)[:8]}…" in page.words
    assert "Not seen yet" in page.words
    assert "Imported" in page.words


def test_the_desk_of_one_person(support: Visitor, memory: Memory, log_in: LogIn) -> None:
    memory.started("mine", 3)
    memory.started("theirs", 3, source=InquirySource.IMPORTED)
    with memory.database.read() as connection:
        email = staff.every(connection)[0].email
    log_in(Role.KYC)
    page = support.get(f"/kyc?by={email}")
    assert names(page) == ["mine"]
    assert "All waiting 1" in page.words
    assert "No users match" in support.get("/kyc?by=nobody@example.com").words


@pytest.mark.parametrize("lane", ["", "settled"])
def test_the_pages_follow_each_other_without_a_gap(
    support: Visitor, memory: Memory, lane: str
) -> None:
    letters = "abcdefghijklmnopqrstuvwxyzabcd"
    for number, letter in enumerate(letters):
        memory.started(f"{letter}{'x' * (number // 26)}", number, status="active" if lane else None)
    seen = 0
    path = f"/kyc?lane={lane}" if lane else "/kyc"
    for rows in (25, 5):
        page = support.get(path)
        assert page.text.count('<tr class="go">') == rows
        seen += rows
        path = "".join(re.findall(r'href="([^"]+)"[^>]*rel="next"', page.text)).replace(
            "&amp;", "&"
        )
    assert seen == 30
    assert path == ""


def test_an_empty_desk_says_why_it_is_empty(support: Visitor, memory: Memory) -> None:
    assert "No KYC started here yet" in support.get("/kyc").words
    memory.started("done", 90, status="active")
    assert "No one is waiting" in support.get("/kyc").words
    assert "No users match" in support.get("/kyc?lane=expired").words


@pytest.mark.parametrize(
    "query", ["lane=x", "after=x", "view=x", "nonsense=1", "lane=fresh&lane=x", "after=1_0"]
)
def test_what_is_no_filter_is_named(support: Visitor, query: str) -> None:
    assert (
        f"We can’t use these parts of the address: {query.split('=', maxsplit=1)[0]}"
        in support.get(f"/kyc?{query}").words
    )


def test_who_is_pending_at_the_api_is_marked_with_what_we_know(
    support: Visitor, memory: Memory, simulator: RunningSimulator
) -> None:
    first, second, *_ = (u for u in simulator.users() if u["status"] == "pending")
    memory.started("ana", 30, user_id=UUID(first["id"]), status=None)
    page = support.get("/kyc?view=pending")
    (call,) = simulator.requests()
    assert "status=pending" in call.query
    assert first["email"] in page.words
    assert "Link probably expired" in page.words
    assert (
        f'href="/users/{second["id"]}/kyc" aria-label="Start KYC: {second["email"]}"' in page.markup
    )
    assert f'href="/users/{second["id"]}/kyc/link"' in page.text
    assert f'href="/users/{first["id"]}/kyc/link"' not in page.text
    assert "1–20 of" in page.words
    assert 'rel="next"' in page.text


def test_an_ignored_status_filter_shows_each_status(
    support: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_rivals(ignored_filters=["status"])
    page = support.get("/kyc?view=pending")
    assert "This list includes users with another status" in page.words
    active = next(u for u in simulator.users()[:20] if u["status"] == "active")
    assert f"Start KYC: {active['email']}" not in page.text


def test_the_desk_works_while_the_api_is_down(
    support: Visitor, memory: Memory, simulator: RunningSimulator
) -> None:
    memory.started("ana", 30)
    simulator.set_faults([{"status": 503}])
    assert names(support.get("/kyc")) == ["ana"]
    failed = support.fragment("/kyc?view=pending", "lanes", status=503)
    assert 'id="lanes"' in failed.text


def test_a_viewer_may_neither_copy_a_link_nor_start_or_import(
    log_in: LogIn, memory: Memory, simulator: RunningSimulator
) -> None:
    viewer = log_in(Role.VIEWER)
    memory.started("ana", 3)
    pending = viewer.get("/kyc?view=pending").words
    assert "Copy link" not in viewer.get("/kyc").words + pending
    assert "Start KYC" not in pending
    assert "Import link" not in pending
    viewer.get(f"/users/{simulator.users()[0]['id']}/kyc/link", status=403)
