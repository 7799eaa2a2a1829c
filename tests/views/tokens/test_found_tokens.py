"""A found token leads to its receipt, and is neither kept nor shown anywhere."""

import re
from pathlib import Path

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages.forms import TOKEN, send
from tests.support.pages.tokens import receipt_in, token_in
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres

PATH = "/tokens/find"


@pytest.fixture
def issuer(log_in: LogIn) -> Visitor:
    return log_in(Role.ISSUER)


@pytest.fixture
def issued(issuer: Visitor, simulator: RunningSimulator) -> tuple[str, str]:
    """Return a token of ours, and the address of its receipt."""
    active = next(user for user in simulator.users() if user["status"] == "active")
    page = send(issuer, f"/users/{active['id']}/tokens", TOKEN, status=200)
    simulator.clear_requests()
    return token_in(page.text), receipt_in(page.text)


def changed(token: str) -> str:
    """Return the token with another signature."""
    body, signature = token.rsplit(".", 1)
    return f"{body}.{signature[::-1]}"


@all_of(
    "text",
    [
        "{token}",
        "  {token}\n",
        "Authorization: Bearer {token}",
        "Please look:\n\n'{token}' was in our channel. Thanks!",
        'curl -H "Authorization: Bearer {token}" https://api.example.com/',
        "https://example.com/?access={token}&x=1",
        "{first}\n{second}",
    ],
)
def test_it_leads_to_its_receipt_whatever_is_around_it(
    issuer: Visitor, issued: tuple[str, str], simulator: RunningSimulator, text: str
) -> None:
    token, receipt = issued
    sent = text.format(token=token, first=token[:70], second=token[70:])
    assert issuer.post(PATH, {"found_token": sent}).headers["Location"] == receipt
    assert simulator.requests() == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPPORT, Role.AUDITOR])
def test_whoever_may_read_the_ledger_may_look_it_up(
    log_in: LogIn, issued: tuple[str, str], role: Role
) -> None:
    token, receipt = issued
    reader = log_in(role)
    assert reader.post(PATH, {"found_token": token}).headers["Location"] == receipt
    assert reader.post("/users/find", {"q": token}).headers["Location"] == receipt


def test_one_that_is_not_ours_is_not_shown_again_and_the_page_says_what_was_compared(
    issuer: Visitor, issued: tuple[str, str]
) -> None:
    other = changed(issued[0])
    page = issuer.post(PATH, {"found_token": other}, status=200)
    assert "This token wasn’t issued here." in page.words
    assert "We compared its fingerprint with that of 1 token" in page.words
    assert other not in page.text
    assert other.rsplit(".", 1)[1] not in page.text
    assert re.search(r"<textarea[^>]* data-forget[^>]*></textarea>", page.text)


def test_what_has_no_fingerprint_is_counted(
    issuer: Visitor, issued: tuple[str, str], simulator: RunningSimulator
) -> None:
    assert issued
    active = next(user for user in simulator.users() if user["status"] == "active")
    simulator.set_faults([{"method": "POST", "reset": "after"}])
    send(issuer, f"/users/{active['id']}/tokens", TOKEN, status=502)
    page = issuer.post(PATH, {"found_token": "nothing that looks like a token"}, status=200)
    assert "with that of 1 token" in page.words
    assert "1 more has no fingerprint that we could compare" in page.words


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "Paste the token."), (" \n", "Paste the token."), ("x" * 20_500, "Paste only the token")],
)
def test_bad_input_gets_its_error_beside_the_box_and_is_not_shown_again(
    issuer: Visitor, text: str, said: str
) -> None:
    page = issuer.post(PATH, {"found_token": text}, status=422)
    assert said in page.words
    assert "x" * 30 not in page.text


def test_it_is_in_no_log_row_address_or_answer(
    capsys: pytest.CaptureFixture[str],
    issuer: Visitor,
    issued: tuple[str, str],
    database: Database,
    tmp_path: Path,
) -> None:
    other = changed(issued[0])
    texts = []
    for path, name in ((PATH, "found_token"), ("/users/find", "q"), ("/palette", "q")):
        for token in (issued[0], other):
            answer = issuer.http.post(path, data={name: token, "csrf_token": issuer.csrf_token()})
            texts += [answer.text, str(answer.headers)]
    texts += ["".join(capsys.readouterr())]
    database.engine.dispose()
    texts += [file.read_bytes().decode("latin-1") for file in tmp_path.glob("dashboard.sqlite3*")]
    assert len(texts) > 12
    for text in texts:
        for token in (issued[0], other):
            assert token not in text
            assert token.rsplit(".", 1)[1] not in text


def test_the_box_leads_to_the_receipt_and_names_it_beside_others(
    issuer: Visitor, issued: tuple[str, str], simulator: RunningSimulator
) -> None:
    token, receipt = issued
    for text in (token, f"Bearer {token}"):
        assert issuer.post("/users/find", {"q": text}).headers["Location"] == receipt
    reported = issuer.post("/users/find", {"q": f"{token}, found by no.one@example.com"})
    assert reported.headers["Location"] == receipt
    other = next(user for user in simulator.users() if user["status"] == "pending")
    issuer.get("/users")
    page = issuer.post("/users/find", {"q": f"{token} {other['email']}"}, status=200)
    assert f'href="{receipt}"' in page.text
    assert "The text contained a token." in page.words
    typing = {"HX-Request": "true", "HX-Target": "results", "HX-Trigger": "users-q"}
    sent = {"q": token, "csrf_token": issuer.csrf_token()}
    typed = issuer.http.post("/users/find", data=sent, headers=typing)
    assert (typed.status_code, "HX-Redirect" in typed.headers) == (200, False)
    assert f'href="{receipt}"' in typed.text


def test_the_palette_offers_to_find_it_without_showing_it(
    issuer: Visitor, issued: tuple[str, str]
) -> None:
    sent = {"q": f"Bearer {issued[0]}", "csrf_token": issuer.csrf_token()}
    answer = issuer.http.post("/palette", data=sent, headers={"HX-Request": "true"})
    assert 'data-find=""' in answer.text
    assert "Find the token’s receipt or user" in answer.text
