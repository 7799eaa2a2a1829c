"""Emails after a change: a new link is shown first, and a bad address gets none."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from dashboard.services.actions import Action
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from tests.support.servers.mail_server import Inbox
from tests.views.contacts.mailing.conftest import Desk, body_of, fields

OLD, NEW = "inq_OldOldOldOldOldOldOldOldOldOld", "inq_NewNewNewNewNewNewNewNewNewNew"


def link_of(inquiry: str) -> str:
    return f"https://inquiry.withpersona.com/verify?inquiry-id={inquiry}"


def start(desk: Desk, inquiry: str, hours_ago: float) -> None:
    row = Inquiry(
        UUID(desk.user["id"]),
        InquiryState.HELD,
        datetime.now(UTC) - timedelta(hours=hours_ago),
        inquiry_id=inquiry,
        verification_url=link_of(inquiry),
    )
    with desk.database.write() as connection:
        inquiries.add(connection, row, None)


@pytest.mark.parametrize(
    ("hours_ago", "said"),
    [
        (3, "The user has a new link since you opened this page."),
        (30, "The user’s situation has changed since you opened this page."),
    ],
)
def test_a_link_of_before_is_never_sent(
    desk: Desk, inbox: Inbox, hours_ago: float, said: str
) -> None:
    start(desk, OLD, hours_ago)
    sent = desk.open()
    start(desk, NEW, 1)
    page = desk.send(sent | {"body": f"My own words\n{link_of(OLD)}"}, status=422)
    assert said in page.words
    assert inbox.messages == []
    desk.send(fields(page))
    assert body_of(inbox) == f"My own words\n{link_of(NEW)}\n"


def test_a_link_that_is_no_link_makes_no_long_text_of_a_short_one(desk: Desk) -> None:
    start(desk, OLD, 3)
    sent = desk.open() | {"body": "a" * 5_000, "link": "a"}
    assert len(fields(desk.send(sent, status=422))["body"]) < 6_000


def test_the_same_link_is_sent_the_first_time(desk: Desk, inbox: Inbox) -> None:
    start(desk, OLD, 3)
    desk.send(desk.open())
    assert link_of(OLD) in body_of(inbox)


@pytest.mark.parametrize(
    "email",
    [
        "v@example.com, e@evil.example",
        "v@example.com,e@evil.example",
        "g: v@example.com, e@evil.example;",
        "v@example.com <e@evil.example>",
    ],
)
def test_what_is_no_single_address_gets_no_email(
    desk: Desk, inbox: Inbox, app: Flask, email: str
) -> None:
    sent = desk.open() | {"body": "My own words"}
    user_id = "5d0d4e0c-7f4b-4a52-9c0e-3a7a1f5b8d11"
    desk.simulator.add_user(desk.user | {"id": user_id, "email": email})
    path = f"/users/{user_id}/mail"
    desk.support.get(path, status=303)
    assert "no single email address" in desk.support.get(f"/users/{user_id}").words
    intents = app.extensions["services"].attempts.intents
    sent["intent"] = intents.new(1, Action.CONTACTS_MAIL, UUID(user_id), email)
    page = desk.support.post(path, sent, status=422)
    assert "no single email address" in page.words
    assert fields(page)["body"].strip() == "My own words"
    assert inbox.messages == []
    assert desk.outcomes() == []
