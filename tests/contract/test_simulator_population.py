"""People over time: what happens to them, once each, the same whatever the steps of the clock."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.simulator.state.clock import Clock
from tests.contract.simulated import APPLICANT, Simulated, error_of, json_of, simulated

AT = datetime(2026, 6, 12, 14, 32, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def server(tmp_path: Path) -> Simulated:
    """One whose clock goes only when it is moved."""
    return simulated(tmp_path, clock=Clock(lambda: AT))


def peopled(folder: Path, seed: int = 1) -> Simulated:
    folder.mkdir(exist_ok=True)
    return simulated(folder, 400, seed, population=True, clock=Clock(lambda: AT))


def state_of(server: Simulated) -> tuple[list[Any], list[Any], list[Any]]:
    """Return everything that time changes: people, what became of checks, and what happened."""
    people, happened = server.users(), server.happenings()
    checks = [
        (inquiry["startedAt"], inquiry["outcome"])
        for user in dict.fromkeys(each["user"] for each in happened)
        for inquiry in json_of(server.control("GET", f"inquiries?userId={user}"))["inquiries"]
    ]
    return people, checks, happened


def start(server: Simulated, user_id: str) -> int:
    return server.post("/kyc", {**APPLICANT, "userId": user_id}).status_code


def status_of(server: Simulated, user_id: str) -> str:
    return str(json_of(server.get(f"/users/{user_id}"))["data"]["user"]["status"])


def outcome_of(server: Simulated, user_id: str) -> object:
    (inquiry,) = json_of(server.control("GET", f"inquiries?userId={user_id}"))["inquiries"]
    return inquiry["outcome"]


@pytest.mark.parametrize("steps", [48, 5])
def test_two_days_end_in_the_same_world_whatever_the_steps(tmp_path: Path, steps: int) -> None:
    at_once, in_steps = peopled(tmp_path / "one"), peopled(tmp_path / "many")
    for server in (at_once, in_steps):
        waiting = [user["id"] for user in server.users() if user["status"] == "pending"]
        assert {start(server, user) for user in waiting[:40]} == {200}
    at_once.move(48 * HOUR)
    for _ in range(steps):
        in_steps.move(48 * HOUR / steps)
    assert state_of(at_once) == state_of(in_steps)


def test_everything_that_can_happen_happens_once_and_in_order(tmp_path: Path) -> None:
    server = peopled(tmp_path)
    before = Counter(user["status"] for user in server.users())
    for user in [user["id"] for user in server.users() if user["status"] == "pending"][:60]:
        start(server, user)
    server.move(24 * HOUR)
    halfway = [each for each in server.happenings() if each["done"] is not None]
    server.move(120 * HOUR)
    ended = server.happenings()
    assert ended[: len(halfway)] == halfway
    assert [each["at"] for each in ended] == sorted(each["at"] for each in ended)
    happened = Counter(each["what"] for each in ended if each["done"])
    assert None not in {each["done"] for each in ended}
    assert {"started", "approved", "failed", "abandoned", "vanished", "pending"} <= set(happened)
    assert happened["suspended"] + happened["banned"] > 0
    assert Counter((each["user"], each["what"]) for each in ended).most_common(1)[0][1] == 1
    assert Counter(user["status"] for user in server.users())["active"] > before["active"]
    server.move(48 * HOUR)
    assert server.happenings() == ended


def test_another_seed_is_another_life(tmp_path: Path) -> None:
    lives = []
    for seed in (1, 2, 1):
        server = simulated(tmp_path, clock=Clock(lambda: AT))
        server.control("POST", "reset")
        lives.append(json_of(server.control("PUT", "population", {"seed": seed})))
    assert lives[0] == lives[2] != lives[1]


def test_a_restart_goes_on_where_it_was(tmp_path: Path) -> None:
    server = peopled(tmp_path)
    server.move(24 * HOUR)
    left = [each for each in server.happenings() if each["done"] is None]
    again = peopled(tmp_path)
    assert [each for each in again.happenings() if each["done"] is None] == left


def test_a_start_elsewhere_is_a_409_here(server: Simulated) -> None:
    user = server.one("pending")["id"]
    server.let_happen(user, "started", HOUR)
    server.move(HOUR)
    refused = server.post("/kyc", {**APPLICANT, "userId": user})
    assert error_of(refused) == (409, "KYC already in progress")
    assert status_of(server, user) == "pending"
    assert outcome_of(server, user) is None


def test_a_start_here_leaves_the_other_client_none(server: Simulated) -> None:
    user = server.one("pending")["id"]
    server.let_happen(user, "started", HOUR)
    assert start(server, user) == 200
    server.move(HOUR)
    assert [each["done"] for each in server.happenings()] == [False]


@pytest.mark.parametrize(
    ("outcome", "status"), [("approved", "active"), ("failed", "pending"), ("abandoned", "pending")]
)
def test_a_check_ends_at_its_time(server: Simulated, outcome: str, status: str) -> None:
    user = server.one("pending")["id"]
    start(server, user)
    server.let_happen(user, outcome, HOUR)
    server.move(HOUR - timedelta(seconds=1))
    assert (status_of(server, user), outcome_of(server, user)) == ("pending", None)
    server.move(timedelta(seconds=1))
    assert (status_of(server, user), outcome_of(server, user)) == (status, outcome)


def test_a_check_that_ended_ends_no_other_way(server: Simulated) -> None:
    user = server.one("pending")["id"]
    start(server, user)
    server.let_happen(user, "failed", MINUTE)
    server.let_happen(user, "approved", 2 * MINUTE)
    server.move(HOUR)
    assert (status_of(server, user), outcome_of(server, user)) == ("pending", "failed")
    assert [each["done"] for each in server.happenings()] == [True, False]


def test_an_expired_link_is_approved_no_more(server: Simulated) -> None:
    user = server.one("pending")["id"]
    start(server, user)
    server.let_happen(user, "approved", 24 * HOUR)
    server.move(48 * HOUR)
    assert status_of(server, user) == "pending"
    assert [each["done"] for each in server.happenings()] == [False]


def test_one_step_over_both_ends_a_check_before_its_link_expires(server: Simulated) -> None:
    user = server.one("pending")["id"]
    server.let_happen(user, "started", HOUR)
    server.let_happen(user, "approved", 24 * HOUR)
    server.move(48 * HOUR)
    assert status_of(server, user) == "active"


@pytest.mark.parametrize(
    ("was", "became", "is_done"),
    [
        ("active", "pending", True),
        ("active", "suspended", True),
        ("pending", "banned", True),
        ("suspended", "active", True),
        ("banned", "active", False),
        ("pending", "pending", False),
    ],
)
def test_a_status_flips_where_it_can(
    server: Simulated,
    was: str,
    became: str,
    is_done: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    user = server.one(was)["id"]
    server.let_happen(user, became, MINUTE)
    server.move(MINUTE)
    assert status_of(server, user) == (became if is_done else was)
    assert [each["done"] for each in server.happenings()] == [is_done]


def test_who_vanishes_is_in_no_list_and_a_404(server: Simulated) -> None:
    user = server.one("pending")["id"]
    server.let_happen(user, "vanished", MINUTE)
    server.let_happen(user, "active", 2 * MINUTE)
    server.move(HOUR)
    assert error_of(server.get(f"/users/{user}")) == (404, "User not found")
    assert user not in {each["id"] for each in server.users()}
    assert [each["done"] for each in server.happenings()] == [True, False]


def test_time_that_passes_by_itself_is_played_too(tmp_path: Path) -> None:
    now = [AT]
    server = simulated(tmp_path, clock=Clock(lambda: now[0]))
    user = server.one("active")["id"]
    server.let_happen(user, "suspended", HOUR)
    now[0] += HOUR
    assert status_of(server, user) == "suspended"


def test_without_a_population_nothing_happens(server: Simulated) -> None:
    before = server.users()
    server.move(96 * HOUR)
    assert (server.users(), server.happenings()) == (before, [])


def test_what_happens_to_no_one_is_404(server: Simulated) -> None:
    body = {"user": "17", "what": "approved", "after_s": 0}
    assert server.control("POST", "happenings", body).status_code == 404


def test_what_is_to_happen_can_be_cleared(server: Simulated) -> None:
    user = server.one("active")["id"]
    server.let_happen(user, "suspended", HOUR)
    server.control("DELETE", "happenings")
    server.move(HOUR)
    assert status_of(server, user) == "active"
