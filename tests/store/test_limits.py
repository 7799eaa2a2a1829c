"""Counters that all workers share."""

import threading
from datetime import datetime, timedelta

from limits import parse
from limits.strategies import FixedWindowRateLimiter

from dashboard.store.database import Database
from dashboard.store.limits import LimitStorage
from tests.conftest import TestClock

THREE = parse("3 per minute")


def test_a_window_counts_and_then_starts_anew(database: Database, clock: TestClock) -> None:
    limiter = FixedWindowRateLimiter(LimitStorage(database, clock))
    assert [limiter.hit(THREE, "ana") for _ in range(4)] == [True, True, True, False]
    assert limiter.hit(THREE, "ben")
    ends = limiter.get_window_stats(THREE, "ana").reset_time
    assert 55 < ends - clock().timestamp() <= 60
    clock.advance(seconds=61)
    assert limiter.hit(THREE, "ana")


def test_two_workers_share_the_count(database: Database, clock: TestClock) -> None:
    again = Database(database.engine.url.render_as_string(hide_password=False))
    workers = [FixedWindowRateLimiter(LimitStorage(each, clock)) for each in (database, again)]
    results: list[bool] = []
    threads = [
        threading.Thread(target=lambda worker=worker: results.append(worker.hit(THREE, "ana")))
        for worker in workers * 5
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again.close()
    assert sorted(results) == [False] * 7 + [True] * 3


def test_counters_that_are_over_are_swept_out(database: Database, clock: TestClock) -> None:
    storage = LimitStorage(database, clock)
    for name in ("a", "b", "c"):
        storage.incr(name, 60)
    clock.advance(minutes=2)
    storage.incr("d", 60)
    assert storage.reset() == 1


def test_a_counter_can_be_forgotten_and_asked(database: Database) -> None:
    fixed = datetime.now().astimezone()
    storage = LimitStorage(database, lambda: fixed)
    storage.incr("a", 60, 2)
    assert storage.get("a") == 2
    assert storage.get_expiry("a") == (fixed + timedelta(seconds=60)).timestamp()
    storage.clear("a")
    assert (storage.get("a"), storage.get_expiry("a")) == (0, fixed.timestamp())
    assert storage.check()
