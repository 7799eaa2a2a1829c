"""When the next call goes out: one time, the same everywhere, and kept."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from dashboard.services.upstream.breaker import THRESHOLD
from dashboard.web.rendering import times
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.servers.simulator_process import RunningSimulator

FAILING: list[tuple[dict[str, Any], int]] = [
    ({"status": 429, "retry_after_s": 7}, 1),
    ({"status": 429, "retry_after_s": 3}, 1),
    ({"status": 503, "retry_after_s": 7}, 1),
    ({"status": 503}, THRESHOLD),
    ({"status": 429}, THRESHOLD),
]


@pytest.mark.parametrize(("fault", "calls"), FAILING, ids=str)
def test_page_header_banner_and_breaker_agree_on_the_next_try_and_it_is_kept(
    support: Visitor,
    simulator: RunningSimulator,
    clock: TestClock,
    fault: dict[str, Any],
    calls: int,
) -> None:
    simulator.set_faults([fault])
    for _ in range(calls):
        page = support.get("/users", status=503)
    told_s = int(page.headers["Retry-After"])
    assert re.search(rf"Try again in (a second|{told_s} seconds)\.", page.words)
    banner = support.get("/account").words  # a page with the outage itself has none
    (shown,) = re.findall(r"Retrying at (\d\d:\d\d:\d\d)", banner)
    at_the_latest = clock() + timedelta(seconds=told_s, microseconds=999_999)
    assert shown == f"{at_the_latest:%H:%M:%S}"
    simulator.set_faults([])
    simulator.clear_requests()
    clock.advance(seconds=told_s - 0.001)
    support.get("/users", status=503)
    assert simulator.requests() == []
    clock.advance(seconds=0.001)
    support.get("/users")


@pytest.mark.parametrize("microsecond", [0, 1, 999_999])
def test_a_next_try_is_never_announced_before_it_is_let_out(app: Flask, microsecond: int) -> None:
    at = datetime(2026, 6, 12, 14, 0, 7, microsecond, tzinfo=UTC)
    with app.test_request_context():
        assert times.clock_time_from(at) == ("14:00:08" if microsecond else "14:00:07")
