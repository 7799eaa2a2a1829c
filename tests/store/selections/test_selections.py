"""Selections: one per member of staff, frozen, and gone after hours."""

from datetime import timedelta
from uuid import UUID

import pytest

from dashboard.config.settings import Config
from dashboard.services.foundation import Foundation
from dashboard.services.seen import SeenUsers
from dashboard.services.selections import selections as service
from dashboard.services.selections.selections import (
    KEPT_FOR,
    NoSuchSelectionError,
    Selections,
    TooManyError,
)
from dashboard.store import erasure
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.schema import selected_users
from dashboard.store.schema import selections as table
from dashboard.store.staff import members
from tests.support.clock import TestClock

ONE, TWO, THREE, FOUR = (UUID(int=number) for number in range(1, 5))
NO_ONE = frozenset[UUID]()


@pytest.fixture
def selections(database: Database, chain: Chain, clock: TestClock, config: Config) -> Selections:
    seen = SeenUsers(keeps_directory=True)
    return Selections(Foundation(database, chain, config.keyring, clock, seen))


@pytest.fixture
def ana(database: Database, clock: TestClock) -> int:
    return hire(database, clock, "ana")


def hire(database: Database, clock: TestClock, name: str) -> int:
    with database.write() as connection:
        return members.add(connection, f"{name}@example.com", name, "", clock())


def rows(database: Database) -> tuple[int, int]:
    with database.read() as connection:
        made = connection.execute(table.select()).all()
        return len(made), len(connection.execute(selected_users.select()).all())


def test_ticks_are_added_and_taken_out_and_those_of_other_pages_stay(
    selections: Selections, ana: int
) -> None:
    assert selections.find(ana) is None
    selections.change(ana, {ONE, TWO}, NO_ONE)
    selections.change(ana, {THREE}, NO_ONE)  # another page
    changed = selections.change(ana, {TWO}, {ONE, TWO})
    assert changed
    found = selections.find(ana, [ONE, TWO, FOUR])
    assert found
    assert (found.number, found.users, found.here) == (changed.number, 2, frozenset({TWO}))
    assert set(selections.get(ana, found.number).user_ids) == {TWO, THREE}


def test_no_one_ticked_is_no_selection(
    selections: Selections, ana: int, database: Database
) -> None:
    assert selections.change(ana, NO_ONE, {ONE}) is None
    assert rows(database) == (0, 0)
    made = selections.change(ana, {ONE}, NO_ONE)
    assert made
    assert selections.change(ana, NO_ONE, {ONE}) is None
    assert selections.find(ana) is None
    with pytest.raises(NoSuchSelectionError):
        selections.get(ana, made.number)


def test_a_selection_is_of_one_person(
    selections: Selections, ana: int, database: Database, clock: TestClock
) -> None:
    diego = hire(database, clock, "diego")
    made = selections.change(ana, {ONE}, NO_ONE)
    assert made
    selections.change(diego, {TWO}, NO_ONE)
    with pytest.raises(NoSuchSelectionError):
        selections.get(diego, made.number)
    selections.clear(diego)
    assert selections.get(ana, made.number).user_ids == (ONE,)


def test_all_that_match_take_the_place_of_what_was_selected_up_to_a_number(
    selections: Selections, ana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST", 3)
    selections.change(ana, {ONE}, NO_ONE)
    selections.freeze(ana, [TWO, THREE, FOUR])
    with pytest.raises(TooManyError):
        selections.freeze(ana, [ONE, TWO, THREE, FOUR])
    with pytest.raises(TooManyError):
        selections.change(ana, {ONE}, NO_ONE)
    found = selections.find(ana, [ONE])
    assert found
    assert (found.users, found.here) == (3, NO_ONE)


def test_a_selection_expires_and_the_worker_removes_it(
    selections: Selections, ana: int, database: Database, clock: TestClock
) -> None:
    selections.change(ana, {ONE}, NO_ONE)
    clock.advance(hours=KEPT_FOR / timedelta(hours=1) - 1)
    selections.change(ana, {TWO}, NO_ONE)
    clock.advance(hours=2)
    selections.remove_old()
    assert rows(database) == (1, 2)
    clock.advance(hours=KEPT_FOR / timedelta(hours=1))
    assert selections.find(ana) is None
    selections.remove_old()
    assert rows(database) == (0, 0)


def test_what_is_ticked_on_a_page_outlives_the_selection_that_it_was_from(
    selections: Selections, ana: int, clock: TestClock
) -> None:
    selections.change(ana, {ONE}, NO_ONE)
    clock.advance(hours=KEPT_FOR / timedelta(hours=1) + 1)
    selections.change(ana, {ONE, TWO}, {ONE})
    found = selections.find(ana)
    assert found
    assert found.users == 2


def test_a_selection_from_before_a_clock_was_put_back_does_not_count(
    selections: Selections, ana: int, database: Database, clock: TestClock
) -> None:
    selections.change(ana, {ONE}, NO_ONE)
    clock.advance(hours=-3 * KEPT_FOR / timedelta(hours=1))
    assert selections.find(ana) is None
    selections.remove_old()
    assert rows(database) == (0, 0)


def test_who_is_erased_is_in_no_selection(
    selections: Selections, ana: int, database: Database
) -> None:
    selections.change(ana, {ONE, TWO}, NO_ONE)
    with database.write() as connection:
        erasure.erase(connection, erasure.find(connection, [ONE]))
    found = selections.find(ana, [ONE, TWO])
    assert found
    assert (found.users, found.here) == (1, frozenset({TWO}))


def test_the_mark_of_a_selection_tells_its_users(selections: Selections, ana: int) -> None:
    marks = set()
    for ticked in ({ONE}, {TWO}, {ONE, TWO}, {ONE, TWO}):
        selections.clear(ana)
        made = selections.change(ana, ticked, NO_ONE)
        assert made
        marks.add(selections.get(ana, made.number).mark)
    assert len(marks) == 3
