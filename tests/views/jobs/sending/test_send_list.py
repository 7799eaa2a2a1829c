"""The list of who gets their link by email: previewed, with who is left out and why."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.kyc.states import InquiryState
from dashboard.store.schema import jobs
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.many.sending import (
    PATH,
    Waiting,
    check,
    link_of,
    listed,
    reasons,
)
from tests.support.people import LogIn
from tests.support.servers.mail_server import Inbox
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres


def count_jobs(database: Database) -> int:
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(jobs)).scalar_one()


def test_everyone_whose_link_is_active_is_listed_the_longest_wait_first(
    kyc: Visitor, waiting: Waiting, simulator: RunningSimulator, database: Database, inbox: Inbox
) -> None:
    waiting.add("ana", 2)
    waiting.add("bea", 5, preferredLanguage="en")
    waiting.add("carl", 3, preferredLanguage="pt")
    waiting.add("old", 30)
    waiting.add("new", state=None)
    waiting.add("lost", state=InquiryState.ELSEWHERE)
    waiting.add("busy", 4)
    waiting.contact("busy", 1)
    simulator.clear_requests()
    page = check(kyc)
    assert listed(page) == ["bea", "carl", "ana"]
    assert reasons(page) == {"busy": "Called, reached, 1 hour ago"}
    assert "3 to email · 1 left out" in page.words
    assert "Bea Soto" in page.words
    assert "No text in the user’s language" in page.words
    assert simulator.requests() == []
    assert inbox.messages == []
    assert count_jobs(database) == 0


def test_each_chosen_user_is_listed_or_left_out_with_the_reason(
    kyc: Visitor, waiting: Waiting
) -> None:
    waiting.add("fresh")
    waiting.add("old", 30)
    waiting.add("new", state=None)
    waiting.add("elsewhere", state=InquiryState.ELSEWHERE)
    waiting.add("lost", state=InquiryState.UNKNOWN)
    waiting.add("active", status="active")
    waiting.add("bad", state=None)
    waiting.start("bad", 3, InquiryState.HELD, "https://evil.example/verify?inquiry-id=inq_bad")
    waiting.add("called")
    waiting.contact("called", 23)
    several = waiting.add("two", email="v@example.com, e@example.com")
    stranger = uuid4()
    ids = [*map(str, waiting.ids.values()), str(stranger), str(waiting.ids["fresh"])]
    page = check(kyc, users="\n".join(ids))
    assert listed(page) == ["fresh"]
    found = reasons(page)
    assert found["called"].startswith("Called, reached, 23 hours ago")
    assert {name: found[name] for name in ("old", "new", "elsewhere", "lost", "active", "bad")} == {
        "old": "Link probably expired",
        "new": "KYC not started here",
        "elsewhere": "KYC started elsewhere: we don’t have the link",
        "lost": "Start not confirmed",
        "active": "No longer pending",
        "bad": "We have no link that can be opened",
    }
    assert "No single email address" in page.words
    assert f'href="/users/{several}"' in page.text
    assert "We don’t know this user" in page.words
    assert "1 to email · 9 left out" in page.words


def test_who_was_contacted_is_chosen_by_the_time(
    kyc: Visitor, waiting: Waiting, clock: TestClock
) -> None:
    waiting.add("never")
    for name, hours in (("hour", 1), ("two", 48), ("five", 120)):
        waiting.add(name)
        waiting.contact(name, hours)

    def chosen(**fields: str) -> set[str]:
        return set(listed(check(kyc, status=200, **fields)))

    assert chosen() == chosen(since="24h") == {"never", "two", "five"}
    assert chosen(since="3d") == {"never", "five"}
    assert chosen(since="7d") == {"never"}
    assert chosen(since="none") == {"never", "hour", "two", "five"}
    at = (clock() - timedelta(hours=50)).strftime("%Y-%m-%dT%H:%M")
    assert chosen(since="at", at=at) == {"never", "five"}


def test_a_time_is_one_of_the_zone_of_who_types_it(
    kyc: Visitor, waiting: Waiting, clock: TestClock
) -> None:
    kyc.post("/account", {"name": "Ana", "time_zone": "America/Bogota", "locale": "en"}, status=303)
    waiting.add("ana")
    waiting.contact("ana", 3)
    four_hours_ago = (clock() - timedelta(hours=5 + 4)).strftime("%Y-%m-%dT%H:%M")
    two_hours_ago = (clock() - timedelta(hours=5 + 2)).strftime("%Y-%m-%dT%H:%M")
    assert listed(check(kyc, since="at", at=four_hours_ago)) == []
    assert listed(check(kyc, since="at", at=two_hours_ago)) == ["ana"]


def test_the_message_is_shown_as_it_will_be_sent_without_a_real_link(
    kyc: Visitor, waiting: Waiting
) -> None:
    waiting.add("ana")
    page = check(kyc)
    assert "Message in Spanish" in page.words
    assert "Hola, Ana:" in page.words
    assert "inquiry-id=inq_0000000000" in page.words
    assert "Message in English" not in page.words
    assert link_of("ana") not in page.text
    assert "inq_ana" not in page.text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPPORT, Role.ONBOARDING, Role.ISSUER])
def test_no_one_without_the_permission_sends_to_many(log_in: LogIn, role: Role) -> None:
    visitor = log_in(role)
    visitor.get(PATH, status=403)
    visitor.post(PATH, {"do": "check"}, status=403)
    assert PATH not in visitor.get("/kyc?lane=link_fresh").text


def test_the_desk_and_the_jobs_lead_to_it(kyc: Visitor) -> None:
    assert f'href="{PATH}"' in kyc.get("/kyc?lane=link_fresh").text
    assert f'href="{PATH}"' not in kyc.get("/kyc").text
    assert f'href="{PATH}"' in kyc.get("/jobs").text
    assert "Check list" in kyc.get(PATH).words


class TestOff:
    """No sender for users is set: the page is not there."""

    @pytest.fixture
    def settings(self, settings: dict[str, str]) -> dict[str, str]:
        return settings | {"USER_MAIL_FROM": ""}

    def test_there_is_no_page_and_no_control(self, kyc: Visitor) -> None:
        kyc.get(PATH, status=404)
        kyc.post(PATH, {"do": "check"}, status=404)
        for path in ("/kyc?lane=link_fresh", "/jobs"):
            assert PATH not in kyc.get(path).text


class TestWayOff(TestOff):
    """Emails to users are turned off as a way."""

    @pytest.fixture
    def settings(self, settings: dict[str, str]) -> dict[str, str]:
        return settings | {"CONTACT_WAYS": "code,card"}
