"""Emails to users over a real SMTP server: previewed, edited, recorded and sent once."""

import pytest

from dashboard.services.permissions import ROLE_PERMISSIONS, Permission, Role
from dashboard.store.schema import contacts
from tests.support.pages import audit_log
from tests.support.people import LogIn
from tests.support.servers.mail_server import Inbox
from tests.views.contacts.mailing.conftest import FROM, Desk, body_of, fields


def test_the_preview_makes_one_call_and_shows_address_sender_and_text(desk: Desk) -> None:
    desk.simulator.clear_requests()
    page = desk.support.get(desk.path)
    assert len(desk.simulator.requests()) == 1
    assert f"Recipient {desk.user['email']}" in page.words
    assert "Andes Pay" in page.words
    assert fields(page)["situation"] == "not_started"
    assert desk.kinds() == []


def test_an_email_is_sent_as_it_was_edited_from_its_own_sender(desk: Desk, inbox: Inbox) -> None:
    sent = desk.open() | {"subject": "Una cosa más", "body": "Hola,\r\n\r\n¿todo bien?\r\n"}
    desk.simulator.clear_requests()
    desk.send(sent)
    assert len(desk.simulator.requests()) == 1
    (message,) = inbox.messages
    assert inbox.recipients == [desk.user["email"]]
    assert (message["From"], message["Subject"]) == (FROM, "Una cosa más")
    assert message["Auto-Submitted"] is None
    assert body_of(inbox) == "Hola,\n\n¿todo bien?\n"
    said = desk.page().words
    assert "Email sent." in said
    assert "Last contact Email sent" in said
    assert desk.kinds() == ["email_sent"]
    assert desk.outcomes() == ["attempted", "succeeded"]


def test_nothing_of_an_email_is_in_the_log_or_in_a_row(
    desk: Desk, capsys: pytest.CaptureFixture[str], inbox: Inbox
) -> None:
    inbox.refuses = f"550 no such user {desk.user['email']}"
    desk.send(desk.open() | {"subject": "Zanahoria", "body": "Berenjena"}, status=422)
    inbox.refuses = None
    desk.send(desk.open() | {"subject": "Zanahoria", "body": "Berenjena"})
    log = capsys.readouterr().err
    held = str(audit_log.entries(desk.database))
    with desk.database.read() as connection:
        held += str(connection.execute(contacts.select()).all())
    for word in ("Zanahoria", "Berenjena", desk.user["email"], "no such user"):
        assert word not in log
        assert word not in held


def test_two_presses_send_one_email(desk: Desk, inbox: Inbox) -> None:
    sent = desk.open()
    desk.send(sent)
    desk.send(sent)
    assert len(inbox.messages) == 1
    assert desk.kinds() == ["email_sent"]
    desk.send(sent | {"body": "Another text"}, status=409)
    assert len(inbox.messages) == 1


def test_a_dot_and_markup_arrive_as_they_were_typed(desk: Desk, inbox: Inbox) -> None:
    text = "<b>Hi</b>\n.\n.hidden\n" + "x" * 3000 + "\n"
    desk.send(desk.open() | {"body": text})
    assert body_of(inbox) == text
    assert inbox.messages[0].get_content_type() == "text/plain"


def test_who_may_not_write_notes_sends_nothing(desk: Desk, log_in: LogIn, inbox: Inbox) -> None:
    viewer = log_in(Role.VIEWER)
    viewer.get(desk.path, status=403)
    viewer.post(desk.path, desk.open(), status=403)
    assert inbox.messages == []


def test_whoever_writes_to_users_sees_their_addresses() -> None:
    for permissions in ROLE_PERMISSIONS.values():
        if Permission.NOTES_WRITE in permissions:
            assert {Permission.PII_READ, Permission.KYC_START} <= permissions
