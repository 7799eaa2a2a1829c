"""Following: everyone with an open inquiry is asked about when the schedule says."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from dashboard.config.settings import load_config
from dashboard.services.desk.schedule import is_late
from dashboard.services.desk.settings import DEFAULT_SCHEDULE, parse_schedule
from dashboard.services.directory.budget import CallKind
from dashboard.store.db.database import Database
from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.schema import directory
from dashboard.worker import MaintenanceWorker
from tests.support.clock import TestClock
from tests.support.directory import START
from tests.support.following import Followers, followers_of, gaps
from tests.support.following import followers as followers  # noqa: PLC0414  a fixture
from tests.support.servers.simulator_process import RunningSimulator, start_simulator
from tests.support.settings import safe_settings

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SLACK = timedelta(seconds=25)  # those due are read every ten seconds, and calls come one by one


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


def test_a_change_within_the_first_hour_is_seen_two_minutes_later_up_to_its_last_minute(
    followers: Followers, clock: TestClock
) -> None:
    (user_id,) = followers.pending()[:1]
    followers.wait(user_id, 58 * MINUTE)
    followers.work(minutes=2)
    followers.simulator.set_status(str(user_id), "active")
    changed_at = clock()
    followers.work(minutes=3)
    assert followers.times_of(user_id)[-1] - changed_at < 2 * MINUTE + SLACK
    assert followers.events_of(user_id) == ["pending", "active"]


def test_a_change_is_an_event_with_the_looks_that_it_lies_between(
    followers: Followers, clock: TestClock
) -> None:
    (user_id,) = followers.pending()[:1]
    followers.wait(user_id, HOUR // 2, seen=2 * MINUTE)
    before_at = followers.seen(user_id).last_seen_at
    followers.simulator.set_status(str(user_id), "active")
    followers.work(seconds=20)
    user = followers.seen(user_id)
    assert user.status_before_at == before_at
    assert user.status_since_at == user.became_active_at == user.last_seen_at
    assert timedelta() <= clock() - user.last_seen_at < MINUTE
    assert user.waits_from_at is None
    followers.work(minutes=5)
    assert len(followers.times_of(user_id)) == 1


def test_whom_no_answer_has_named_yet_comes_first_and_then_who_is_most_overdue(
    followers: Followers,
) -> None:
    unnamed, quick, slow, fresh = followers.pending()[:4]
    followers.wait(slow, 10 * DAY, seen=20 * HOUR)
    followers.wait(fresh, HOUR // 2, seen=MINUTE)
    followers.wait(quick, HOUR // 2, seen=10 * MINUTE)
    followers.wait(unnamed, 3 * DAY, seen=None)
    for _ in range(6):
        followers.services.desk.follow.work()
        followers.note()
    assert [user_id for _, user_id in followers.asked] == [unnamed, quick, slow]


def test_without_a_directory_users_are_followed_and_their_phones_are_not_kept(
    settings: dict[str, str], database: Database, clock: TestClock, simulator: RunningSimulator
) -> None:
    config = load_config(None, **settings, DIRECTORY="off")
    followers = followers_of(config, database, clock, simulator)
    user_id, unnamed = followers.pending()[:2]
    followers.wait(user_id, HOUR // 2, seen=HOUR)
    followers.wait(unnamed, HOUR // 2, seen=None)
    simulator.set_status(str(unnamed), "active")
    followers.work(seconds=20)
    assert len(followers.asked) == 2
    assert followers.seen(unnamed).status == "active"
    assert followers.seen(unnamed).phone == ""
    assert followers.services.desk.follow.status().open_count == 1


def test_a_sweep_and_following_share_a_budget_that_is_too_small_for_both(
    tmp_path: Path, database: Database, clock: TestClock
) -> None:
    with start_simulator(tmp_path, users=2000) as simulator:
        settings = safe_settings(tmp_path, simulator)
        config = load_config(None, **settings, UPSTREAM_BUDGET_PER_MIN="6")
        followers = followers_of(config, database, clock, simulator)
        for user_id in followers.pending()[-20:]:  # at the end of the list
            followers.wait(user_id, HOUR // 2, seen=HOUR)
        worker = MaintenanceWorker(followers.services, clock)
        for _ in range(200):
            clock.advance(seconds=worker.sync_once().total_seconds())
            if len(simulator.requests()) >= 14:
                break
        paths = [call.path for call in simulator.requests()]
        assert 6 <= sum("/users/" in path for path in paths) <= 8


def test_the_status_says_what_the_budget_can_keep_instead_of_the_schedule(
    followers: Followers, database: Database, clock: TestClock
) -> None:
    first = followers.pending()[0]
    followers.wait(first, HOUR // 2)
    follow = followers.services.desk.follow
    followers.services.operations.heartbeat.note()
    status = follow.status()
    assert (status.is_on, status.keeps_up, status.open_count, follow.count_late()) == (
        True, True, 1, 0,
    )  # fmt: skip
    assert status.steps[0].kept == 2 * MINUTE
    with database.write() as connection:
        (row,) = connection.execute(select(directory)).mappings()
        crowd = [
            {**row, "id": row["id"] + number, "user_id": UUID(int=number)}
            for number in range(1, 120)
        ]
        connection.execute(insert(directory), crowd)
    clock.advance(minutes=8)
    status = follow.status()
    assert (status.keeps_up, status.open_count, follow.count_late()) == (False, 120, 120)
    assert status.steps[0].kept == 4 * MINUTE  # 60 calls a minute are needed, and 30 allowed
    followers.freeze()
    clock.advance(minutes=10)
    status = follow.status()
    assert (status.is_worker_on, status.paused, status.is_on) == (False, True, False)


def test_jobs_that_call_leave_less_of_the_budget_for_following(
    followers: Followers, clock: TestClock
) -> None:
    services = followers.services
    shares = [services.desk.follow.status().share_per_min]
    assert services.directory.budget.draw(CallKind.JOB) is None
    shares.append(services.desk.follow.status().share_per_min)
    clock.advance(minutes=3)
    shares.append(services.desk.follow.status().share_per_min)
    assert shares == [30, 15, 30]


@pytest.mark.parametrize(
    ("waited", "unseen", "late"),
    [
        (HOUR // 2, 6 * MINUTE, False),  # two minutes, and five of grace
        (HOUR // 2, 8 * MINUTE, True),
        (3 * HOUR, 19 * MINUTE, False),
        (3 * HOUR, 21 * MINUTE, True),
        (30 * DAY, 5 * DAY, False),
        (30 * DAY, 7 * DAY, True),
        (100 * DAY, 47 * HOUR, False),  # sweeps see them every day
        (100 * DAY, 49 * HOUR, True),
    ],
)
def test_a_check_is_late_once_it_is_overdue_by_more_than_its_interval(
    waited: timedelta, unseen: timedelta, *, late: bool
) -> None:
    user = DirectoryUser(
        id=1,
        user_id=UUID(int=1),
        email="",
        name="",
        phone="",
        status="pending",
        country_code="",
        user_type="",
        language="",
        registered_at=None,
        first_seen_at=START,
        last_seen_at=START + waited - unseen,
        status_since_at=START,
        status_before_at=None,
        gone_at=None,
        kyc_state="held",
        waits_from_at=START,
    )
    schedule = parse_schedule(DEFAULT_SCHEDULE)
    assert is_late(user, START + waited, schedule) is late
    assert not is_late(replace(user, waits_from_at=None), START + waited, schedule)
