"""A simulator inside the test's own process, and a client with a key pair."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from dashboard.simulator import KeyPair, SimulatorSettings, create_simulator
from dashboard.simulator.state.clock import Clock

PREFIX = "/api/v1/partner"
NEW_USER = {"userType": "personal", "email": "ana@example.com", "countryCode": "CO"}
APPLICANT = {"firstName": "Ana", "lastName": "Pérez", "email": "ana@example.com"}
UNKNOWN_ID = "550e8400-e29b-41d4-a716-446655440000"


@dataclass(frozen=True)
class Simulated:
    """Calls of the first partner, of the second with `by=2`, and of the controls."""

    app: Flask
    keys: tuple[KeyPair, KeyPair]

    def get(self, path: str, *, by: int = 1, **query: object) -> TestResponse:
        return self.app.test_client().get(
            PREFIX + path, query_string=query or None, headers=self.credentials(by)
        )

    def post(self, path: str, body: object, *, by: int = 1) -> TestResponse:
        return self.app.test_client().post(PREFIX + path, json=body, headers=self.credentials(by))

    def control(self, method: str, path: str, body: object = None) -> TestResponse:
        return self.app.test_client().open(f"/_simulator/{path}", method=method, json=body)

    def choose(self, **rivals: object) -> None:
        assert self.control("PUT", "rivals", rivals).status_code == 200

    def move(self, by: timedelta) -> None:
        moved = self.control("POST", "clock", {"move_s": round(by.total_seconds())})
        assert moved.status_code == 200

    def let_happen(self, user_id: str, what: str, after: timedelta = timedelta()) -> None:
        body = {"user": user_id, "what": what, "after_s": round(after.total_seconds())}
        assert self.control("POST", "happenings", body).status_code == 201

    def happenings(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = json_of(self.control("GET", "happenings"))["happenings"]
        return listed

    def credentials(self, partner: int) -> dict[str, str]:
        pair = self.keys[partner - 1]
        return {"X-Api-Key": pair.api_key, "X-Api-Secret": pair.api_secret}

    def users(self, partner: int = 1) -> list[dict[str, Any]]:
        users: list[dict[str, Any]] = json_of(self.control("GET", f"users?partner={partner}"))[
            "users"
        ]
        return users

    def one(self, status: str, partner: int = 1) -> dict[str, Any]:
        """Return some user of this status."""
        return next(user for user in self.users(partner) if user["status"] == status)

    def logged(self) -> list[dict[str, Any]]:
        logged: list[dict[str, Any]] = json_of(self.control("GET", "requests"))["requests"]
        return logged


def simulated(
    folder: Path,
    users: int = 200,
    seed: int = 1,
    *,
    population: bool = False,
    clock: Clock | None = None,
) -> Simulated:
    keys = (KeyPair.generate(), KeyPair.generate())
    settings = SimulatorSettings(folder / "people.sqlite3", keys, users, seed, population)
    return Simulated(create_simulator(settings, clock), keys)


def json_of(answer: TestResponse) -> Any:  # noqa: ANN401  parsed JSON
    return answer.get_json()


def error_of(answer: TestResponse) -> tuple[int, str]:
    """Return status and text of an error in the assumed shape, which is checked."""
    body = json_of(answer)
    assert body == {"success": False, "error": body["error"]}
    return answer.status_code, body["error"]
