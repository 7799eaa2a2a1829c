"""The deprecated exchange: whose token it is, only the answer says."""

import re
from pathlib import Path
from uuid import uuid4

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages import audit_log
from tests.support.pages.forms import TOKEN, intent_of, send, trail
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.tokens.test_tokens import issues, token_in

PATH = "/tokens/privy"
JWT = re.compile(r"eyJ[\w-]+\.eyJ[\w-]+")


@pytest.fixture
def issuer(log_in: LogIn) -> Visitor:
    return log_in(Role.ISSUER, Role.AUDITOR)


@pytest.fixture
def user(simulator: RunningSimulator) -> dict[str, str]:
    return next(user for user in simulator.users() if user["status"] == "active")


@pytest.fixture
def fields(user: dict[str, str]) -> dict[str, str]:
    return {**TOKEN, "privy_token": f"privy-{user['id']}"}


def last_details(database: Database) -> tuple[str | None, str]:
    """Return subject and details of the newest audit row of an exchange."""
    rows = audit_log.entries(database, "tokens:privy")
    return rows[-1].subject_id, " ".join(row.details for row in rows)


def test_the_form_says_what_it_is_and_asks_nobody(
    issuer: Visitor, simulator: RunningSimulator
) -> None:
    assert f'href="{PATH}"' in issuer.get("/tokens").text
    page = issuer.get(PATH)
    for said in (
        "Deprecated",
        "You’ll see whose token it is after the exchange.",
        "it’s valid at Qash for 30 days",
    ):
        assert said in page.words
    assert 'name="confirm"' not in page.text
    assert simulator.requests() == []


def test_a_token_is_shown_once_for_the_user_whom_the_answer_names(
    issuer: Visitor, database: Database, user: dict[str, str], fields: dict[str, str]
) -> None:
    page = send(issuer, PATH, fields, status=200)
    assert token_in(page.text).count(".") == 2
    assert f"Token issued for {user['email']}" in page.words
    assert "Reproduce a failed withdrawal (SUP-1)" in page.words
    assert "so the exchange registered them" not in page.words
    assert page.headers["Cache-Control"] == "no-store"
    assert [outcome for outcome, _ in trail(database, "tokens:privy")] == ["attempted", "succeeded"]
    subject, details = last_details(database)
    assert subject == user["id"]
    assert '"exchange": "privy"' in details
    ledger = issuer.get("/tokens")  # before the user's page was opened
    assert user["email"] in ledger.words
    for page in (ledger, issuer.get(f"/users/{user['id']}")):
        assert "Reproduce a failed withdrawal" in page.words


def test_a_person_whom_the_exchange_registered_is_told_of(
    issuer: Visitor, database: Database
) -> None:
    fields = {**TOKEN, "privy_token": f"privy-{uuid4()}"}
    assert "so the exchange registered them" in send(issuer, PATH, fields, status=200).words
    assert '"new_user": true' in last_details(database)[1]
    assert "so the exchange registered them" not in send(issuer, PATH, fields, status=200).words


