"""Each token that was issued has a receipt, with an address of its own."""

import re

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages.forms import TOKEN, send
from tests.support.pages.tokens import add_look, receipt_in, token_in
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres


@pytest.fixture
def issuer(log_in: LogIn) -> Visitor:
    return log_in(Role.ISSUER, Role.AUDITOR)


@pytest.fixture
def user(simulator: RunningSimulator) -> dict[str, str]:
    return next(user for user in simulator.users() if user["status"] == "active")


def test_a_receipt_says_who_issued_it_for_which_user_why_and_until_when(
    issuer: Visitor, user: dict[str, str], simulator: RunningSimulator
) -> None:
    issued = send(issuer, f"/users/{user['id']}/tokens", TOKEN, status=200)
    path = receipt_in(issued.text)
    simulator.clear_requests()
    page = issuer.get(path)
    for said in (
        f"Token for {user['email']}",
        "Ana Martins",
        TOKEN["reason"],
        TOKEN["ticket"],
        "Issued token",
        issued.words.partition("Fingerprint ")[2].split(" ")[0],
        f"http://localhost{path}",
        "Time left",
    ):
        assert said in page.words
    assert user["id"] in page.text
    assert token_in(issued.text) not in page.text
    assert simulator.requests() == []


def test_every_page_that_mentions_a_token_leads_to_its_receipt(
    issuer: Visitor, user: dict[str, str]
) -> None:
    issued = send(issuer, f"/users/{user['id']}/tokens", TOKEN, status=200)
    receipt = receipt_in(issued.text)
    number = receipt.rpartition("/")[2]
    for path in (
        "/tokens",
        f"/users/{user['id']}",
        f"/users/{user['id']}?kind=tokens",
        f"/audit/{number}",
    ):
        assert f'href="{receipt}"' in issuer.get(path).text, path
    timeline = issuer.fragment(f"/users/{user['id']}/timeline?kind=tokens", "timeline")
    assert f'href="{receipt}"' in timeline.text
    assert f'href="/audit/{number}"' in issuer.get(receipt).text


def test_its_kind_is_an_issue_an_exchange_or_a_look(
    issuer: Visitor, user: dict[str, str], database: Database
) -> None:
    exchange = {**TOKEN, "privy_token": f"privy-{user['id']}"}
    exchanged = send(issuer, "/tokens/privy", exchange, status=200)
    assert "Through the deprecated Privy exchange" in issuer.get(receipt_in(exchanged.text)).words
    page = issuer.get(f"/tokens/{add_look(database)}")
    assert "No one received it." in page.words
    assert "Time left" not in page.words


def test_a_token_without_an_answer_has_a_receipt_without_a_fingerprint(
    issuer: Visitor, user: dict[str, str], simulator: RunningSimulator
) -> None:
    simulator.set_faults([{"method": "POST", "reset": "after"}])
    send(issuer, f"/users/{user['id']}/tokens", TOKEN, status=502)
    page = issuer.get(receipt_in(issuer.get("/tokens").text))
    assert "May exist until" in page.words
    assert "None: we got no response" in page.words


def test_a_refused_token_and_one_that_never_existed_have_none(
    issuer: Visitor, user: dict[str, str], simulator: RunningSimulator
) -> None:
    path = f"/users/{user['id']}/tokens"
    form = issuer.get(path)
    simulator.set_status(user["id"], "suspended")
    intent = form.text.partition('name="intent" value="')[2].partition('"')[0]
    issuer.post(path, {**TOKEN, "intent": intent}, status=409)
    audit = issuer.get("/audit?action=tokens:issue").text
    number = re.findall(r'href="/audit/(\d+)"', audit)[0]
    assert "/tokens/" not in issuer.get(f"/audit/{number}").text
    for missing in (number, "0", "1", "99999999999999999999"):
        issuer.get(f"/tokens/{missing}", status=404)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_a_masked_role_reads_the_same_receipt_masked(
    log_in: LogIn, issuer: Visitor, user: dict[str, str], role: Role
) -> None:
    why = {**TOKEN, "reason": f"Asked by {user['email']}"}
    receipt = receipt_in(send(issuer, f"/users/{user['id']}/tokens", why, status=200).text)
    page = log_in(role).get(receipt)
    assert user["email"] not in page.text
    assert user["email"].split("@")[0] not in page.text
    assert f"…{user['id'][-4:]}" in page.words
    assert ("/audit/" in page.text) == (role is Role.AUDITOR)
