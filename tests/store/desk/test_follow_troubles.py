"""Following while the API or a process fails: no check is lost, and no user holds up the others."""

from datetime import timedelta
from uuid import UUID

import pytest

from dashboard.config.settings import Config
from dashboard.services.actors import AUTOMATIC
from dashboard.store.db.database import Database
from dashboard.wiring import build_services
from dashboard.worker import MaintenanceWorker
from tests.support.clock import TestClock
from tests.support.following import Followers, followers_of
from tests.support.following import followers as followers  # noqa: PLC0414  a fixture
from tests.support.sampling import one_in

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SLACK = timedelta(seconds=25)  # those due are read every ten seconds, and calls come one by one


@pytest.mark.parametrize(
    "fault", one_in(3, [{"status": 404}, {"body": "truncated"}, {"status": 500}])
)
def test_what_cannot_be_read_of_one_user_holds_up_no_one_else_and_is_asked_less_often(
    followers: Followers, fault: dict[str, object]
) -> None:
    broken, *others = followers.pending()[:4]
    for user_id in (broken, *others):
        followers.wait(user_id, 2 * HOUR, seen=DAY)
    followers.simulator.set_faults([{"path": f"/users/{broken}", **fault}])
    followers.work(minutes=12)
    assert all(len(followers.times_of(each)) == 2 for each in others)
    asked = {at.replace(microsecond=0) for at in followers.times_of(broken)}  # reads are retried
    assert 1 <= len(asked) <= 4
    assert followers.seen(broken).last_seen_at < followers.clock() - DAY
    followers.simulator.set_faults([])
    followers.work(minutes=11)
    assert followers.seen(broken).last_seen_at > followers.clock() - 11 * MINUTE


def test_a_process_that_ends_while_it_asks_loses_no_check(
    followers: Followers, config: Config, database: Database, clock: TestClock
) -> None:
    (user_id,) = followers.pending()[:1]
    followers.wait(user_id, HOUR // 2, seen=HOUR)
    source = followers.services.users.api._source  # noqa: SLF001  the one client of all services

    def end(_user_id: UUID) -> None:
        raise SystemExit

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "get_user", end)
        with pytest.raises(SystemExit):
            followers.services.desk.follow.work()
    next_one = followers_of(config, database, clock, followers.simulator)
    next_one.work(seconds=50)
    assert next_one.times_of(user_id) == []
    next_one.work(seconds=30)
    assert len(next_one.times_of(user_id)) == 1


def test_two_workers_ask_about_each_user_once(
    followers: Followers, config: Config, database: Database, clock: TestClock
) -> None:
    users = followers.pending()[:6]
    for user_id in users:
        followers.wait(user_id, HOUR // 2, seen=HOUR)
    other = build_services(config, database, clock).desk.follow
    for _ in range(8):
        for each in (followers.services.desk.follow, other):
            each.work()
    followers.note()
    assert sorted(user_id for _, user_id in followers.asked) == sorted(users)
    clock.advance(minutes=3)
    for _ in range(8):
        other.work()
    assert followers.calls() == len(users)  # the lease of the first is over


def test_while_calls_are_paused_no_one_is_asked_about_and_everyone_afterwards(
    followers: Followers,
) -> None:
    users = followers.pending()[:3]
    for user_id in users:
        followers.wait(user_id, HOUR // 2, seen=HOUR)
    followers.freeze()
    followers.work(minutes=2)
    assert followers.asked == []
    assert followers.services.directory.budget.read().in_use == 0
    followers.services.credentials.freeze.thaw(AUTOMATIC)
    followers.work(seconds=15)
    assert {user_id for _, user_id in followers.asked} == set(users)


@pytest.mark.parametrize("how", one_in(2, ["down", "refused"]))
def test_an_api_that_gives_no_answer_is_asked_rarely_and_no_check_is_lost(
    followers: Followers, how: str
) -> None:
    users = followers.pending()[:10]
    for user_id in users:
        followers.wait(user_id, HOUR // 2, seen=HOUR)
    worker = MaintenanceWorker(followers.services, followers.clock)
    if how == "down":
        followers.simulator.set_faults([{"status": 503}])
    else:
        followers.simulator.accept_keys(1, accepted=False)
    for _ in range(120):
        worker.sync_once()
        followers.clock.advance(seconds=5)
    assert len(followers.simulator.requests()) < 60
    assert all(followers.events_of(user_id) == ["pending"] for user_id in users)
    followers.simulator.set_faults([])
    followers.simulator.accept_keys(1, accepted=True)
    followers.simulator.clear_requests()
    followers.work(minutes=12)
    assert {user_id for _, user_id in followers.asked} == set(users)
