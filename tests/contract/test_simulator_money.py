"""What the simulator says about a user's money, given the user's own token."""

from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.contract.simulated import Simulated, error_of, simulated

USER = "/api/v1/user"
COUNTERS = {"totalItems", "totalPages", "currentPage", "itemsPerPage"}


@pytest.fixture
def server(tmp_path: Path) -> Simulated:
    return simulated(tmp_path)


def ask(server: Simulated, path: str, token: str, by: int = 1) -> TestResponse:
    headers = {**server.credentials(by), "Authorization": f"Bearer {token}"}
    return server.app.test_client().get(f"{USER}/{path}", headers=headers)


@pytest.fixture
def token(server: Simulated) -> str:
    answer = server.post("/auth/token", {"userId": server.one("active")["id"]})
    return str(answer.get_json()["accessToken"])


def test_accounts_and_balances_have_the_contract_s_fields_and_agree(
    server: Simulated, token: str
) -> None:
    accounts: dict[str, Any] = ask(server, "accounts", token).get_json()
    balances: dict[str, Any] = ask(server, "balance", token).get_json()
    assert {*accounts["meta"]} == {*balances["meta"]} == COUNTERS
    for account, balance in zip(accounts["items"], balances["items"], strict=True):
        assert [*account] == [
            *("id", "description", "asset", "type", "number", "credits", "debits"),
        ]
        assert {*balance} == {"id", "description", "asset", "balance", "type"}
        assert balance["balance"] == account["credits"] - account["debits"]
    assert accounts == ask(server, "accounts", token).get_json()


def test_transactions_come_newest_first_and_no_more_than_asked_for(
    server: Simulated, token: str
) -> None:
    every = ask(server, "transactions?size=100", token).get_json()
    some = ask(server, "transactions?size=2", token).get_json()
    assert some["items"] == every["items"][:2]
    assert (some["total"], some["limit"]) == (every["total"], 2)
    times = [each["createdAt"] for each in every["items"]]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("path", ["accounts", "balance", "transactions"])
def test_each_refuses_as_documented(server: Simulated, token: str, path: str) -> None:
    assert error_of(ask(server, path, "x.y.z")) == (401, "Invalid or expired user token")
    answer = ask(server, path, token, by=2)
    assert error_of(answer) == (403, "User does not belong to this partner")