def test_no_token_is_anywhere_but_in_the_one_answer(
    capsys: pytest.CaptureFixture[str],
    issuer: Visitor,
    simulator: RunningSimulator,
    database: Database,
    tmp_path: Path,
    user: dict[str, str],
    fields: dict[str, str],
) -> None:
    sent = {**fields, "intent": intent_of(issuer.get(PATH))}
    issued = issuer.post(PATH, sent, status=200)
    token = token_in(issued.text)
    pages = [issued.text.replace(token, ""), str(issued.headers)]
    simulator.set_faults([{"method": "POST", "status": 503}])
    pages += [send(issuer, PATH, fields, status=502).text, issuer.post(PATH, sent, status=409).text]
    simulator.set_faults([])
    places = (PATH, "/tokens", f"/users/{user['id']}", "/audit", "/audit/3", "/audit/5")
    pages += [issuer.get(place).text for place in places]
    pages += ["".join(capsys.readouterr())]
    database.engine.dispose()
    pages += [file.read_bytes().decode("latin-1") for file in tmp_path.glob("dashboard.sqlite3*")]
    for text in pages:
        for secret in (token.rsplit(".", 1)[1], fields["privy_token"], "refreshToken"):
            assert secret not in text
        assert not JWT.search(text)  # the refresh token would be one as well


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"privy_token": " "}, "Paste the Privy token."),
        (
            {"privy_token": "x" * 8001},
            "Paste only the Privy token: this text is too long to be one.",
        ),
        ({"reason": ""}, "Enter a reason for the token."),
        ({"reason": ""}, "Paste it again"),
    ],
)
def test_bad_input_is_told_and_the_token_has_to_be_pasted_again(
    issuer: Visitor,
    simulator: RunningSimulator,
    fields: dict[str, str],
    changed: dict[str, str],
    said: str,
) -> None:
    page = send(issuer, PATH, {**fields, **changed}, status=422)
    assert said in page.words
    assert fields["privy_token"] not in page.text
    assert 'value="SUP-1"' in page.text
    assert simulator.requests() == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (None, "User account is suspended"),
        (400, "The API says:"),
        (404, "or no longer offer this exchange"),
    ],
)
def test_a_refused_privy_token_is_told_and_the_next_form_is_a_new_one(
    issuer: Visitor,
    simulator: RunningSimulator,
    database: Database,
    user: dict[str, str],
    fields: dict[str, str],
    fault: int | None,
    said: str,
) -> None:
    simulator.set_status(user["id"], "suspended")
    simulator.set_faults([{"method": "POST", "status": fault}] if fault else [])
    sent = {**fields, "intent": intent_of(issuer.get(PATH))}
    page = issuer.post(PATH, sent, status=422)
    assert "The API refused this Privy token, so no token was issued." in page.words
    assert said in page.words
    assert "Paste it again" in page.words
    assert trail(database, "tokens:privy")[-1][0] == "rejected"
    assert "No tokens yet" in issuer.get("/tokens").words
    again = issuer.post(PATH, sent, status=422)
    assert "You sent this form before, and it was refused." in again.words
    assert issues(simulator) == 1
    assert fields["privy_token"] not in page.text + again.text
    simulator.set_faults([])
    simulator.set_status(user["id"], "active")
    issuer.post(PATH, {**sent, "intent": intent_of(again)}, status=200)


def test_a_401_is_about_our_credentials_and_may_be_about_the_privy_token(
    issuer: Visitor, simulator: RunningSimulator, fields: dict[str, str]
) -> None:
    simulator.accept_keys(1, accepted=False)
    page = send(issuer, PATH, fields, status=502)
    assert "refuses the dashboard’s API key pair" in page.words
    assert "the API may have refused the Privy token" in page.words
    simulator.accept_keys(1, accepted=True)
    send(issuer, PATH, fields, status=200)


@pytest.mark.parametrize(
    "fault", [{"reset": "before"}, {"reset": "after"}, {"status": 500}, {"body": "truncated"}]
)
def test_a_lost_answer_may_be_a_token_of_nobody_known(
    issuer: Visitor,
    simulator: RunningSimulator,
    database: Database,
    fields: dict[str, str],
    fault: dict[str, object],
) -> None:
    simulator.set_faults([{"method": "POST", **fault}])
    sent = {**fields, "intent": intent_of(issuer.get(PATH))}
    assert "A token may exist" in issuer.post(PATH, sent, status=502).words
    simulator.set_faults([])
    again = issuer.post(PATH, sent, status=502)
    assert "A token may exist" in again.words
    assert "this may also have registered them" in again.words
    assert issues(simulator) == 1
    ledger = issuer.get("/tokens").words
    assert "Unknown user (Privy)" in ledger
    assert "May exist" in ledger
    assert 'href="/tokens" aria-label="View: Unknown user (Privy)"' in issuer.get("/").markup
    assert trail(database, "tokens:privy")[-1][0] == "unknown"


def test_support_sees_no_way_there(support: Visitor, simulator: RunningSimulator) -> None:
    page = support.get("/tokens")
    assert PATH not in page.text
    assert "Privy exchange" not in page.words
    support.get(PATH, status=403)
    support.post(PATH, TOKEN, status=403)
    assert simulator.requests() == []
