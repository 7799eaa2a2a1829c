"""Issuing a token: it exists in one answer and nowhere else."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import TOKEN, intent_of, send, trail
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def issuer(log_in: LogIn) -> Visitor:
    return log_in(Role.ISSUER, Role.AUDITOR)


@pytest.fixture
def path(simulator: RunningSimulator) -> str:
    active = next(user for user in simulator.users() if user["status"] == "active")
    return f"/users/{active['id']}/tokens"


def token_in(text: str) -> str:
    found = re.search(r'<code id="token">([^<]+)</code>', text)
    assert found
    return found[1]


def issues(simulator: RunningSimulator) -> int:
    return sum(call.method == "POST" for call in simulator.requests())


def test_a_token_is_shown_once_with_its_claims_and_what_cannot_be_undone(
    issuer: Visitor, database: Database, path: str
) -> None:
    page = send(issuer, path, TOKEN, status=200)
    assert token_in(page.text).count(".") == 2
    for said in (
        "Decoded, not verified here",
        "it’s valid at Qash for 30 days",
        "The Partner API can’t revoke tokens.",
        "Authorization: Bearer $TOKEN",
        "Reproduce a failed withdrawal (SUP-1)",
    ):
        assert said in page.words
    assert "exp" in page.words
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert "data-copy=" + '"eyJ' not in page.text
    assert [outcome for outcome, _ in trail(database, "tokens:issue")] == ["attempted", "succeeded"]


def test_the_token_is_nowhere_but_in_its_one_answer(
    capsys: pytest.CaptureFixture[str],
    issuer: Visitor,
    simulator: RunningSimulator,
    database: Database,
    tmp_path: Path,
    path: str,
) -> None:
    fields = {**TOKEN, "intent": intent_of(issuer.get(path))}
    token = token_in(issuer.post(path, fields, status=200).text)
    signature = token.rsplit(".", 1)[1]
    pages = [issuer.post(path, fields, status=409).text]
    user = path.removesuffix("/tokens")
    pages += [issuer.get(each).text for each in (path, user, "/tokens", "/audit", "/audit/3")]
    pages += [str(issuer.http.get(path).headers), "".join(capsys.readouterr())]
    database.engine.dispose()
    pages += [file.read_bytes().decode("latin-1") for file in tmp_path.glob("dashboard.sqlite3*")]
    for text in pages:
        assert token not in text
        assert signature not in text
        assert "refreshToken" not in text
    assert issues(simulator) == 1


def test_the_same_form_again_says_so_and_issues_no_second_one(
    issuer: Visitor, simulator: RunningSimulator, path: str
) -> None:
    fields = {**TOKEN, "intent": intent_of(issuer.get(path))}
    issuer.post(path, fields, status=200)
    again = issuer.post(path, fields, status=409)
    assert "This form already issued a token" in again.words
    assert "no second token was issued." in again.words
    other = issuer.post(path, {**fields, "reason": "Another reason"}, status=409)
    assert "sent before with different content" in other.words
    assert issues(simulator) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": ""}, "Enter a reason for the token."),
        ({"reason": "why"}, "Enter 5 to 300 characters."),
    ],
)
def test_a_reason_is_asked_for(
    issuer: Visitor, simulator: RunningSimulator, path: str, fields: dict[str, str], said: str
) -> None:
    page = send(issuer, path, {**TOKEN, **fields}, status=422)
    assert said in page.words
    assert issues(simulator) == 0


@pytest.mark.parametrize("status", ["pending", "suspended", "banned", "frozen"])
def test_a_user_who_is_not_active_gets_the_reason_instead(
    issuer: Visitor, simulator: RunningSimulator, path: str, status: str
) -> None:
    fields = {**TOKEN, "intent": intent_of(issuer.get(path))}
    simulator.set_status(path.split("/")[2], status)
    page = issuer.get(path)
    main = page.words.split("This user can’t have a token")[1]
    assert status in main.lower()
    assert ("Ask Qash" in main) == (status in {"suspended", "banned"})
    assert "View user" in main
    assert 'name="intent"' not in page.text
    if status != "frozen":
        refused = issuer.post(path, fields, status=409)
        assert f"“User account is {status}”" in refused.words
        assert "View user" in refused.words
        assert "Issue token" not in issuer.get(path.removesuffix("/tokens")).words


@pytest.mark.parametrize(
    "fault", [{"reset": "before"}, {"reset": "after"}, {"status": 500}, {"body": "truncated"}]
)
def test_a_lost_answer_may_be_a_token(
    issuer: Visitor,
    simulator: RunningSimulator,
    database: Database,
    path: str,
    fault: dict[str, object],
    clock: TestClock,
) -> None:
    simulator.set_faults([{"method": "POST", **fault}])
    fields = {**TOKEN, "intent": intent_of(issuer.get(path))}
    page = issuer.post(path, fields, status=502)
    assert "A token may exist" in page.words
    simulator.set_faults([])
    assert "A token may exist" in issuer.post(path, fields, status=502).words
    assert issues(simulator) == 1
    assert "May exist" in issuer.get("/tokens").words
    assert "May exist" in issuer.get(path.removesuffix("/tokens")).words
    assert trail(database, "tokens:issue")[-1][0] == "unknown"
    clock.advance(minutes=45)
    issuer.get("/tokens")
    clock.advance(minutes=20)
    assert "May have existed" in issuer.get("/tokens").words
    assert "Has expired" not in issuer.get(path.removesuffix("/tokens")).words


def test_the_ledger_tells_who_for_whom_why_and_until_when(
    issuer: Visitor, simulator: RunningSimulator, path: str, clock: TestClock
) -> None:
    issued = send(issuer, path, TOKEN, status=200)
    fingerprint = re.search(r"Fingerprint <code>(\w+)</code>", issued.text)
    assert fingerprint
    email = next(u["email"] for u in simulator.users() if u["id"] in path)
    for place in ("/tokens", path.removesuffix("/tokens")):
        page = issuer.get(place)
        assert "Reproduce a failed withdrawal" in page.words
        assert "min left" in page.words
        assert "Ana Martins" in page.words
        assert fingerprint[1] in page.words
        assert "Expires " in page.words
    ledger = issuer.get("/tokens")
    assert email in ledger.words
    assert fingerprint[1] in ledger.words
    clock.offset = timedelta(minutes=59, seconds=50)
    issuer.get("/tokens")
    clock.advance(seconds=30)
    assert "Has expired" in issuer.get("/tokens").words


def test_an_empty_ledger_says_so_and_a_bad_position_is_the_newest(issuer: Visitor) -> None:
    assert "No tokens yet" in issuer.get("/tokens").words
    for bad in ("x", "9" * 23):
        page = issuer.get(f"/tokens?before={bad}")
        assert "No tokens yet" in page.words
        assert "We can’t use these parts of the address: before." in page.words


def test_the_ledger_pages_by_position(
    issuer: Visitor, simulator: RunningSimulator, path: str
) -> None:
    for number in range(52):
        send(issuer, path, {"reason": f"Reason number {number:02}"}, status=200)
    first = issuer.get("/tokens")
    assert "Reason number 51" in first.words
    assert "Reason number 01" not in first.words
    older = re.search(r'<a href="([^"]+)"[^>]* rel="next"', first.text)
    assert older
    assert "Reason number 01" in issuer.get(older[1]).words
    assert issues(simulator) == 52


def test_support_sees_the_ledger_and_issues_nothing(
    support: Visitor, simulator: RunningSimulator, path: str
) -> None:
    support.get("/tokens")
    support.get(path, status=403)
    support.post(path, TOKEN, status=403)
    assert "Issue token" not in support.get(path.removesuffix("/tokens")).words
    assert issues(simulator) == 0


def test_outside_production_nobody_counts_them(issuer: Visitor, path: str) -> None:
    for _ in range(11):
        send(issuer, path, TOKEN, status=200)
