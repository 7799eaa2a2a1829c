"""The vendor's console: several pairs per partner, each revoked separately."""

import re
from pathlib import Path

import pytest

from dashboard.simulator import KeyPair, SimulatorSettings, create_simulator
from tests.contract.simulated import PREFIX, Simulated, json_of, simulated

CONSOLE = "/_simulator/console"


@pytest.fixture
def server(tmp_path: Path) -> Simulated:
    return simulated(tmp_path, users=5)


def status_with(server: Simulated, pair: KeyPair) -> int:
    headers = {"X-Api-Key": pair.api_key, "X-Api-Secret": pair.api_secret}
    return server.app.test_client().get(f"{PREFIX}/users", headers=headers).status_code


def generated(server: Simulated, partner: int = 1) -> tuple[int, KeyPair]:
    made = json_of(server.control("POST", "keys", {"partner": partner}))
    return made["id"], KeyPair(made["api_key"], made["api_secret"])


def test_a_generated_pair_opens_the_same_partner_beside_the_old_one(server: Simulated) -> None:
    _, pair = generated(server)
    assert (status_with(server, pair), status_with(server, server.keys[0])) == (200, 200)
    assert [one["partner"] for one in server.logged()] == [1, 1]
    first, second = (one["pair"] for one in server.logged())
    assert first != second


def test_a_revoked_pair_opens_nothing_and_the_others_still_do(server: Simulated) -> None:
    number, pair = generated(server)
    assert server.control("DELETE", f"keys/{number}").status_code == 200
    assert (status_with(server, pair), status_with(server, server.keys[0])) == (401, 200)
    assert server.control("DELETE", "keys/999").status_code == 404


def test_the_list_tells_what_is_known_of_a_pair_and_no_secret(server: Simulated) -> None:
    number, pair = generated(server)
    status_with(server, pair)
    server.control("DELETE", f"keys/{number}")
    answer = server.control("GET", "keys")
    (listed,) = [one for one in answer.get_json()["keys"] if one["id"] == number]
    assert listed["created_at"]
    assert listed["last_used_at"]
    assert listed["revoked_at"]
    assert (listed["accepted"], listed["hint"]) == (False, f"…{pair.api_key[-4:]}")
    assert pair.api_secret not in answer.text


def test_a_restart_keeps_generated_and_revoked_pairs(tmp_path: Path) -> None:
    server = simulated(tmp_path, users=5)
    _, pair = generated(server)
    first = next(one["id"] for one in json_of(server.control("GET", "keys"))["keys"])
    server.control("DELETE", f"keys/{first}")
    settings = SimulatorSettings(tmp_path / "people.sqlite3", server.keys, 5)
    again = Simulated(create_simulator(settings), server.keys)
    assert (status_with(again, pair), status_with(again, server.keys[0])) == (200, 401)


def test_a_start_with_another_pair_forgets_the_one_before(tmp_path: Path) -> None:
    server = simulated(tmp_path, users=5)
    keys = (KeyPair(server.keys[0].api_key, "another-secret-of-the-same-key"), server.keys[1])
    settings = SimulatorSettings(tmp_path / "people.sqlite3", keys, 5)
    again = Simulated(create_simulator(settings), keys)
    assert (status_with(again, keys[0]), status_with(again, server.keys[0])) == (200, 401)


def test_a_reset_leaves_the_pairs_of_the_start(server: Simulated) -> None:
    _, pair = generated(server)
    server.control("DELETE", "keys/1")
    server.control("POST", "reset")
    assert (status_with(server, pair), status_with(server, server.keys[0])) == (401, 200)


def test_where_one_pair_is_allowed_the_old_one_has_to_go_first(server: Simulated) -> None:
    server.choose(key_pairs="one")
    assert server.control("POST", "keys", {"partner": 1}).status_code == 409
    assert server.app.test_client().post(CONSOLE, data={"generate": "1"}).status_code == 409
    server.control("DELETE", "keys/1")
    assert server.control("POST", "keys", {"partner": 1}).status_code == 201


def test_the_console_generates_shows_the_secret_once_and_revokes(server: Simulated) -> None:
    browser = server.app.test_client()
    made = browser.post(CONSOLE, data={"generate": "1"}).text
    key, secret = re.findall(r"<code id=\"api-\w+\">([^<]+)</code>", made)
    assert status_with(server, KeyPair(key, secret)) == 200
    listed = browser.get(CONSOLE).text
    assert key[-4:] in listed
    assert secret not in listed
    numbers = re.findall(r'name="revoke" value="(\d+)"', listed)
    assert browser.post(CONSOLE, data={"revoke": numbers[-1]}).status_code == 303
    assert status_with(server, KeyPair(key, secret)) == 401
    assert "revoked" in browser.get(CONSOLE).text


def test_the_console_shows_one_partner_at_a_time_and_asks_for_no_keys(server: Simulated) -> None:
    _, pair = generated(server, 2)
    browser = server.app.test_client()
    assert pair.api_key[-4:] not in browser.get(CONSOLE).text
    assert pair.api_key[-4:] in browser.get(f"{CONSOLE}?partner=2").text
    assert server.logged() == []
