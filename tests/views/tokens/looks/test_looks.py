"""A look without a token: one read-only page, and the token is nowhere."""

from pathlib import Path

import pytest

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import grants
from tests.support.browsing import Visitor
from tests.support.canaries import JWT
from tests.support.pages.forms import intent_of, trail
from tests.support.pages.looks import LOOK, PARTS, REASON, look, money
from tests.support.people import Hire, LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator


def test_a_look_makes_five_calls_and_shows_every_part(
    issuer: Visitor, simulator: RunningSimulator, database: Database, user_id: str, path: str
) -> None:
    money(simulator, user_id, "MXN")
    form = issuer.get(path)
    assert "Each time, the API keeps a refresh token for 30 days." in form.words
    simulator.clear_requests()
    page = issuer.post(path, {**LOOK, "intent": intent_of(form)}, status=200)
    calls = sorted((call.method, call.path) for call in simulator.requests())
    reads = [("GET", part) for part in sorted(PARTS)]
    assert calls == [*reads, ("POST", "/api/v1/partner/auth/token")]
    assert "1,500.00 MXN" in page.words
    assert "Credits 1,750.00, debits 250.00" in page.words
    assert "−84.50 MXN" in page.words  # noqa: RUF001  the minus of a text
    assert "Completed" in page.words
    assert "The API has no KYC for this user." in page.words
    assert "Kept by the API until" in page.words
    assert REASON in page.words
    assert page.headers["Cache-Control"] == "no-store"
    assert [outcome for outcome, _ in trail(database, "tokens:look")] == ["attempted", "succeeded"]


def test_the_page_offers_nothing_that_changes_anything(issuer: Visitor, path: str) -> None:
    page = look(issuer, path)
    main = page.text.split("<main")[1].split("</main>")[0]
    assert "<form" not in main
    assert "<button" not in main


def test_the_token_is_nowhere(
    capsys: pytest.CaptureFixture[str],
    issuer: Visitor,
    simulator: RunningSimulator,
    database: Database,
    tmp_path: Path,
    user_id: str,
    path: str,
) -> None:
    """Every answer, and all that is kept, is searched for anything that looks like a token."""
    pages = [look(issuer, path).text]
    for fault in ({"path": "/api/v1/user", "status": 500}, {"path": "/api/v1/user", "status": 401}):
        simulator.set_faults([fault])
        pages.append(look(issuer, path).text)
    simulator.set_faults([])
    user = f"/users/{user_id}"
    pages += [
        issuer.get(each).text for each in (user, f"{user}/requests", "/tokens", "/audit", "/", path)
    ]
    database.engine.dispose()
    pages += [file.read_bytes().decode("latin-1") for file in tmp_path.glob("dashboard.sqlite3*")]
    pages.append("".join(capsys.readouterr()))
    for text in pages:
        assert not JWT.search(text)


@pytest.mark.parametrize("status", ["pending", "suspended", "banned"])
def test_a_user_who_is_not_active_is_not_looked_at(
    issuer: Visitor, simulator: RunningSimulator, path: str, user_id: str, status: str
) -> None:
    fields = {**LOOK, "intent": intent_of(issuer.get(path))}
    simulator.set_status(user_id, status)
    page = issuer.get(path)
    assert "The API lets us look only at active users." in page.words
    assert 'name="intent"' not in page.text
    assert "View accounts" not in issuer.get(f"/users/{user_id}").words
    simulator.clear_requests()
    refused = issuer.post(path, fields, status=409)
    assert f"“User account is {status}”" in refused.words
    assert len(simulator.requests()) == 1


def test_the_same_form_again_asks_nothing_and_shows_nothing(
    issuer: Visitor, simulator: RunningSimulator, user_id: str, path: str
) -> None:
    money(simulator, user_id, "MXN")
    fields = {**LOOK, "intent": intent_of(issuer.get(path))}
    issuer.post(path, fields, status=200)
    simulator.clear_requests()
    again = issuer.post(path, fields, status=409)
    assert "This form was already used" in again.words
    assert "1,500.00" not in again.words
    assert simulator.requests() == []


def test_a_lost_answer_may_be_a_token_and_nothing_is_read(
    issuer: Visitor, simulator: RunningSimulator, database: Database, path: str
) -> None:
    simulator.set_faults([{"method": "POST", "reset": "after"}])
    page = look(issuer, path, status=502)
    assert "A token may exist" in page.words
    assert trail(database, "tokens:look")[-1][0] == "unknown"
    assert [call.path for call in simulator.requests() if "/user/" in call.path] == []


def test_the_audit_log_and_the_timeline_say_who_looked(
    issuer: Visitor, database: Database, user_id: str, path: str
) -> None:
    look(issuer, path)
    assert "You viewed the accounts" in issuer.get(f"/users/{user_id}").words
    entries = issuer.get("/audit?action=tokens:look")
    assert 'title="tokens:look">Viewed a user’s accounts<' in entries.text
    with database.read() as connection:
        (grant,) = connection.execute(grants.select()).all()
    assert (grant.reason, grant.ticket, str(grant.user_id)) == (REASON, "SUP-2", user_id)


def test_the_log_of_requests_has_the_five_calls_and_how_to_repeat_them_with_your_own_token(
    issuer: Visitor, user_id: str, path: str
) -> None:
    look(issuer, path)
    page = issuer.get(f"/users/{user_id}/requests")
    for part in PARTS:
        assert f'curl "$PARTNER_API_URL{part}"' in page.words
    assert page.words.count("Authorization: Bearer $TOKEN") == 4


def test_a_reason_is_asked_for_and_what_was_typed_stays(
    issuer: Visitor, simulator: RunningSimulator, path: str
) -> None:
    page = look(issuer, path, status=422, reason="")
    assert "Enter why you need to look." in page.words
    assert 'value="SUP-2"' in page.text
    assert not [call for call in simulator.requests() if call.method == "POST"]


@all_of(
    "role,allowed",
    [(role, role in {Role.ISSUER, Role.ADMIN, Role.ONBOARDING}) for role in Role],
)
def test_issuers_and_admins_may_look_and_outside_production_onboarding_too(
    log_in: LogIn, user_id: str, path: str, role: Role, *, allowed: bool
) -> None:
    visitor = log_in(role)
    visitor.get(path, status=200 if allowed else 403)
    assert ("View accounts" in visitor.get(f"/users/{user_id}").words) == allowed


def test_with_looks_off_there_is_no_page_and_no_control(
    settings: dict[str, str], hire: Hire, simulator: RunningSimulator, user_id: str, path: str
) -> None:
    visitor = Visitor(create_app(load_config(None, **settings, LOOK="off")))
    visitor.log_in(*hire(Role.ADMIN))
    simulator.clear_requests()
    visitor.get(path, status=404)
    visitor.post(path, LOOK, status=404)
    assert simulator.requests() == []
    assert "View accounts" not in visitor.get(f"/users/{user_id}").words
