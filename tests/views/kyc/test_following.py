"""A page that waits for KYC follows the user, and no longer than needed."""

import pytest

from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import KYC, send
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def user_id(simulator: RunningSimulator) -> str:
    return next(str(user["id"]) for user in simulator.users() if user["status"] == "pending")


def test_a_waiting_page_follows_until_the_status_changes(
    support: Visitor, simulator: RunningSimulator, user_id: str
) -> None:
    path = f"/users/{user_id}"
    assert 'id="follow"' not in support.get(path).text
    send(support, f"{path}/kyc", KYC, status=303)
    for place, root in ((path, "record"), (f"{path}/kyc", "inquiry")):
        page = support.get(place)
        assert 'data-follow="4"' in page.text
        same = support.fragment(f"{place}?seen=link_fresh&step=3", "follow")
        assert 'data-follow="15"' in same.text
        assert "HX-Retarget" not in same.headers
        simulator.set_status(user_id, "active")
        changed = support.fragment(f"{place}?seen=link_fresh&step=3", "follow")
        assert changed.headers["HX-Retarget"] == f"#{root}"
        assert f'id="{root}"' in changed.text
        assert 'id="follow"' not in changed.text
        simulator.set_status(user_id, "pending")


def test_following_does_not_extend_the_session_and_an_error_leaves_the_page_alone(
    support: Visitor, simulator: RunningSimulator, user_id: str, clock: TestClock
) -> None:
    send(support, f"/users/{user_id}/kyc", KYC, status=303)
    clock.advance(minutes=40)
    simulator.set_faults([{"status": 503}])
    failed = support.fragment(f"/users/{user_id}?seen=link_fresh", "follow", status=503)
    assert failed.headers["HX-Reswap"] == "none"
    assert failed.text == ""
    clock.advance(minutes=21)
    support.fragment(f"/users/{user_id}?seen=link_fresh", "follow", status=401)
