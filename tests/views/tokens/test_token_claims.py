"""What a token's claims mean, and the ledger's tabs."""

import re

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import TOKEN, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def issuer(log_in: LogIn) -> Visitor:
    return log_in(Role.ISSUER)


@pytest.fixture
def path(simulator: RunningSimulator) -> str:
    active = next(user for user in simulator.users() if user["status"] == "active")
    return f"/users/{active['id']}/tokens"


def test_claims_are_explained_and_their_times_written_out(issuer: Visitor, path: str) -> None:
    page = send(issuer, path, TOKEN, status=200)
    rows = dict(
        re.findall(r"<code><bdi>(\w+)</bdi></code></th>.*?<td>(.*?)</td></tr>", page.markup)
    )
    told = {name: re.sub("<[^>]+>", "", said) for name, said in rows.items()}
    assert re.fullmatch(r"Issued .+ at \d\d:\d\d ?UTC", told["iat"])
    assert re.fullmatch(r"Expires .+ at \d\d:\d\d ?UTC", told["exp"])
    assert told["sub"] == "The ID of this user"


def test_the_active_tab_has_only_tokens_that_have_not_expired(
    issuer: Visitor, path: str, clock: TestClock
) -> None:
    assert "No active tokens" in issuer.get("/tokens?view=active").words
    send(issuer, path, TOKEN, status=200)
    assert TOKEN["reason"] in issuer.get("/tokens?view=active").words
    for minutes in (40, 25):
        clock.advance(minutes=minutes)
        issuer.get("/tokens")
    page = issuer.get("/tokens?view=active")
    assert TOKEN["reason"] not in page.words
    assert "No active tokens" in page.words
    assert TOKEN["reason"] in issuer.get("/tokens").words
    assert TOKEN["reason"] in issuer.get("/tokens?view=x").words
