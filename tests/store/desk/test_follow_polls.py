"""Polls of open pages: who is due on a page is asked about first, and never twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from dashboard.config.settings import Config
from dashboard.services.actors import AUTOMATIC
from dashboard.store.db.database import Database
from dashboard.store.directory import background
from dashboard.store.directory.background import Bucket
from dashboard.wiring import build_services
from tests.support.clock import TestClock
from tests.support.following import Followers
from tests.support.following import followers as followers  # noqa: PLC0414  a fixture

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SLACK = timedelta(seconds=25)  # those due are read every ten seconds, and calls come one by one


def test_two_polls_at_the_same_time_ask_about_someone_once(
    followers: Followers, config: Config, database: Database, clock: TestClock
) -> None:
    (user_id,) = followers.pending()[:1]
    followers.wait(user_id, HOUR // 2, seen=HOUR)
    followers.simulator.set_faults([{"latency_ms": 300}])
    pages = [build_services(config, database, clock).desk.follow for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        asked = list(threads.map(lambda page: page.ask_one([user_id], AUTOMATIC), pages))
    assert sorted(asked) == [False, False, False, True]
    assert followers.calls() == 1


def test_a_poll_asks_about_the_most_urgent_of_its_users_and_never_about_more(
    followers: Followers,
) -> None:
    first, second, fresh, elsewhere = followers.pending()[:4]
    followers.wait(first, HOUR // 2, seen=HOUR)
    followers.wait(second, HOUR // 2, seen=5 * MINUTE)
    followers.wait(fresh, HOUR // 2)
    followers.wait(elsewhere, HOUR // 2, seen=2 * HOUR)
    shown = [fresh, second, first]
    ask_one = followers.services.desk.follow.ask_one
    assert [ask_one(shown, AUTOMATIC) for _ in range(4)] == [True, True, False, False]
    followers.note()
    assert [user_id for _, user_id in followers.asked] == [first, second]


def spend(followers: Followers) -> None:
    now = followers.clock()
    with followers.database.write() as connection:
        background.put_bucket(connection, Bucket(tokens=0, per_min=1, refilled_at=now))


def fail(followers: Followers) -> None:
    followers.simulator.set_faults([{"status": 503}])
    for user_id in followers.pending()[1:4]:
        followers.wait(user_id, HOUR // 2, seen=10 * MINUTE)
        followers.services.desk.follow.ask_one([user_id], AUTOMATIC)
    followers.simulator.set_faults([])


def limit(followers: Followers) -> None:
    followers.simulator.set_faults([{"status": 429, "retry_after_s": 60}])
    (user_id,) = followers.pending()[1:2]
    followers.wait(user_id, HOUR // 2, seen=10 * MINUTE)
    followers.services.desk.follow.ask_one([user_id], AUTOMATIC)
    followers.simulator.set_faults([])


@pytest.mark.parametrize("keep", [Followers.freeze, spend, fail, limit])
def test_a_poll_makes_no_call_while_there_is_none_to_be_made(
    followers: Followers, keep: Callable[[Followers], None]
) -> None:
    (user_id,) = followers.pending()[:1]
    followers.wait(user_id, HOUR // 2, seen=HOUR)
    keep(followers)
    followers.note()
    assert not followers.services.desk.follow.ask_one([user_id], AUTOMATIC)
    assert followers.calls() == 0
