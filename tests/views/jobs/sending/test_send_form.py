"""The form of emails to many users: bad input, limits, and a list that changed."""

from uuid import UUID

import pytest
from sqlalchemy import func, select

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import jobs
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.many.sending import (
    PATH,
    Waiting,
    check,
    fields_of,
    listed,
)
from tests.support.people import LogIn
from tests.support.sampling import all_of

pytestmark = pytest.mark.on_postgres


def count_jobs(database: Database) -> int:
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(jobs)).scalar_one()


@all_of(
    "fields,said",
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
    clock.advance(minutes=10)  # bea was contacted more than 24 hours ago now
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
        assert "About 1 hour" in page.words


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
