"""A new pair is proved to be of the same partner, as far as that can be told."""

from tests.support.browsing import Visitor
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.credentials.test_credentials import PAGE, add, step
from tests.views.credentials.test_credentials import admin as admin  # noqa: PLC0414  a fixture


def test_a_pair_of_another_partner_is_refused_by_one_more_look(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    admin.get("/users")
    add(admin, simulator.second)
    admin.get(PAGE)
    simulator.clear_requests()
    step(admin, "prove", 1)
    assert [call.path.count("/") for call in simulator.requests()] == [4, 5]
    told = admin.get(PAGE).words
    assert "belongs to another partner" in told
    assert "accepts this key pair." not in told
    assert "belongs to another partner" in step(admin, "switch", 1, status=409).words
    assert "Use this key pair" not in admin.get(PAGE).words


def test_a_user_we_remember_proves_a_pair_whose_list_shows_nobody_we_know(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    admin.get(f"/users/{simulator.users()[-1]['id']}")
    _, pair = simulator.generate_keys()
    add(admin, pair)
    simulator.clear_requests()
    step(admin, "prove", 1)
    assert len(simulator.requests()) == 2
    assert "it belongs to the same partner" in admin.get(PAGE).words


def test_where_nobody_is_remembered_it_cannot_be_told_and_the_page_says_so(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    _, pair = simulator.generate_keys()
    add(admin, pair)
    simulator.clear_requests()
    step(admin, "prove", 1)
    assert len(simulator.requests()) == 1
    assert "can’t tell whether it belongs to the same partner" in admin.get(PAGE).words
    step(admin, "switch", 1)
