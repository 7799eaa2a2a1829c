"""Observations of the upstream: written seldom, shared by all workers, never in the way."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import event

from dashboard.partner.responses import ListPaging, ListShape
from dashboard.partner.telemetry import CallRecord, CallResult
from dashboard.services.upstream.health import UpstreamState
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.store.db.database import Database
from tests.support.clock import TestClock

OK, REFUSED, DOWN = CallResult.OK, CallResult.REFUSED, CallResult.DOWN
SHAPE = ListShape("data.users", "data.total", ListPaging.PAGES)


@pytest.fixture
def upstream(database: Database, clock: TestClock) -> UpstreamMonitor:
    return UpstreamMonitor(database, clock)


def call(clock: TestClock, result: CallResult = OK, took_ms: int = 100) -> CallRecord:
    cause = "" if result is OK else "tls"
    return CallRecord(clock(), "GET", "/users", 200, took_ms, result, cause, None, "")


def count_writes(database: Database) -> list[str]:
    """Return a list that grows with every write transaction."""
    writes: list[str] = []

    def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
        if statement.startswith("BEGIN"):
            writes.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    return writes


def test_nothing_was_asked_yet(upstream: UpstreamMonitor) -> None:
    health = upstream.health()
    assert health.state is UpstreamState.NEVER
    assert (health.calls, health.mean_ms, health.last_ok_at, health.since_at) == (
        0,
        None,
        None,
        None,
    )
    assert len(health.minutes) == 60
    seen = upstream.seen()
    assert (seen.accepted_at, seen.shape, {each.honoured for each in seen.parameters}) == (
        None,
        None,
        {None},
    )


def test_many_calls_are_few_writes(
    upstream: UpstreamMonitor, database: Database, clock: TestClock
) -> None:
    writes = count_writes(database)
    for _ in range(100):
        upstream.observe(call(clock))
        upstream.saw_list(SHAPE, {"status": True}, clock())
    assert len(writes) == 2  # the first call, the first list
    clock.advance(seconds=11)
    upstream.observe(call(clock))
    assert len(writes) == 3
    assert upstream.health().calls == 101


def test_a_change_is_written_at_once_and_every_worker_reads_it(
    upstream: UpstreamMonitor, database: Database, clock: TestClock
) -> None:
    other = UpstreamMonitor(database, clock)
    upstream.observe(call(clock))
    clock.advance(seconds=1)
    began = call(clock, DOWN)
    upstream.observe(began)
    clock.advance(seconds=2)
    other.observe(call(clock, DOWN))
    health = other.health()
    assert health.state is UpstreamState.DOWN
    assert health.since_at == began.at
    assert (health.failure, health.failure_cause) == (UpstreamState.DOWN, "tls")
    assert health.last_ok_at is not None
    assert health.last_ok_at < began.at
    upstream.observe(call(clock))
    assert other.health().state is UpstreamState.OK
    assert other.health().failure is UpstreamState.DOWN


def test_calls_of_all_workers_are_counted_in_their_minute(
    upstream: UpstreamMonitor, database: Database, clock: TestClock
) -> None:
    other = UpstreamMonitor(database, clock)
    upstream.observe(call(clock, took_ms=100))
    other.observe(call(clock, took_ms=300))
    other.observe(call(clock, DOWN, took_ms=5000))
    health = upstream.health()
    assert (health.calls, health.failures) == (3, 1)
    assert (health.mean_ms, health.slowest_ms) == (200, 300)
    assert sum(minute.calls for minute in health.minutes) == 3
    clock.advance(minutes=61)
    assert upstream.health().calls == 0
    assert upstream.health().last_failure_at == health.last_failure_at


def test_minutes_are_kept_for_a_day(
    upstream: UpstreamMonitor, database: Database, clock: TestClock
) -> None:
    upstream.observe(call(clock))
    clock.advance(hours=25)
    upstream.observe(call(clock))
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM upstream_minutes").scalar() == 1


def test_a_busy_database_costs_a_call_nothing_and_what_was_seen_is_kept(
    upstream: UpstreamMonitor, database: Database, clock: TestClock
) -> None:
    with database.write():
        started = time.monotonic()
        upstream.observe(call(clock, REFUSED))
        upstream.saw_list(SHAPE, {"search": False}, clock())
        assert time.monotonic() - started < 2
    assert upstream.health().state is UpstreamState.NEVER
    clock.advance(seconds=11)
    health = upstream.health()
    assert (health.state, health.calls) == (UpstreamState.REFUSED, 1)
    assert health.since_at is not None
    assert clock() - health.since_at > timedelta(seconds=10)
    seen = upstream.seen()
    assert seen.shape == SHAPE
    assert {each.name for each in seen.parameters if each.honoured is False} == {"search"}


def test_an_older_observation_that_comes_late_changes_nothing(
    upstream: UpstreamMonitor, database: Database, clock: TestClock
) -> None:
    late = UpstreamMonitor(database, clock)
    old = call(clock, DOWN)
    clock.advance(seconds=5)
    upstream.observe(call(clock))
    upstream.saw_list(SHAPE, {"status": True}, clock())
    late.observe(old)
    late.saw_list(SHAPE, {"status": False}, old.at)
    assert upstream.health().state is UpstreamState.OK
    (status,) = [each for each in upstream.seen().parameters if each.name == "status"]
    assert status.honoured
