"""The upkeep of the directory: interruptions, limits, and users who are gone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from dashboard.partner.errors import PartnerError, Unavailable
from dashboard.partner.list_filters import UserQuery
from dashboard.partner.responses import Answer, UserPage
from dashboard.partner.telemetry import CallRecord, CallResult
from dashboard.services.directory.budget import BackgroundBudget, CallKind
from dashboard.services.directory.settings import SyncSettings
from dashboard.services.directory.sync import DirectorySync
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.directory.sweeps import Result, Sweep
from dashboard.store.schema import directory, sightings
from tests.store.directory.test_sweep_random import Base, Watched
from tests.store.directory.test_sweep_random import base as base  # noqa: PLC0414  a fixture
from tests.support.clock import StillClock, TestClock
from tests.support.shifting_list import ShiftingList

LIMITED = CallRecord(
    at=datetime(2026, 1, 1, tzinfo=UTC),
    verb="GET",
    path="/users",
    status=429,
    took_ms=1,
    result=CallResult.LIMITED,
    cause="",
    server_at=None,
    credential="",
)


@pytest.fixture
def users(tmp_path: Path, clock: TestClock) -> ShiftingList:
    return ShiftingList(tmp_path, {}, clock=clock)


def another_process(base: Base, users: ShiftingList) -> DirectorySync:
    """Return the upkeep as another process, or one that was started again, has it."""
    foundation, budget = base
    day = SyncSettings(is_on=True, sweep_every=timedelta(days=1))
    return DirectorySync(users, foundation, budget, day)


def gone(database: Database) -> list[UUID]:
    with database.read() as connection:
        marked = select(directory.c.user_id).where(directory.c.gone_at.is_not(None))
        return list(connection.execute(marked).scalars())


def test_a_sweep_that_was_killed_anywhere_goes_on_where_it_was(
    base: Base, users: ShiftingList, clock: TestClock
) -> None:
    watched = Watched(base, users)
    while (sweep := watched.last()) is None or sweep.is_running:
        clock.advance(seconds=61)  # the lease of the one that was killed
        upkeep = another_process(base, users)
        upkeep.work()  # catch-up, which is due
        upkeep.work()
    assert sweep.result is Result.COMPLETE
    assert set(watched.read()) == set(users.ids())
    walked = [query for query in users.calls if query.page > 1]
    assert len(walked) == len(set(walked))


def test_what_was_not_written_is_read_again(base: Base, users: ShiftingList) -> None:
    watched, real = Watched(base, users), users.list_users

    def cut_off(query: UserQuery) -> Answer[UserPage]:
        real(query)
        raise Unavailable(verb="GET", path="/users")

    upkeep = another_process(base, users)
    upkeep.work()
    upkeep.work()
    before = watched.last()
    users.list_users = cut_off  # type: ignore[method-assign]
    with pytest.raises(PartnerError):
        upkeep.work()
    assert watched.last() == before
    users.list_users = real  # type: ignore[method-assign]
    while (sweep := watched.last()) and sweep.is_running:
        upkeep.work()
    assert set(watched.read()) == set(users.ids())


def test_one_process_at_a_time_syncs_and_another_follows_when_its_lease_is_over(
    base: Base, users: ShiftingList, clock: TestClock
) -> None:
    Watched(base, users)
    first, second = another_process(base, users), another_process(base, users)
    first.work()
    first.work()
    assert len(users.calls) == 1
    for _ in range(3):
        second.work()
    assert len(users.calls) == 1
    clock.advance(seconds=61)
    second.work()
    assert len(users.calls) == 2
    first.work()
    assert len(users.calls) == 2
    second.release()
    first.work()
    assert len(users.calls) == 3


def test_who_lost_the_lease_during_a_call_changes_nothing(
    base: Base, users: ShiftingList, clock: TestClock
) -> None:
    watched = Watched(base, users)
    first, second = another_process(base, users), another_process(base, users)
    first.work()
    first.work()
    overtaken: list[Sweep | None] = []

    def meanwhile() -> None:
        users.before_call = lambda: None
        clock.advance(seconds=61)
        second.work()
        overtaken.append(watched.last())

    users.before_call = meanwhile
    first.work()
    assert watched.last() == overtaken[0]


def test_two_machines_share_one_budget_which_refills_by_the_minute(
    base: Base, database: Database, clock: TestClock
) -> None:
    assert base
    machines = [BackgroundBudget(database, clock, per_min=30) for _ in range(2)]
    drawn = [each.draw(CallKind.SWEEP) for _ in range(20) for each in machines]
    assert drawn.count(None) == 30
    wait = machines[0].draw(CallKind.SWEEP)
    assert wait
    assert wait <= timedelta(seconds=2)
    clock.advance(seconds=10)
    drawn = [each.draw(CallKind.SWEEP) for _ in range(10) for each in machines]
    assert drawn.count(None) in {5, 6}
    clock.advance(hours=-3)
    assert machines[0].draw(CallKind.SWEEP)
    clock.advance(seconds=10)
    assert machines[0].draw(CallKind.SWEEP) is None


def test_calls_in_use_are_those_of_the_last_60_seconds(base: Base, database: Database) -> None:
    assert base
    clock = StillClock(began_at=datetime(2026, 6, 12, 12, 0, 30, tzinfo=UTC))
    budget = BackgroundBudget(database, clock, per_min=30)
    for _ in range(20):
        assert budget.draw(CallKind.SWEEP) is None
    used = [budget.read().in_use]
    for _ in range(4):
        clock.advance(seconds=15)
        used.append(budget.read().in_use)
    assert used == [20, 20, 20, 15, 10]
    clock.advance(seconds=30)
    assert budget.read().in_use == 0


def test_a_429_halves_the_budget_of_all_which_grows_back_within_an_hour(
    base: Base, database: Database, clock: TestClock
) -> None:
    assert base
    here, there = (BackgroundBudget(database, clock, per_min=40) for _ in range(2))
    here.observe(replace(LIMITED, result=CallResult.DOWN))
    assert there.read().per_min == 40
    here.observe(LIMITED)
    there.observe(LIMITED)  # a call that was under way at the same time
    assert round(there.read().per_min) == 20
    assert there.draw(CallKind.SWEEP)
    clock.advance(minutes=15)
    assert round(there.read().per_min) == 30
    clock.advance(minutes=60)
    assert there.read().per_min == 40


def test_a_429_halves_the_budget_after_a_clock_that_was_ahead_was_put_back(
    database: Database, clock: TestClock
) -> None:
    budget = BackgroundBudget(database, clock, per_min=40)
    clock.advance(hours=2)
    budget.observe(LIMITED)
    clock.advance(hours=-2)
    budget.observe(LIMITED)
    assert round(budget.read().per_min) == 10


def test_a_user_is_gone_after_two_sweeps_without_them_and_a_404(
    base: Base, tmp_path: Path, database: Database, clock: TestClock
) -> None:
    users = ShiftingList(tmp_path, {"list_counters": "none"}, clock=clock)
    watched = Watched(base, users)
    watched.run()
    left, hidden, *_ = users.ids()
    users.vanish(0)
    users.hidden.add(hidden)
    for _ in range(2):
        assert gone(database) == []
        clock.advance(days=1, seconds=1)
        watched.run()
    for _ in range(4):
        watched.work()
    assert gone(database) == [left]


def test_a_user_who_comes_back_is_no_longer_gone(
    base: Base, users: ShiftingList, database: Database, clock: TestClock
) -> None:
    watched = Watched(base, users)
    watched.run()
    user_id = users.ids()[5]
    with database.write() as connection:
        rows.mark_gone(connection, user_id, clock())
    clock.advance(days=1, seconds=1)
    watched.run()
    assert gone(database) == []


def test_an_unchanged_user_is_no_new_sighting(
    base: Base, users: ShiftingList, database: Database, clock: TestClock
) -> None:
    watched = Watched(base, users)
    watched.run()
    every = select(sightings.c.id, sightings.c.last_seen_at).order_by(sightings.c.id)
    with database.read() as connection:
        before = connection.execute(every).all()
    clock.advance(days=1, seconds=1)
    users.change(3)
    watched.run()
    with database.read() as connection:
        after = connection.execute(every).all()
    assert after[: len(before)] == before
    assert len(after) == len(before) + 1
