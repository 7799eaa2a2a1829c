import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.contract.simulated import NEW_USER, UNKNOWN_ID, Simulated, error_of, simulated


@pytest.fixture
def server(tmp_path: Path) -> Simulated:
    return simulated(tmp_path)


def parts_of(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    header, claims, signature = (
        base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split(".")
    )
    return json.loads(header), json.loads(claims), signature


def test_an_exchange_answers_flat_with_two_tokens_and_the_user(server: Simulated) -> None:
    user = server.one("active")
    answer = server.post("/auth/token", {"userId": user["id"]})
    body = answer.get_json()
    assert answer.status_code == 200
    assert [*body] == ["success", "accessToken", "refreshToken", "user"]
    assert body["user"] == {
        "id": user["id"],
        "email": user["email"],
        "status": "active",
        "userType": user["userType"],
        "roles": [],
    }


@pytest.mark.parametrize(
    ("name", "lifetime_s"), [("accessToken", 3600), ("refreshToken", 30 * 24 * 3600)]
)
def test_a_token_reads_as_a_jwt_of_its_lifetime(
    server: Simulated, name: str, lifetime_s: int
) -> None:
    user = server.one("active", partner=2)
    token = server.post("/auth/token", {"userId": user["id"]}, by=2).get_json()[name]
    header, claims, signature = parts_of(token)
    assert token.startswith("eyJhbGciOiJSUzI1NiIs")
    assert {name: header[name] for name in ("alg", "typ")} == {"alg": "RS256", "typ": "JWT"}
    assert (claims["sub"], claims["partner"]) == (user["id"], 2)
    assert claims["exp"] - claims["iat"] == lifetime_s
    assert abs(claims["iat"] - time.time()) < 60
    assert len(signature) == 256


def test_no_two_exchanges_give_the_same_token(server: Simulated) -> None:
    body = {"userId": server.one("active")["id"]}
    tokens = {server.post("/auth/token", body).get_json()["accessToken"] for _ in range(2)}
    assert len(tokens) == 2


@pytest.mark.parametrize("status", ["pending", "suspended", "banned"])
def test_a_user_who_is_not_active_gets_no_token(server: Simulated, status: str) -> None:
    answer = server.post("/auth/token", {"userId": server.one(status)["id"]})
    assert error_of(answer) == (403, f"User account is {status}")


def test_a_registered_user_gets_one_once_active_with_its_type(server: Simulated) -> None:
    created = server.post("/users", {**NEW_USER, "userType": "business"}).get_json()
    user_id = created["data"]["user"]["id"]
    assert server.post("/auth/token", {"userId": user_id}).status_code == 403
    server.control("PATCH", f"users/{user_id}", {"status": "active"})
    body = server.post("/auth/token", {"userId": user_id}).get_json()
    assert body["user"]["userType"] == "business"


@pytest.mark.parametrize("body", [{}, {"userId": None}, {"userId": ""}])
def test_a_missing_user_id_is_400(server: Simulated, body: object) -> None:
    assert error_of(server.post("/auth/token", body)) == (400, "userId is required")


def test_an_unknown_user_is_404_and_a_malformed_id_400(server: Simulated) -> None:
    unknown = server.post("/auth/token", {"userId": UNKNOWN_ID})
    assert error_of(unknown) == (404, "User not found")
    malformed = server.post("/auth/token", {"userId": "17"})
    assert error_of(malformed) == (400, "userId must be a UUID")


def exchange(server: Simulated, user_id: str, *, by: int = 1) -> Any:  # noqa: ANN401  parsed JSON
    answer = server.post("/auth/login", {"privyToken": f"privy-{user_id}"}, by=by)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_the_deprecated_exchange_answers_as_documented(server: Simulated) -> None:
    user = server.one("active")
    body = exchange(server, user["id"])
    assert {*body} == {
        *("success", "accessToken", "refreshToken", "user"),
        *("isNewUser", "businessId"),
    }
    assert body["user"] == {
        "id": user["id"],
        "email": user["email"],
        "status": "active",
        "userType": user["userType"],
        "roles": [],
        "beta": False,
        "delegated": False,
    }
    assert body["isNewUser"] is False
    assert parts_of(body["accessToken"])[1]["sub"] == user["id"]


def test_somebody_whom_nobody_knows_becomes_a_pending_user_of_the_caller(server: Simulated) -> None:
    first = exchange(server, UNKNOWN_ID.upper(), by=2)
    assert first["isNewUser"] is True
    assert first["businessId"] != exchange(server, server.one("active")["id"])["businessId"]
    assert (
        server.get(f"/users/{UNKNOWN_ID}", by=2).get_json()["data"]["user"]["status"] == "pending"
    )
    assert server.get(f"/users/{UNKNOWN_ID}").status_code == 404
    assert exchange(server, UNKNOWN_ID, by=2)["isNewUser"] is False


@pytest.mark.parametrize("status", ["suspended", "banned"])
def test_who_is_kept_out_gets_no_token_by_privy_either(server: Simulated, status: str) -> None:
    user_id = server.one(status)["id"]
    answer = server.post("/auth/login", {"privyToken": f"privy-{user_id}"})
    assert error_of(answer) == (403, f"User account is {status}")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "privyToken is required"),
        ({"privyToken": ""}, "privyToken is required"),
        ({"privyToken": "privy-17"}, "Invalid Privy token"),
        ({"privyToken": UNKNOWN_ID}, "Invalid Privy token"),
    ],
)
def test_what_is_no_privy_token_is_400(server: Simulated, body: object, said: str) -> None:
    assert error_of(server.post("/auth/login", body)) == (400, said)
