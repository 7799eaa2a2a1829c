"""The comparison of a soak's journals finds what is lost, doubled or unaudited."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import insert

from dashboard.services.permissions import Role
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.schema import notes
from dashboard.text.search import fold
from tests.soak.agreement import Journals
from tests.soak.journal import Act
from tests.support.browsing import Visitor
from tests.support.pages.forms import KYC, TOKEN, registration, send
from tests.support.people import Hire
from tests.support.servers.simulator_process import LoggedRequest, RunningSimulator

NOTE = "Note 1-1 of the soak"


@pytest.fixture
def journals(
    app: Flask, hire: Hire, simulator: RunningSimulator, database: Database, chain: Chain
) -> Journals:
    """Someone who logged in, registered a user, started KYC, issued a token and wrote a note."""
    email, password = hire(Role.ONBOARDING)
    visitor = Visitor(app)
    visitor.log_in(email, password)
    new = registration()
    moved = send(visitor, "/users", new, status=303).headers["Location"]
    user_id = moved.rpartition("/")[2]
    send(visitor, f"/users/{user_id}/kyc", KYC, status=303)
    simulator.set_status(user_id, "active")
    send(visitor, f"/users/{user_id}/tokens", TOKEN, status=200)
    visitor.post(f"/users/{user_id}/notes", {"note": NOTE}, status=303)
    acts = [
        Act("auth:login", email, [303], is_done=True),
        Act("users:register", new["email"], [0, 303], is_done=True),
        Act("kyc:start", user_id, [503, 303], is_done=True),
        Act("tokens:issue", user_id, [200], is_done=True),
        Act("notes:add", NOTE, [303], is_done=True),
    ]
    return Journals(acts, simulator.requests(), database, chain.keys)


def write(journals: Journals) -> LoggedRequest:
    return next(call for call in journals.calls if call.method == "POST")


def found(journals: Journals) -> dict[str, bool]:
    return {
        "lost": bool(journals.lost()),
        "doubled": bool(journals.doubled()),
        "unaudited": bool(journals.unaudited()),
    }


def test_journals_of_what_happened_agree(journals: Journals) -> None:
    assert [*journals.lost(), *journals.doubled(), *journals.unaudited(), *journals.untrue()] == []


@pytest.mark.parametrize("action", ["users:register", "kyc:start", "tokens:issue", "notes:add"])
def test_what_was_told_and_never_happened_is_lost(journals: Journals, action: str) -> None:
    told = Act(action, "another", [303], is_done=True)
    assert found(replace(journals, acts=[*journals.acts, told]))["lost"]


def test_what_failed_and_never_happened_is_not_lost(journals: Journals) -> None:
    failed = Act("users:register", "another@example.com", [503, 503])
    assert not found(replace(journals, acts=[*journals.acts, failed]))["lost"]


def test_what_the_api_no_longer_knows_is_lost(journals: Journals) -> None:
    assert found(replace(journals, calls=[]))["lost"]


def second_call(journals: Journals) -> Journals:
    again = replace(write(journals), seq=1_000_000)
    return replace(journals, calls=[*journals.calls, again])


def nobody_asked(journals: Journals) -> Journals:
    return replace(journals, acts=journals.acts[:1])


def second_note(journals: Journals) -> Journals:
    user_id = UUID(journals.acts[2].about)
    with journals.database.write() as connection:
        at = datetime.now(UTC)
        row = {"user_id": user_id, "staff_id": 1, "body": NOTE, "folded": fold(NOTE)}
        connection.execute(insert(notes).values(**row, created_at=at))
    return journals


@pytest.mark.parametrize("plant", [second_call, nobody_asked, second_note])
def test_what_was_done_twice_or_without_being_asked_for_is_doubled(
    journals: Journals, plant: Callable[[Journals], Journals]
) -> None:
    assert found(plant(journals))["doubled"]


def call_of_no_attempt(journals: Journals) -> Journals:
    call = replace(write(journals), body={"email": "another@example.com"})
    return replace(journals, calls=[*journals.calls, call])


def log_in_of_no_entry(journals: Journals) -> Journals:
    return replace(journals, acts=[*journals.acts, journals.acts[0]])


@pytest.mark.parametrize("plant", [call_of_no_attempt, log_in_of_no_entry, second_note])
def test_what_is_not_in_the_audit_log_is_unaudited(
    journals: Journals, plant: Callable[[Journals], Journals]
) -> None:
    assert found(plant(journals))["unaudited"]
