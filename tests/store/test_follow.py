"""Following: everyone with an open inquiry is asked about when the schedule says."""

from datetime import timedelta

import pytest

from dashboard.config.settings import Config
from dashboard.store.db.database import Database
from dashboard.wiring import build_services
from tests.support.clock import TestClock
from tests.support.following import Followers, gaps
from tests.support.servers.simulator_process import RunningSimulator

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SLACK = timedelta(seconds=25)  # who is due is read every ten seconds, and calls come one by one


@pytest.fixture
def followers(
    config: Config, database: Database, clock: TestClock, simulator: RunningSimulator
) -> Followers:
    services = build_services(config, database, clock)
    return Followers(services, simulator, database, clock)


def test_someone_is_asked_about_every_two_minutes_at_first_and_less_often_later(
    followers: Followers,
) -> None:
    new, older, old = followers.pending()[:3]
    followers.wait(new, timedelta())
    followers.wait(older, 5 * HOUR)
    followers.wait(old, 100 * DAY)
    followers.work(minutes=30)
    assert all(2 * MINUTE <= gap < 2 * MINUTE + SLACK for gap in gaps(followers.times_of(new)))
    assert all(10 * MINUTE <= gap < 10 * MINUTE + SLACK for gap in gaps(followers.times_of(older)))
    assert len(followers.times_of(new)) >= 12
    assert len(followers.times_of(older)) == 2
    assert followers.times_of(old) == []
