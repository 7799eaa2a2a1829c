"""The simulator's clock: every time that it says or decides by follows it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.simulator.state.clock import Clock
from tests.contract.simulated import APPLICANT, NEW_USER, Simulated, error_of, json_of, simulated

AT = datetime(2026, 6, 12, 14, 32, tzinfo=UTC)
HOUR = timedelta(hours=1)
STATUS = "/api/v1/user/kyc/status"


@pytest.fixture
def server(tmp_path: Path) -> Simulated:
    """One whose clock goes only when it is moved."""
    return simulated(tmp_path, clock=Clock(lambda: AT))


def test_the_clock_says_how_far_it_is_moved(server: Simulated) -> None:
    server.move(30 * HOUR)
    server.move(HOUR)
    said = json_of(server.control("GET", "clock"))
    assert said == {"now": "2026-06-13T21:32:00.000Z", "moved_s": 31 * 3600}


def test_a_registration_a_call_and_a_pair_have_its_time(server: Simulated) -> None:
    server.move(30 * HOUR)
    user = json_of(server.post("/users", NEW_USER))["data"]["user"]
    assert user["createdAt"] == "2026-06-13T20:32:00.000Z"
    assert server.logged()[-1]["at"] == "2026-06-13T20:32:00.000Z"
    pairs = json_of(server.control("GET", "keys"))["keys"]
    assert pairs[0]["last_used_at"] == "2026-06-13T20:32:00.000Z"


def test_a_link_opens_for_a_day(server: Simulated) -> None:
    started = json_of(server.post("/kyc", {**APPLICANT, "userId": server.one("pending")["id"]}))
    path = started["verificationUrl"].removeprefix("http://localhost")
    server.move(timedelta(hours=23, minutes=59))
    assert "Approve" in server.app.test_client().get(path).text
    server.move(timedelta(minutes=1))
    assert "This link has expired." in server.app.test_client().get(path).text
    assert server.app.test_client().post(path, data={"outcome": "approved"}).status_code == 410


def test_a_user_token_lasts_an_hour(server: Simulated) -> None:
    user = server.one("active")["id"]
    token = json_of(server.post("/auth/token", {"userId": user}))["accessToken"]
    headers = {**server.credentials(1), "Authorization": f"Bearer {token}"}
    server.move(timedelta(minutes=59))
    client = server.app.test_client()
    assert error_of(client.get(STATUS, headers=headers)) == (404, "KYC not found")
    server.move(timedelta(minutes=1))
    assert error_of(client.get(STATUS, headers=headers)) == (401, "Invalid or expired user token")


def test_a_fault_begins_and_ends_by_the_clock(server: Simulated) -> None:
    fault = {"status": 429, "retry_after_s": 30, "after_s": 3600, "for_s": 600}
    server.control("PUT", "faults", {"faults": [fault]})
    statuses = []
    for by in (timedelta(), HOUR, timedelta(minutes=9), timedelta(minutes=1)):
        server.move(by)
        statuses.append(server.get("/users").status_code)
    assert statuses == [200, 429, 429, 200]
    assert json_of(server.control("GET", "faults")) == {"faults": []}


def test_a_limit_spares_so_many_calls_of_each_minute_and_says_when_the_next_begins(
    server: Simulated,
) -> None:
    fault = {"status": 429, "beyond_per_min": 2, "path": "/users"}
    server.control("PUT", "faults", {"faults": [fault]})
    server.move(timedelta(seconds=20))
    answers = [server.get("/users") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert [answer.headers.get("Retry-After") for answer in answers] == [None, None, "40", "40"]
    server.move(timedelta(seconds=40))
    assert [server.get("/users").status_code for _ in range(3)] == [200, 200, 429]


def test_only_a_429_says_when_the_next_minute_begins(server: Simulated) -> None:
    server.control("PUT", "faults", {"faults": [{"latency_ms": 1, "beyond_per_min": 0}]})
    answer = server.get("/users")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (200, None)


def test_what_a_limit_spares_meets_the_next_fault(server: Simulated) -> None:
    faults = [{"status": 429, "beyond_per_min": 1}, {"status": 503}]
    server.control("PUT", "faults", {"faults": faults})
    assert [server.get("/users").status_code for _ in range(2)] == [503, 429]


def test_a_reset_returns_to_the_time_of_the_machine(server: Simulated) -> None:
    server.move(HOUR)
    server.control("POST", "reset")
    assert json_of(server.control("GET", "clock"))["moved_s"] == 0


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clock", {}),
        ("clock", {"move_s": -1}),
        ("clock", {"move_s": 1.5}),
        ("clock", {"move_s": 10**9}),
        ("happenings", {"user": "17", "what": "born", "after_s": 0}),
        ("happenings", {"user": 17, "what": "approved", "after_s": 0}),
    ],
)
def test_a_clock_turned_wrongly_is_400_and_says_why(
    server: Simulated, path: str, body: object
) -> None:
    answer = server.control("POST", path, body)
    assert answer.status_code == 400
    assert json_of(answer)["error"]
    assert json_of(server.control("GET", "clock"))["moved_s"] == 0
