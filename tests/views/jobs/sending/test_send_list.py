"""The list of who gets their link by email: previewed, with who is left out and why."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.kyc.states import InquiryState
from dashboard.store.schema import jobs
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.sending import (
    PATH,
    Waiting,
    check,
    fields_of,
    link_of,
    listed,
    reasons,
)
from tests.support.people import LogIn
from tests.support.servers.mail_server import Inbox
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.each_on_postgres


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


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"users": "ana@example.com"}, "“ana@example.com” isn’t a user ID."),
        ({"users": "<script>"}, "“<script>” isn’t a user ID."),
        ({"users": "x" * 40_200}, "Use at most 40000 characters."),
        ({"users": " ".join(str(UUID(int=n)) for n in range(201))}, "there are 201."),
        ({"since": "at"}, "Enter a date and time, such as 2026-06-12T09:30."),
        ({"since": "at", "at": "soon"}, "Enter a date and time, such as 2026-06-12T09:30."),
        ({"since": "at", "at": "2999-01-01T10:00"}, "Enter a date and time in the past."),
        ({"since": "at", "at": "0001-01-01T00:00"}, "Enter a date and time in the past."),
        ({"since": "yesterday"}, "Choose a time."),
    ],
)
def test_bad_input_is_told_beside_its_field_and_stays(
    kyc: Visitor, waiting: Waiting, fields: dict[str, str], said: str
) -> None:
    waiting.add("ana")
    page = check(kyc, status=422, **fields)
    assert said in page.words
    assert listed(page) == []
    if len(typed := fields.get("users", "")) < 100:
        assert typed in page.words


def test_a_time_that_does_not_count_is_not_looked_at(kyc: Visitor, waiting: Waiting) -> None:
    waiting.add("ana")
    assert listed(check(kyc, since="3d", at="soon")) == ["ana"]


def test_a_list_that_changed_is_shown_again_and_nothing_is_started(
    kyc: Visitor, waiting: Waiting, database: Database
) -> None:
    waiting.add("ana")
    waiting.add("bea")
    fields = fields_of(check(kyc))
    waiting.contact("bea", 0)
    page = kyc.post(PATH, fields, status=422)
    assert "The list has changed since you checked it." in page.words
    assert listed(page) == ["ana"]
    assert count_jobs(database) == 0
    kyc.post(PATH, fields_of(page), status=303)
    assert count_jobs(database) == 1


@pytest.mark.parametrize(
    "changed", [{"since": "7d"}, {"users": str(UUID(int=1))}, {"cut": "24h x"}]
)
def test_other_choices_than_those_shown_are_shown_first(
    kyc: Visitor, waiting: Waiting, database: Database, changed: dict[str, str]
) -> None:
    waiting.add("ana")
    page = kyc.post(PATH, fields_of(check(kyc)) | changed, status=422)
    assert "The list has changed since you checked it." in page.words
    assert count_jobs(database) == 0


def test_a_text_that_changed_is_shown_again(
    kyc: Visitor, waiting: Waiting, log_in: LogIn, database: Database
) -> None:
    waiting.add("ana")
    fields = fields_of(check(kyc))
    text = {"language": "es", "revision": "0", "subject": "Nuevo", "body": "Hola\n{link}\n"}
    log_in(Role.ADMIN).post("/settings/texts/link_fresh", text)
    page = kyc.post(PATH, fields, status=422)
    assert "Nuevo" in page.words
    assert count_jobs(database) == 0


def test_the_list_stays_the_same_while_it_is_read(
    kyc: Visitor, waiting: Waiting, clock: TestClock
) -> None:
    waiting.add("ana")
    waiting.add("bea")
    waiting.contact("bea", 23.99)
    fields = fields_of(check(kyc))
    clock.advance(minutes=10)  # 24 hours before now, bea was contacted no longer
    kyc.post(PATH, fields, status=303)


class TestLimits:
    """A job has three rows at most, and two emails may be sent within an hour."""

    @pytest.fixture
    def settings(self, settings: dict[str, str]) -> dict[str, str]:
        return settings | {"JOB_ROWS": "3", "USER_MAILS_PER_HOUR": "2"}

    def test_more_users_than_a_job_has_rows_are_not_listed(
        self, kyc: Visitor, waiting: Waiting
    ) -> None:
        for number in range(4):
            waiting.add(f"u{number}", 9 - number)
        page = check(kyc)
        assert listed(page) == ["u0", "u1", "u2"]
        assert "The list has the first 3, those who have waited longest." in page.words
        ids = "\n".join(map(str, waiting.ids.values()))
        page = check(kyc, users=ids, status=422)
        assert "Use at most 3 users at a time: there are 4." in page.words

    def test_the_page_says_how_long_the_job_takes(self, kyc: Visitor, waiting: Waiting) -> None:
        for name in ("ana", "bea", "carl"):
            waiting.add(name)
        page = check(kyc)
        assert "2 of 2 emails left, for all staff together" in page.words
        assert "About 60 minutes" in page.words


class TestProduction:
    """Production asks for the number of emails."""

    @pytest.fixture
    def settings(self, settings: dict[str, str]) -> dict[str, str]:
        return settings | {"DASHBOARD_ENVIRONMENT": "production"}

    def test_the_number_of_emails_is_typed(
        self, kyc: Visitor, waiting: Waiting, database: Database
    ) -> None:
        waiting.add("ana")
        fields = fields_of(check(kyc))
        page = kyc.post(PATH, fields | {"confirm": "2"}, status=422)
        assert "Enter the number of emails that you’re sending: 1." in page.words
        assert count_jobs(database) == 0
        kyc.post(PATH, fields_of(page) | {"confirm": "1"}, status=303)
        assert count_jobs(database) == 1


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
