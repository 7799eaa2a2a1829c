"""While the API is down, a user's page has what our records say: the story and a message."""

from uuid import UUID

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.kyc.states import InquiryState
from dashboard.store.schema import directory
from tests.support.browsing import Visitor
from tests.support.pages.texts import LINK, Someone, text_of
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

DOWN = [{"status": 503}]
AGE = "This message is for the last status that we saw"


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    mail = {"MAIL_URL": "smtp://localhost:1", "MAIL_FROM": "d@example.com"}
    return {**settings, **mail, "USER_MAIL_FROM": "help@example.com"}


@pytest.fixture
def someone(simulator: RunningSimulator, database: Database) -> Someone:
    """A user in our own copy, with a link, while the API is down."""
    known = Someone(simulator, database).named().started(InquiryState.HELD, 1)
    simulator.set_faults(DOWN)
    return known


def test_the_story_and_the_message_for_the_last_known_state_are_shown(
    support: Visitor, someone: Someone
) -> None:
    page = support.get(f"/users/{someone.id}", status=503)
    assert LINK in text_of(page)
    assert f"{AGE} (now). It may have changed since." in page.words
    assert "First status seen: pending" in page.words
    part = support.fragment(f"/users/{someone.id}", "record", status=503)
    assert part.markup.count('id="record"') == part.markup.count('id="timeline"') == 1
    assert (
        'id="timeline"' not in support.fragment(f"/users/{someone.id}", "user", status=503).markup
    )


def test_the_message_comes_in_the_language_that_was_asked_for(
    support: Visitor, someone: Someone
) -> None:
    page = support.get(f"/users/{someone.id}?say=en", status=503)
    assert text_of(page).startswith("Hi Ximena,")


def test_no_control_leads_to_the_same_error(
    app: Flask, support: Visitor, someone: Someone, simulator: RunningSimulator
) -> None:
    mail = f"/users/{someone.id}/mail"
    page = support.get(f"/users/{someone.id}", status=503)
    assert 'id="message-text"' in page.markup
    assert mail not in page.text
    for _ in range(10):  # until we stop asking
        support.get(f"/users/{someone.id}", status=503)
    assert mail not in support.fragment(f"/users/{someone.id}/message?say=en", "message").text
    simulator.set_faults([])
    app.extensions["services"].upstream.probe.try_now()
    assert mail in support.get(f"/users/{someone.id}").text


def test_a_user_whose_state_we_do_not_know_gets_no_message(
    support: Visitor, someone: Someone, database: Database
) -> None:
    with database.write() as connection:
        connection.execute(directory.delete().where(directory.c.user_id == someone.id))
    page = support.get(f"/users/{someone.id}", status=503)
    assert "We don’t know the user’s current status, so we can’t suggest a message." in page.words
    assert 'id="message-text"' not in page.markup
    assert "First status seen: pending" in page.words


def test_a_user_that_we_never_saw_has_neither(
    support: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_faults(DOWN)
    page = support.get(f"/users/{UUID(int=1)}", status=503)
    assert 'id="timeline"' not in page.markup
    assert "message" not in page.words


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_a_masked_role_sees_the_story_and_no_message(
    log_in: LogIn, someone: Someone, role: Role
) -> None:
    page = log_in(role).get(f"/users/{someone.id}", status=503)
    assert 'id="timeline"' in page.markup
    assert AGE not in page.words
    assert "Ximena" not in page.text
    assert someone.seen.email not in page.text
