"""Starting KYC: the only start there is, and the link that is kept."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest

from dashboard.store.db.database import Database
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from tests.support import databases
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import KYC, intent_of, send, trail
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def user_id(simulator: RunningSimulator) -> str:
    return next(str(user["id"]) for user in simulator.users() if user["status"] == "pending")


def starts(simulator: RunningSimulator) -> int:
    return sum(call.method == "POST" for call in simulator.requests())


def kept(database: Database, user_id: str) -> list[Inquiry]:
    with database.read() as connection:
        return inquiries.of_user(connection, UUID(user_id))


def test_a_start_is_sent_once_and_its_link_is_kept_and_shown_again(
    support: Visitor, simulator: RunningSimulator, database: Database, user_id: str
) -> None:
    path = f"/users/{user_id}/kyc"
    form = support.get(path)
    assert "You can’t restart KYC or resend a link" in form.words
    answer = support.post(path, {**KYC, "intent": intent_of(form)})
    assert answer.headers["Location"] == path
    (inquiry,) = kept(database, user_id)
    assert inquiry.state is InquiryState.HELD
    assert inquiry.inquiry_id
    assert inquiry.verification_url
    for _ in range(2):
        page = support.get(path)
        assert "Send this link to the user" in page.words
        assert inquiry.inquiry_id in page.words
        assert inquiry.verification_url in page.words
        assert 'class="qr"' in page.text
    assert "Waiting for identity verification" in support.get(f"/users/{user_id}").words
    assert starts(simulator) == 1
    (call,) = [call for call in simulator.requests() if call.method == "POST"]
    assert call.body["lastName"] == "Pérez Nguyễn"
    assert [outcome for outcome, _ in trail(database, "kyc:start")] == ["attempted", "succeeded"]


def test_the_same_form_again_is_the_same_start(
    support: Visitor, simulator: RunningSimulator, user_id: str
) -> None:
    path = f"/users/{user_id}/kyc"
    fields = {**KYC, "intent": intent_of(support.get(path))}
    for _ in range(3):
        assert support.post(path, fields).headers["Location"] == path
    assert support.post(path, {**fields, "first_name": "Eva"}, status=409)
    assert starts(simulator) == 1


def test_a_409_is_recorded_as_started_elsewhere(
    support: Visitor, simulator: RunningSimulator, database: Database, user_id: str
) -> None:
    simulator.set_faults([{"method": "POST", "path": "/kyc", "status": 409}])
    path = f"/users/{user_id}/kyc"
    assert send(support, path, KYC, status=303).headers["Location"] == path
    page = support.get(path)
    assert "KYC started elsewhere" in page.words
    assert "Copy message" in page.words
    assert "Start KYC in" not in page.words
    assert [each.state for each in kept(database, user_id)] == [InquiryState.ELSEWHERE]
    assert [outcome for outcome, _ in trail(database, "kyc:start")] == ["attempted", "rejected"]


def test_a_form_that_was_answered_409_leads_to_what_was_recorded_when_it_is_sent_again(
    support: Visitor, simulator: RunningSimulator, user_id: str
) -> None:
    simulator.set_faults([{"method": "POST", "path": "/kyc", "status": 409}])
    path = f"/users/{user_id}/kyc"
    fields = {**KYC, "intent": intent_of(support.get(path))}
    for _ in range(2):
        assert support.post(path, fields, status=303).headers["Location"] == path
    assert starts(simulator) == 1


@pytest.mark.parametrize(
    ("fault", "counted"),
    [
        ({"reset": "before"}, False),
        ({"reset": "after"}, True),
        ({"status": 503}, False),
        ({"body": "not_json"}, True),
    ],
)
def test_a_lost_answer_is_unknown_and_a_new_attempt_is_deliberate(
    support: Visitor,
    simulator: RunningSimulator,
    database: Database,
    user_id: str,
    fault: dict[str, object],
    counted: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    simulator.set_faults([{"method": "POST", **fault}])
    path = f"/users/{user_id}/kyc"
    fields = {**KYC, "intent": intent_of(support.get(path))}
    assert support.post(path, fields).headers["Location"] == path
    simulator.set_faults([])
    assert "KYC start not confirmed" in support.get(path).words
    assert "KYC start not confirmed" in support.get(f"/users/{user_id}").words
    support.post(path, fields)
    assert starts(simulator) == 1
    assert [outcome for outcome, _ in trail(database, "kyc:start")] == ["attempted", "unknown"]
    form = support.get(path + "?again=1")
    support.post(path, {**KYC, "intent": intent_of(form)})
    said = support.get(path).words
    assert ("KYC started, no link" if counted else "Send this link") in said
    assert "started elsewhere" not in said
    assert starts(simulator) == 2


def test_a_refusal_starts_nothing_and_the_form_stays(
    support: Visitor, simulator: RunningSimulator, database: Database, user_id: str
) -> None:
    simulator.set_faults([{"method": "POST", "status": 400}])
    page = send(support, f"/users/{user_id}/kyc", KYC, status=422)
    assert "The API refused this, so no changes were made." in page.words
    assert 'value="Pérez Nguyễn"' in page.text
    assert kept(database, user_id) == []
    simulator.set_faults([])
    send(support, f"/users/{user_id}/kyc", KYC, status=303)


@all_of(
    "field,value,said",
    [
        ("first_name", " ", "Enter the first name."),
        ("last_name", "", "Enter the last name."),
        ("email", "x", "Enter an email address, such as name@example.com."),
        ("phone", "123", "Start with + and the country code."),
        ("birth_date", "1890-01-01", "Enter a date of birth as YYYY-MM-DD."),
        ("birth_date", "yesterday", "Not a valid date value."),
        ("birth_date", "2099-01-01", "Date of birth must be in the past."),
        ("first_name", "A\u202ena", "Remove the invisible character U+202E."),
    ],
)
def test_a_wrong_field_is_told_beside_it(
    support: Visitor, simulator: RunningSimulator, user_id: str, field: str, value: str, said: str
) -> None:
    page = send(support, f"/users/{user_id}/kyc", {**KYC, field: value}, status=422)
    assert said in page.words
    assert f'id="{field}-error"' in page.text
    assert starts(simulator) == 0


def test_an_active_user_needs_no_start(support: Visitor, simulator: RunningSimulator) -> None:
    active = next(user for user in simulator.users() if user["status"] == "active")
    page = support.get(f"/users/{active['id']}/kyc")
    assert "KYC approved" in page.words
    assert 'name="intent"' not in page.text


@pytest.mark.parametrize("step", ["-1", "x", "99999", "²", ""])
def test_a_step_that_is_none_is_the_first(support: Visitor, user_id: str, step: str) -> None:
    send(support, f"/users/{user_id}/kyc", KYC, status=303)
    assert (
        'data-follow="4"'
        in support.fragment(f"/users/{user_id}?seen=link_fresh&step={step}", "follow").text
    )


def test_a_link_in_the_timeline_tells_who_and_when(support: Visitor, user_id: str) -> None:
    send(support, f"/users/{user_id}/kyc", KYC, status=303)
    said = support.fragment(f"/users/{user_id}", "timeline").words
    assert "You started KYC" in said
    assert str(datetime.now(UTC).year) in support.get(f"/users/{user_id}").words


def test_a_link_that_cannot_be_kept_is_shown_once_for_there_is_no_other_copy(
    support: Visitor,
    simulator: RunningSimulator,
    database: Database,
    user_id: str,
    clock: TestClock,
) -> None:
    path = f"/users/{user_id}/kyc"
    fields = {**KYC, "intent": intent_of(support.get(path))}
    with database.write() as connection:
        databases.refuse(connection, "INSERT ON audit", "NEW.outcome <> 'attempted'")
    page = support.post(path, fields, status=503)
    (inquiry,) = simulator.inquiries(user_id)
    assert "KYC was started, but we couldn’t store its link" in page.words
    assert f'data-copy="{inquiry["id"]}"' in page.text
    (link,) = re.findall(r'data-copy="(http[^"]+)"', page.text)
    with database.write() as connection:
        databases.accept(connection)
    clock.advance(seconds=61)
    assert "KYC start not confirmed" in support.get(path).words
    assert starts(simulator) == 1
    kept = {"url": link, "inquiry_id": inquiry["id"], "started_at": "2026-01-01T10:00"}
    support.post(f"/users/{user_id}/kyc/link", kept)
    assert link in support.get(path).text


def test_a_start_is_one_line_of_the_timeline_and_a_refused_one_too(
    support: Visitor, simulator: RunningSimulator, user_id: str
) -> None:
    simulator.set_faults([{"method": "POST", "status": 400}])
    send(support, f"/users/{user_id}/kyc", KYC, status=422)
    said = support.fragment(f"/users/{user_id}", "timeline").words
    assert len(re.findall(r"· Tried to start KYC (?:Refused|Rejected)", said)) == 1
    simulator.set_faults([])
    send(support, f"/users/{user_id}/kyc", KYC, status=303)
    said = support.fragment(f"/users/{user_id}", "timeline").words
    assert said.count("started KYC") == 1
    assert said.count("· Tried to start KYC") == 1
