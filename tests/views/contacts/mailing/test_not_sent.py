"""Emails to users that are not sent, or may have been: each is told, and nothing is lost."""

from uuid import UUID

import pytest
from flask import Flask

from dashboard.services.actions import Action
from dashboard.services.permissions import Role
from tests.support.clock import TestClock
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.dashboard_process import free_port
from tests.support.servers.mail_server import Inbox
from tests.views.contacts.mailing.conftest import Desk, body_of, fields, with_mail


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("550 no such user", "refuses this address (550), so it probably doesn’t exist"),
        ("450 try later", "doesn’t accept email for this address right now (450)"),
    ],
)
def test_a_refused_address_is_told_at_the_button_and_nothing_is_lost(
    desk: Desk, inbox: Inbox, answer: str, said: str
) -> None:
    inbox.refuses = answer
    page = desk.send(desk.open() | {"subject": "Mine", "body": "My own words"}, status=422)
    assert "The email wasn’t sent." in page.words
    assert f"The mail server says: “{answer[4:]}”." in page.words
    assert said in page.words
    kept = fields(page)
    assert (kept["subject"], kept["body"].strip()) == ("Mine", "My own words")
    assert desk.kinds() == []
    assert desk.outcomes() == ["attempted", "rejected"]
    inbox.refuses = None
    desk.send(kept)
    assert body_of(inbox) == "My own words\n"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("554 looks like spam", "refuses this email (554). Change the text"),
        ("451 busy", "can’t take this email right now (451)"),
    ],
)
def test_a_refused_text_is_told_too(desk: Desk, inbox: Inbox, answer: str, said: str) -> None:
    inbox.refuses_text = answer
    assert said in desk.send(desk.open(), status=422).words
    assert desk.outcomes() == ["attempted", "rejected"]


def test_an_email_without_an_answer_may_have_been_sent_and_is_not_sent_again(
    desk: Desk, inbox: Inbox
) -> None:
    inbox.hangs_up = True
    sent = desk.open()
    desk.send(sent)
    said = desk.page().words
    assert "the email may have been sent. We won’t send it again." in said
    assert "Last contact Email not confirmed" in said
    inbox.hangs_up = False
    desk.send(sent)
    assert len(inbox.messages) == 1
    assert desk.kinds() == ["email_unconfirmed"]
    assert desk.outcomes() == ["attempted", "unknown"]


def test_an_email_without_an_answer_holds_up_no_erasure(
    desk: Desk, inbox: Inbox, log_in: LogIn
) -> None:
    inbox.hangs_up = True
    desk.send(desk.open())
    erase = f"/users/{desk.user['id']}/erase"
    sent = {"reason": "asked us to", "confirm": desk.user["email"]}
    log_in(Role.ADMIN).post(erase, sent)
    assert desk.kinds() == []


class TestDown:
    """No mail server listens."""

    @pytest.fixture
    def mail_port(self) -> int:
        return free_port()

    def test_a_server_that_is_down_is_told_and_nothing_is_lost(self, desk: Desk) -> None:
        page = desk.send(desk.open() | {"body": "My own words"}, status=422)
        assert "We can’t reach the mail server." in page.words
        assert fields(page)["body"].strip() == "My own words"
        assert desk.kinds() == []
        assert desk.outcomes() == ["attempted", "rejected"]


@pytest.mark.parametrize(
    "header", ["Hi\nBcc: all@example.com", "Hi\r\nBcc: all@example.com", "Hi\u2028x", "Hi\u202ex"]
)
def test_a_subject_adds_no_header(desk: Desk, inbox: Inbox, header: str) -> None:
    page = desk.send(desk.open() | {"subject": header}, status=422)
    assert "Remove the invisible character" in page.words
    assert inbox.messages == []
    assert desk.outcomes() == []


@all_of(
    "name,value,said",
    [
        ("subject", "", "Enter a subject."),
        ("subject", "x" * 201, "Use at most 200 characters."),
        ("body", "", "Enter a text."),
        ("body", "x" * 10_001, "Use at most 10000 characters."),
    ],
)
def test_bad_input_is_told_beside_its_field(
    desk: Desk, inbox: Inbox, name: str, value: str, said: str
) -> None:
    page = desk.send(desk.open() | {name: value}, status=422)
    assert said in page.words
    assert inbox.messages == []


