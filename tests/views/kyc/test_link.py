"""Importing a verification link from elsewhere."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from dashboard.store.db.database import Database
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquirySource
from tests.support.browsing import Visitor
from tests.support.pages.forms import trail
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator

LINK = "https://inquiry.withpersona.com/verify?inquiry-id=inq_of_the_backend"


def an_hour_ago() -> str:
    return (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def user_id(support: Visitor, simulator: RunningSimulator) -> str:
    """Return a pending user that the list has shown."""
    support.get("/users?limit=100")
    simulator.clear_requests()
    return next(str(user["id"]) for user in simulator.users() if user["status"] == "pending")


def fields(**changed: str) -> dict[str, str]:
    return {"url": LINK, "inquiry_id": "", "started_at": an_hour_ago(), **changed}


def kept(database: Database, user_id: str) -> list[Inquiry]:
    with database.read() as connection:
        return inquiries.of_user(connection, UUID(user_id))


def test_a_link_is_kept_with_the_id_that_it_names_and_nothing_is_sent(
    support: Visitor, simulator: RunningSimulator, database: Database, user_id: str
) -> None:
    path = f"/users/{user_id}/kyc/link"
    assert "Importing a link sends nothing to the API" in support.get(path).words
    assert support.post(path, fields()).headers["Location"] == f"/users/{user_id}/kyc"
    assert [call.method for call in simulator.requests()] == ["GET"]
    (inquiry,) = kept(database, user_id)
    assert (inquiry.inquiry_id, inquiry.verification_url) == ("inq_of_the_backend", LINK)
    assert inquiry.source is InquirySource.IMPORTED
    assert trail(database, "kyc:import") == [("succeeded", None)]
    page = support.get(f"/users/{user_id}/kyc")
    assert "Verification link imported" in page.words
    assert "Send this link to the user" in page.words
    assert "Verification link imported" not in support.get(f"/users/{user_id}/kyc").words


def test_the_same_link_twice_is_one(support: Visitor, database: Database, user_id: str) -> None:
    for _ in range(2):
        support.post(f"/users/{user_id}/kyc/link", fields())
    assert len(kept(database, user_id)) == 1
    assert len(trail(database, "kyc:import")) == 1


def test_a_link_of_another_user_is_refused_beside_its_id(
    support: Visitor, simulator: RunningSimulator, user_id: str
) -> None:
    support.post(f"/users/{user_id}/kyc/link", fields())
    other = next(user["id"] for user in simulator.users()[30:] if user["status"] == "pending")
    page = support.post(f"/users/{other}/kyc/link", fields(), status=422)
    assert "Check the inquiry ID: it already belongs to another user." in page.words
    assert 'id="inquiry_id-error"' in page.text


@all_of(
    "changed,field,said",
    [
        ({"url": ""}, "url", "Paste the verification link."),
        ({"url": "javascript:alert(1)"}, "url", "exactly as the API returned it"),
        ({"url": "https://evil.test/?inquiry-id=inq_1"}, "url", "exactly as the API returned it"),
        ({"url": "https://[::1"}, "url", "exactly as the API returned it"),
        ({"url": LINK.split("?", maxsplit=1)[0]}, "url", "exactly as the API returned it"),
        ({"inquiry_id": "i" * 101}, "inquiry_id", "Use at most 100 characters."),
        (
            {"inquiry_id": "inq_of_another"},
            "inquiry_id",
            "Enter the inquiry ID that is in the link, or leave this empty.",
        ),
        ({"inquiry_id": "inq\u200b_of_the_backend"}, "inquiry_id", "invisible character"),
        ({"started_at": ""}, "started_at", "Enter a date and time, such as 2026-06-12T09:30."),
        ({"started_at": "2999-01-01T00:00"}, "started_at", "Enter a date and time in the past."),
        (
            {"started_at": "yesterday"},
            "started_at",
            "Enter a date and time, such as 2026-06-12T09:30.",
        ),
    ],
)
def test_what_is_wrong_is_told_beside_it_and_what_was_typed_stays(
    support: Visitor,
    database: Database,
    user_id: str,
    changed: dict[str, str],
    field: str,
    said: str,
) -> None:
    typed = fields(**changed)
    page = support.post(f"/users/{user_id}/kyc/link", typed, status=422)
    assert said in page.words
    assert f'id="{field}-error"' in page.text
    for value in typed.values():
        assert not value or f'value="{value}"' in page.text
    assert kept(database, user_id) == []


def test_a_link_that_is_kept_is_never_put_aside(
    support: Visitor, database: Database, user_id: str
) -> None:
    path = f"/users/{user_id}/kyc/link"
    support.post(path, fields())
    support.get(path, status=303)
    page = support.post(path, fields(url=LINK + "_two"), status=422)
    assert "Use the link we already have: it can’t be replaced." in page.words
    assert [each.inquiry_id for each in kept(database, user_id)] == ["inq_of_the_backend"]


def test_nobody_and_who_waits_for_nothing_get_no_link(
    support: Visitor, simulator: RunningSimulator, database: Database, user_id: str
) -> None:
    assert user_id
    active = next(user["id"] for user in simulator.users() if user["status"] == "active")
    support.get(f"/users/{uuid4()}/kyc/link", status=404)
    support.get(f"/users/{active}/kyc/link", status=303)
    for other in (str(uuid4()), active):
        support.post(f"/users/{other}/kyc/link", fields())
        assert kept(database, other) == []
