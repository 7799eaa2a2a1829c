"""Tokens that an earlier pair of keys issued are listed while they live."""

import re

from tests.support.browsing import Visitor
from tests.support.pages.forms import TOKEN, send
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.credentials.test_credentials import PAGE, rotate
from tests.views.credentials.test_credentials import admin as admin  # noqa: PLC0414  a fixture


def test_a_token_whose_answer_was_lost_is_listed_once_another_pair_is_in_use(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    active = next(user["id"] for user in simulator.users() if user["status"] == "active")
    simulator.set_faults([{"method": "POST", "reset": "after", "times": 1}])
    send(admin, f"/users/{active}/tokens", TOKEN, status=502)
    assert "Tokens of other key pairs" not in admin.get(PAGE).words
    rotate(admin, simulator)
    assert "Tokens of other key pairs" in admin.get(PAGE).words


def test_a_token_of_the_old_pair_is_listed_with_its_time_left(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    active = next(user["id"] for user in simulator.users() if user["status"] == "active")
    send(admin, f"/users/{active}/tokens", TOKEN, status=200)
    assert "Tokens of other key pairs" not in admin.get(PAGE).words
    rotate(admin, simulator)
    page = admin.get(PAGE).words
    assert "Tokens of other key pairs" in page
    assert re.search(rf"…{simulator.first.api_key[-4:]} ?Ana Martins.*\d+ min left", page)