def test_an_address_that_changed_is_shown_before_anything_is_sent(
    desk: Desk, inbox: Inbox, app: Flask
) -> None:
    intents = app.extensions["services"].attempts.intents
    intent = intents.new(1, Action.CONTACTS_MAIL, UUID(desk.user["id"]), "old@example.com")
    page = desk.send(desk.open() | {"intent": intent, "body": "My own words"}, status=422)
    assert "The user’s address has changed" in page.words
    assert f"Recipient {desk.user['email']}" in page.words
    assert inbox.messages == []
    desk.send(fields(page))
    assert inbox.recipients == [desk.user["email"]]
    assert body_of(inbox) == "My own words\n"


def test_a_user_whose_situation_changed_gets_no_text_of_before(desk: Desk, inbox: Inbox) -> None:
    sent = desk.open()
    desk.simulator.set_status(desk.user["id"], "banned")
    page = desk.send(sent, status=422)
    assert "The user’s situation has changed" in page.words
    assert inbox.messages == []
    desk.send(fields(page))
    assert len(inbox.messages) == 1


def test_who_was_second_is_told_and_may_send_theirs_after_all(
    desk: Desk, inbox: Inbox, log_in: LogIn
) -> None:
    sent = desk.open() | {"body": "My own words"}
    other = log_in(Role.KYC)
    other.post(desk.path, desk.open(other))
    page = desk.send(sent, status=409)
    assert "emailed this user" in page.words
    assert len(inbox.messages) == 1
    desk.send(fields(page))
    assert len(inbox.messages) == 2


def test_the_api_being_down_sends_nothing_and_loses_nothing(desk: Desk, inbox: Inbox) -> None:
    sent = desk.open() | {"body": "My own words"}
    desk.simulator.set_faults([{"status": 503}])
    page = desk.send(sent, status=503)
    assert fields(page)["body"].strip() == "My own words"
    assert inbox.messages == []


class TestLimit:
    """All staff together send at most two emails within an hour."""

    @pytest.fixture
    def settings(self, settings: dict[str, str], mail_port: int) -> dict[str, str]:
        return with_mail(settings, mail_port) | {"USER_MAILS_PER_HOUR": "2"}

    def test_beyond_the_limit_nothing_is_sent_and_it_says_when(
        self, desk: Desk, inbox: Inbox, clock: TestClock, log_in: LogIn
    ) -> None:
        desk.send(desk.open())
        inbox.refuses = "550 no"
        desk.send(desk.open(), status=422)  # was not sent, so it doesn't count
        inbox.refuses = None
        other = log_in(Role.KYC)
        other.post(desk.path, desk.open(other))
        page = desk.send(desk.open() | {"body": "My own words"}, status=429)
        assert "All staff together have reached the hourly limit of 2 emails." in page.words
        assert 3500 < int(page.headers["Retry-After"]) <= 3600
        assert len(inbox.messages) == 2
        assert desk.outcomes().count("attempted") == 3
        clock.advance(minutes=61)
        desk.support = log_in(Role.SUPPORT)
        desk.send(desk.open() | {"body": fields(page)["body"]})
        assert str(inbox.messages[-1].get_content()).strip() == "My own words"


class TestLimitOfOne:
    """All staff together send one email within an hour."""

    @pytest.fixture
    def settings(self, settings: dict[str, str], mail_port: int) -> dict[str, str]:
        return with_mail(settings, mail_port) | {"USER_MAILS_PER_HOUR": "1"}

    def test_a_limit_of_one_is_told_in_the_singular(self, desk: Desk, inbox: Inbox) -> None:
        desk.send(desk.open())
        page = desk.send(desk.open(), status=429)
        assert "All staff together have reached the hourly limit of 1 email." in page.words
        assert len(inbox.messages) == 1


class TestOff:
    """No sender for users is set: the way is not there."""

    @pytest.fixture
    def settings(self, settings: dict[str, str], mail_port: int) -> dict[str, str]:
        return {**with_mail(settings, mail_port), "USER_MAIL_FROM": ""}

    def test_there_is_no_route(self, desk: Desk) -> None:
        desk.support.get(desk.path, status=404)
        desk.support.post(desk.path, {}, status=404)
