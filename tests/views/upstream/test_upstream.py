"""Observations of the API, made by pages as they are used."""

from typing import Any

import pytest
from flask import Flask

from dashboard.services.registry import Services
from dashboard.services.upstream.health import UpstreamState
from dashboard.services.upstream.monitor import UpstreamMonitor
from tests.support.browsing import Visitor
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def upstream(app: Flask) -> UpstreamMonitor:
    services: Services = app.extensions["services"]
    return services.upstream.monitor


def test_a_page_that_asked_is_a_call_that_was_answered(
    support: Visitor, upstream: UpstreamMonitor
) -> None:
    support.get("/users")
    health = upstream.health()
    assert (health.state, health.calls, health.failures) == (UpstreamState.OK, 1, 0)
    assert upstream.seen().accepted_at == health.last_ok_at is not None


def test_a_user_who_is_not_there_is_an_answer_too(
    support: Visitor, upstream: UpstreamMonitor
) -> None:
    support.get("/users/550e8400-e29b-41d4-a716-446655440000", status=404)
    assert (upstream.health().state, upstream.health().failures) == (UpstreamState.OK, 0)


@pytest.mark.parametrize(
    ("fault", "state", "cause"),
    [
        ({"status": 401}, UpstreamState.REFUSED, "CredentialsRefused"),
        ({"status": 429, "retry_after_s": 60}, UpstreamState.LIMITED, "RateLimited"),
        ({"status": 503, "retry_after_s": 60}, UpstreamState.DOWN, "status"),
        ({"reset": "before"}, UpstreamState.DOWN, "network"),
        ({"body": "html"}, UpstreamState.UNREADABLE, "Malformed"),
        ({"status": 404}, UpstreamState.UNREADABLE, "NotFound"),
        ({"status": 403}, UpstreamState.UNREADABLE, "Forbidden"),
    ],
)
def test_a_failure_is_told_apart_and_one_call_however_often_it_was_tried(
    support: Visitor,
    upstream: UpstreamMonitor,
    simulator: RunningSimulator,
    fault: dict[str, Any],
    state: UpstreamState,
    cause: str,
) -> None:
    simulator.set_faults([fault])
    support.http.get("/users")
    health = upstream.health()
    assert (health.state, health.failure, health.failure_cause) == (state, state, cause)
    assert (health.calls, health.failures, health.last_ok_at) == (1, 1, None)


def honoured(upstream: UpstreamMonitor) -> dict[str, bool]:
    found = upstream.seen().parameters
    return {each.name: each.honoured for each in found if each.honoured is not None}


def test_what_the_list_honours_is_learnt_from_the_pages_that_ask_for_it(
    support: Visitor, upstream: UpstreamMonitor
) -> None:
    support.get("/users")
    assert honoured(upstream) == {}
    support.get("/users?status=pending&limit=10&page=2")
    support.get("/users?country=CO&q=example.com")
    assert honoured(upstream) == dict.fromkeys(
        ("page", "limit", "status", "country_code", "search"), True
    )


def test_what_the_list_ignores_is_learnt_too(
    support: Visitor, upstream: UpstreamMonitor, simulator: RunningSimulator
) -> None:
    simulator.set_rivals(ignored_filters=["status", "countryCode", "search"], list_items="items")
    support.get("/users?status=pending&country=CO&q=nobody-at-all")
    assert honoured(upstream) == dict.fromkeys(("status", "country_code", "search"), False)
    shape = upstream.seen().shape
    assert shape is not None
    assert (shape.items, shape.counters) == ("items", "total")
