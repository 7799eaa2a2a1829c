"""Counters that all workers share: in the table, and in Redis where the run has one."""

import threading
from collections.abc import Callable, Iterator

import pytest
from limits import parse
from limits.strategies import FixedWindowRateLimiter

from dashboard.store.db.database import Database
from dashboard.store.limits.redis import RedisLimits
from dashboard.store.limits.table import Counters, LimitStorage, LimitsUnavailableError
from tests.support import counters, databases
from tests.support.clock import TestClock

THREE = parse("3 per minute")
Make = Callable[[], Counters]


@pytest.fixture(params=["table", "redis"] if counters.SERVER else ["table"])
def make(request: pytest.FixtureRequest, clock: TestClock) -> Iterator[Make]:
    """Make what counts, as another worker would: all of them see one another's counts."""
    opened: list[Database | RedisLimits] = []

    def in_table() -> Counters:
        database: Database = request.getfixturevalue("database")
        opened.append(again := databases.another(database))
        return LimitStorage(again, clock)

    def in_redis() -> Counters:
        opened.append(made := RedisLimits(counters.url(), "dashboard-local", clock))
        return made

    yield in_table if request.param == "table" else in_redis
    for each in opened:
        each.close()


def test_a_window_counts_and_then_starts_again(make: Make, clock: TestClock) -> None:
    limiter = FixedWindowRateLimiter(make())
    assert [limiter.hit(THREE, "ana") for _ in range(4)] == [True, True, True, False]
    assert limiter.hit(THREE, "ben")
    ends = limiter.get_window_stats(THREE, "ana").reset_time
    assert 55 < ends - clock().timestamp() <= 60
    clock.advance(seconds=61)
    assert limiter.hit(THREE, "ana")


def test_a_window_ends_when_it_was_said_to_however_often_it_is_counted(
    make: Make, clock: TestClock
) -> None:
    counting = make()
    counting.incr("a", 60)
    clock.advance(seconds=40)
    counting.incr("a", 60, -1)
    assert counting.incr("a", 60) == 1
    clock.advance(seconds=21)
    assert counting.get("a") == 0


def test_what_is_forgiven_after_its_window_ended_counts_for_the_next(make: Make) -> None:
    counting = make()
    assert counting.incr("a", 60, -1) == -1
    assert counting.incr("a", 60) == 0


def test_what_is_kept_is_known_from_the_last_time_on(make: Make, clock: TestClock) -> None:
    counting = make()
    counting.keep(["known"], 60)
    clock.advance(seconds=40)
    counting.keep(["known"], 60)
    clock.advance(seconds=40)
    assert counting.get("known") == 1
    clock.advance(seconds=21)
    assert counting.get("known") == 0


def test_many_counts_are_read_together_and_reading_opens_no_window(
    make: Make, clock: TestClock
) -> None:
    counting = make()
    counting.incr("a", 60, 3)
    counting.incr("over", 30)
    counting.keep(["kept"], 60)
    clock.advance(seconds=31)
    assert counting.counts({"a": 60, "over": 30, "kept": 60, "never": 60}) == {
        "a": 3,
        "over": 0,
        "kept": 1,
        "never": 0,
    }
    assert counting.get_expiry("never") <= clock().timestamp()
    assert counting.counts({}) == {}


def test_two_workers_share_the_count(make: Make) -> None:
    workers = [FixedWindowRateLimiter(make()) for _ in range(2)]
    results: list[bool] = []
    threads = [
        threading.Thread(target=lambda worker=worker: results.append(worker.hit(THREE, "ana")))
        for worker in workers * 5
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 7 + [True] * 3


def test_counters_that_are_over_are_swept_out(make: Make, clock: TestClock) -> None:
    counting = make()
    for name in ("a", "b", "c"):
        counting.incr(name, 60)
    clock.advance(seconds=120)
    counting.incr("d", 60)
    assert counting.reset() == 1


def test_a_counter_can_be_forgotten_and_asked(make: Make, clock: TestClock) -> None:
    counting = make()
    counting.incr("a", 60, 2)
    assert counting.get("a") == 2
    assert counting.get_expiry("a") == pytest.approx(clock().timestamp() + 60, abs=20)
    counting.clear("a")
    assert counting.get("a") == 0
    assert counting.get_expiry("a") == pytest.approx(clock().timestamp(), abs=20)
    assert counting.check()


def test_a_redis_that_is_not_there_is_said_without_password_or_key(clock: TestClock) -> None:
    nowhere = RedisLimits("redis://:a-password-of-ours@127.0.0.1:1/0", "dashboard-local", clock)
    with pytest.raises(LimitsUnavailableError) as failed:
        nowhere.incr("LIMITER/somebody", 60)
    assert str(failed.value) == "Redis 127.0.0.1: ConnectionError"
    nowhere.close()
