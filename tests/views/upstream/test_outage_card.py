"""The card of an outage: it agrees with the banner, and says nothing twice."""

import pytest

from tests.support.browsing import Visitor
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.upstream.test_outage import break_down


@pytest.mark.parametrize("fault", [{"status": 503}, {"reset": "before"}], ids=str)
def test_banner_and_card_agree_however_the_api_fails(
    support: Visitor, simulator: RunningSimulator, fault: dict[str, object]
) -> None:
    simulator.set_faults([fault])
    for path in ("/users", f"/users/{simulator.users()[0]['id']}"):
        assert "The Partner API is unavailable" in support.get(path, status=503).words
    break_down(support, simulator)
    assert "The Partner API has been unavailable since" in support.get("/account").words


def test_a_page_with_the_card_has_no_banner_but_its_time_and_try_now(
    support: Visitor, simulator: RunningSimulator
) -> None:
    break_down(support, simulator)
    page = support.get("/users", status=503)
    assert 'id="outage"' not in page.text
    assert page.words.count("unavailable") == 2
    assert "It has been unavailable since" in page.words
    assert "data-retry=" in page.text
