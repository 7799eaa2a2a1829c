"""A user's text beside the next action: in their language, filled in, for those who may send it."""

import re

import pytest
from sqlalchemy import update

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.kyc.states import InquiryState
from dashboard.store.schema import inquiries as inquiries_table
from tests.support.browsing import Visitor
from tests.support.pages.texts import (
    LINK,
    NAME,
    Someone,
    text_of,
)
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

MASKED = (Role.VIEWER, Role.AUDITOR)


@pytest.fixture
def someone(simulator: RunningSimulator, database: Database) -> Someone:
    return Someone(simulator, database)


def test_a_user_is_written_to_in_their_language_with_name_link_and_expiry(
    support: Visitor, someone: Someone
) -> None:
    someone.named().started(InquiryState.HELD, 1)
    page = support.get(f"/users/{someone.id}")
    said = text_of(page)
    assert said.startswith(f"Hola, {NAME}:\n\nPara activar tu cuenta")
    assert f"\n\n{LINK}\n\n" in said
    assert re.search(r"hasta el \d+ de \w+ a las? \d\d:\d\d \(hora de Colombia\)", said)
    assert 'id="message-text" lang="es"' in page.markup
    assert "Send the user this message" in page.words
    assert "We have no text in the user’s language" not in page.words
    (button,) = re.findall(r'<button[^>]+data-copy-text="message-text"[^>]*>', page.text)
    assert 'data-contact="message_copied"' in button


def test_without_a_name_the_greeting_has_none(support: Visitor, someone: Someone) -> None:
    assert text_of(support.get(f"/users/{someone.id}")).startswith("Hola:\n\n")


def test_an_expired_link_is_sent_again_before_qash_is_asked(
    support: Visitor, someone: Someone
) -> None:
    someone.started(InquiryState.HELD, 30)
    page = support.get(f"/users/{someone.id}")
    first, second = "1. Ask the user to open the link again", "2. If it has expired, ask Qash"
    assert page.words.index(first) < page.words.index(LINK) < page.words.index(second)


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("pt", "We have no text in the user’s language, Portuguese. English is the default."),
        ("qqx", "We have no text in the user’s language, qqx. English is the default."),
        (None, "We don’t know the user’s language. English is the default."),
    ],
)
def test_without_a_text_in_their_language_it_is_english_and_says_so(
    support: Visitor, simulator: RunningSimulator, database: Database, language: str, shown: str
) -> None:
    user = Someone(simulator, database, preferredLanguage=language)
    page = support.get(f"/users/{user.id}")
    assert text_of(page).startswith("Hi,")
    assert shown in page.words


@pytest.mark.parametrize("language", ["es-CO", "ES", "es_419"])
def test_a_region_of_a_language_is_that_language(
    support: Visitor, simulator: RunningSimulator, database: Database, language: str
) -> None:
    user = Someone(simulator, database, preferredLanguage=language)
    page = support.get(f"/users/{user.id}")
    assert text_of(page).startswith("Hola:")
    assert "Spanish, the user’s language" in page.text


def test_a_chip_gives_the_other_language_without_javascript(
    support: Visitor, someone: Someone
) -> None:
    someone.named()
    page = support.get(f"/users/{someone.id}")
    assert f'href="/users/{someone.id}?say=en#message"' in page.text
    assert text_of(support.get(f"/users/{someone.id}?say=en")).startswith(f"Hi {NAME},")
    assert text_of(support.get(f"/users/{someone.id}?say=fr")).startswith(f"Hola, {NAME}:")


def test_a_chip_swaps_the_message_without_a_call_to_the_api(
    support: Visitor, someone: Someone
) -> None:
    someone.named().started(InquiryState.HELD, 1)
    someone.simulator.clear_requests()
    page = support.fragment(f"/users/{someone.id}/message?say=en", "message")
    assert text_of(page).startswith(f"Hi {NAME},")
    assert LINK in text_of(page)
    assert someone.simulator.requests() == []
    assert f'id="message" data-user="{someone.id}" data-language="en"' in page.markup


def test_a_user_whom_we_have_no_copy_of_costs_one_call(support: Visitor, someone: Someone) -> None:
    page = support.fragment(f"/users/{someone.id}/message?say=en", "message")
    assert text_of(page).startswith("Hi,")
    assert len(someone.simulator.requests()) == 1


def test_the_address_of_the_message_leads_to_the_user(support: Visitor, someone: Someone) -> None:
    moved = support.get(f"/users/{someone.id}/message?say=en", status=303)
    assert moved.headers["Location"] == f"/users/{someone.id}?say=en"


def test_a_message_counts_as_an_opened_user(support: Visitor, someone: Someone) -> None:
    someone.named()
    support.fragment(f"/users/{someone.id}/message?say=en", "message")
    assert "ximena@example.com" in support.fragment("/views", "recent-users").words


@pytest.mark.parametrize("url", ["https://evil.example/verify?inquiry-id=x", LINK + "x"])
def test_an_address_that_is_no_verification_link_is_never_sent(
    support: Visitor, someone: Someone, url: str
) -> None:
    someone.started(InquiryState.HELD, 1, url)
    said = text_of(support.get(f"/users/{someone.id}"))
    assert "http" not in said
    assert "no tenemos tu enlace" in said


def test_while_a_start_is_being_sent_there_is_nothing_to_tell(
    support: Visitor, someone: Someone, database: Database
) -> None:
    someone.named().started(InquiryState.UNKNOWN, 0)
    with database.write() as connection:
        connection.execute(update(inquiries_table).values(audit_seq=1))
    page = support.get(f"/users/{someone.id}")
    assert "Starting KYC" in page.words
    assert "message-text" not in page.text
    assert not support.fragment(f"/users/{someone.id}/message", "message").words


@pytest.mark.parametrize("role", MASKED)
@pytest.mark.parametrize("status", ["pending", "suspended"])
def test_a_role_that_sees_users_masked_gets_no_text(
    log_in: LogIn, someone: Someone, role: Role, status: str
) -> None:
    someone.named().started(InquiryState.HELD, 1)
    someone.simulator.set_status(str(someone.id), status)
    reader = log_in(role)
    revealed = reader.post(f"/users/{someone.id}/reveal", status=200)
    for page in (reader.get(f"/users/{someone.id}"), revealed):
        assert "message-text" not in page.text
        assert NAME not in page.text
        assert LINK not in page.text
    reader.fragment(f"/users/{someone.id}/message", "message", status=403)


@pytest.mark.parametrize("role", [role for role in Role if role not in MASKED])
def test_whoever_works_with_users_gets_the_text(
    log_in: LogIn, someone: Someone, role: Role
) -> None:
    assert text_of(log_in(role).get(f"/users/{someone.id}")).startswith("Hola:")


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_banned_user_is_told_something_else_than_a_suspended_one(
    support: Visitor, someone: Someone, language: str
) -> None:
    said = {}
    for word in ("suspended", "banned"):
        someone.simulator.set_status(str(someone.id), word)
        said[word] = text_of(support.get(f"/users/{someone.id}?say={language}"))
    holds, closes = {"en": ("on hold", "permanently"), "es": ("en pausa", "permanente")}[language]
    assert holds in said["suspended"]
    assert closes not in said["suspended"]
    assert closes in said["banned"]
    assert holds not in said["banned"]


def test_a_status_that_we_dont_know_claims_nothing(support: Visitor, someone: Someone) -> None:
    someone.simulator.set_status(str(someone.id), "frozen")
    assert "Estamos consultando el estado de tu cuenta" in text_of(
        support.get(f"/users/{someone.id}")
    )
