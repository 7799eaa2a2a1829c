"""Settings, API credentials: add, prove, switch, restore, forget, each a POST of its own."""

import pytest

from dashboard.services.permissions import Role
from dashboard.simulator import KeyPair
from dashboard.store.db.database import Database
from dashboard.store.schema import api_pairs
from tests.support.browsing import Page, Visitor
from tests.support.pages.forms import trail
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

PAGE = "/settings/credentials"


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def add(visitor: Visitor, pair: KeyPair, *, status: int = 303) -> Page:
    typed = {"api_key": pair.api_key, "api_secret": pair.api_secret}
    return visitor.post(PAGE, typed, status=status)


def step(visitor: Visitor, name: str, pair_id: int, *, status: int = 303) -> Page:
    return visitor.post(f"{PAGE}/{pair_id}/{name}", {"forget": "1"}, status=status)


def rotate(visitor: Visitor, simulator: RunningSimulator, pair_id: int = 1) -> tuple[int, KeyPair]:
    """Rotate to a new pair in the better order; return its number at the console."""
    number, pair = simulator.generate_keys()
    add(visitor, pair)
    step(visitor, "prove", pair_id)
    step(visitor, "switch", pair_id)
    return number, pair


def numbers_used(simulator: RunningSimulator) -> list[int | None]:
    return [call.pair for call in simulator.requests()]


def test_only_who_may_manage_credentials_gets_here(log_in: LogIn) -> None:
    for role in (Role.SUPPORT, Role.AUDITOR, Role.ISSUER):
        log_in(role).get(PAGE, status=403)


def test_the_page_tells_what_is_in_use_and_asks_nobody(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    page = admin.get(PAGE)
    assert f"qash_key_live_…{simulator.first.api_key[-4:]}" in page.words
    assert "The server’s environment" in page.words
    assert "Not used yet" in page.words
    assert "Put the new key pair into your own backend" in page.words
    assert simulator.requests() == []
    assert f'href="{PAGE}"' in admin.get("/settings").text


def test_a_pair_is_added_proved_and_switched_to(
    admin: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    admin.get("/users")
    number, pair = simulator.generate_keys()
    add(admin, pair)
    assert "test it next" in admin.get(PAGE).words
    assert "Use this key pair" not in admin.get(PAGE).words
    simulator.clear_requests()
    step(admin, "prove", 1)
    assert numbers_used(simulator) == [number]
    assert "and it belongs to the same partner." in admin.get(PAGE).words
    simulator.clear_requests()
    step(admin, "switch", 1)
    assert simulator.requests() == []
    admin.get("/users")
    assert numbers_used(simulator) == [number]
    page = admin.get(PAGE).words
    assert f"qash_key_live_…{pair.api_key[-4:]}" in page
    assert "by Ana Martins" in page
    assert f"another key pair, qash_key_live_…{simulator.first.api_key[-4:]}. It isn’t used" in page
    for action in ("add", "switch"):
        assert trail(database, f"credentials:{action}") == [("succeeded", None)]
    (attempted, succeeded) = trail(database, "credentials:prove")
    assert (attempted[0], succeeded[0]) == ("attempted", "succeeded")


def test_what_is_wrong_with_a_pair_is_told_beside_its_field_and_never_comes_back(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    for key, secret, said in [
        ("", "a-secret-that-was-typed", "Paste the API key."),
        ("a-key-that-was-typed", "", "Paste the API secret."),
        ("a-key-that-was-typed\u20acx", "a-secret-that-was-typed", "isn’t allowed in keys"),
        ("a-key-that-was-typed\u2028x", "a-secret-that-was-typed", "invisible character"),
        ("qash_secret_live_typed", "a-secret-that-was-typed", "Paste the API key here."),
    ]:
        page = add(admin, KeyPair(key, secret), status=422)
        assert said in page.words
        assert "was-typed" not in page.text
        assert "live_typed" not in page.text
    assert simulator.requests() == []


def test_a_pair_in_use_or_kept_is_not_added_again_and_one_at_a_time_waits(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    assert "This key pair is in use." in add(admin, simulator.first, status=409).words
    _, pair = simulator.generate_keys()
    add(admin, pair)
    assert "was added before" in add(admin, pair, status=409).words
    _, another = simulator.generate_keys()
    page = add(admin, another, status=409)
    assert "There’s another new key pair" in page.words
    assert another.api_secret not in page.text


def test_a_refused_pair_is_told_and_is_not_switched_to(
    admin: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    number, pair = simulator.generate_keys()
    add(admin, pair)
    simulator.revoke_keys(number)
    simulator.clear_requests()
    page = step(admin, "prove", 1, status=422)
    assert "The Partner API refuses this key pair." in page.words
    assert len(simulator.requests()) == 1
    assert [outcome for outcome, _ in trail(database, "credentials:prove")] == [
        "attempted",
        "rejected",
    ]
    assert "hasn’t been tested" in step(admin, "switch", 1, status=409).words
    step(admin, "forget", 1)
    assert "Add key pair" in admin.get(PAGE).words


def test_a_proof_ends_when_the_pair_is_refused_afterwards(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    number, pair = simulator.generate_keys()
    add(admin, pair)
    step(admin, "prove", 1)
    simulator.revoke_keys(number)
    step(admin, "prove", 1, status=422)
    assert "hasn’t been tested" in step(admin, "switch", 1, status=409).words


def test_an_api_that_is_down_proves_nothing(admin: Visitor, simulator: RunningSimulator) -> None:
    _, pair = simulator.generate_keys()
    add(admin, pair)
    simulator.set_faults([{"status": 503, "times": 20}])
    assert "can’t be reached or has rate limited us" in step(admin, "prove", 1, status=503).words
    assert "hasn’t been tested" in step(admin, "switch", 1, status=409).words


def test_the_old_pair_is_restored_and_the_new_one_forgotten(
    admin: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    first = simulator.key_number(simulator.first)
    rotate(admin, simulator)
    step(admin, "restore", 2)
    simulator.clear_requests()
    admin.get("/users")
    assert numbers_used(simulator) == [first]
    page = admin.post(f"{PAGE}/1/forget", {}, status=422)
    assert "Tick this box to delete the key pair." in page.words
    step(admin, "forget", 1)
    with database.read() as connection:
        row = connection.execute(api_pairs.select().where(api_pairs.c.id == 1)).one()
    assert (row.sealed, row.key_id) == (None, None)
    assert row.forgotten_at
    step(admin, "restore", 1, status=404)
    for action in ("restore", "forget"):
        assert trail(database, f"credentials:{action}") == [("succeeded", None)]


def test_the_pair_in_use_is_not_forgotten(admin: Visitor, simulator: RunningSimulator) -> None:
    rotate(admin, simulator)
    assert "in use" in step(admin, "forget", 1, status=409).words


@pytest.mark.parametrize("name", ["prove", "switch", "restore", "forget"])
def test_a_step_with_a_pair_that_never_was_is_404(admin: Visitor, name: str) -> None:
    step(admin, name, 99, status=404)


def test_a_step_under_htmx_leads_to_the_page(admin: Visitor, simulator: RunningSimulator) -> None:
    _, pair = simulator.generate_keys()
    add(admin, pair)
    sent = {"csrf_token": admin.csrf_token()}
    headers = {"HX-Request": "true"}
    answer = admin.http.post(f"{PAGE}/1/prove", data=sent, headers=headers)
    assert answer.headers["HX-Redirect"] == PAGE
