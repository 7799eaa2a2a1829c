"""The upkeep of the directory where the list lies: the page says so, and the sweep ends."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from dashboard.partner.errors import Malformed
from dashboard.partner.list_filters import UserQuery
from dashboard.partner.responses import Answer, BadRow, UserPage
from dashboard.store.db.database import Database
from dashboard.store.directory import sweeps
from dashboard.store.directory.sweeps import Result
from tests.store.directory.test_sweep_random import Base, Watched
from tests.store.directory.test_sweep_random import base as base  # noqa: PLC0414  a fixture
from tests.support.clock import TestClock
from tests.support.shifting_list import ShiftingList


@pytest.fixture
def users(tmp_path: Path, clock: TestClock) -> ShiftingList:
    return ShiftingList(tmp_path, {}, clock=clock)


def problems(database: Database) -> set[str]:
    with database.read() as connection:
        found = sweeps.recent(connection, 9)
        return {each.kind for each in sweeps.problems(connection, [sweep.id for sweep in found])}


Lie = tuple[Callable[[UserPage, int], UserPage], Callable[[UserQuery], UserQuery], Result, set[str]]
LIES: dict[str, Lie] = {
    "the same page again and again": (
        lambda page, _: page.model_copy(update={"total": None}),
        lambda query: replace(query, page=1, limit=12),
        Result.STUCK,
        {"repeated"},
    ),
    "a total that is too large": (
        lambda page, _: page.model_copy(update={"total": 4000}),
        lambda query: query,
        Result.SHORT,
        {"fewer"},
    ),
    "a total that is too small": (
        lambda page, _: page.model_copy(update={"total": 7}),
        lambda query: query,
        Result.COMPLETE,
        {"more"},
    ),
    "totals that change": (
        lambda page, call: page.model_copy(update={"total": 30 + 10 * (call % 3)}),
        lambda query: query,
        Result.COMPLETE,
        set(),
    ),
    "an empty list with a total": (
        lambda page, _: page.model_copy(update={"rows": (), "total": 40}),
        lambda query: query,
        Result.SHORT,
        {"fewer"},
    ),
    "an unreadable row on every page": (
        lambda page, _: page.model_copy(
            update={"rows": (*page.rows[:-1], BadRow(position=len(page.rows)))}
        ),
        lambda query: query,
        Result.COMPLETE,
        {"unreadable_row"},
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_list_that_lies_is_told_and_ends(
    base: Base, users: ShiftingList, database: Database, lie: str
) -> None:
    spoil, asked, result, told = LIES[lie]
    real = users.list_users

    def lying(query: UserQuery) -> Answer[UserPage]:
        answer = real(asked(query))
        return replace(answer, value=spoil(answer.value, len(users.calls)))

    users.list_users = lying  # type: ignore[method-assign]
    watched = Watched(base, users)
    sweep = watched.run()
    assert (sweep.result, problems(database)) == (result, told)
    if lie != "the same page again and again" and "row" not in lie and "empty" not in lie:
        assert set(watched.read()) == set(users.ids())


def test_a_list_that_never_ends_is_left(base: Base, users: ShiftingList) -> None:
    real = users.list_users

    def endless(query: UserQuery) -> Answer[UserPage]:
        answer = real(replace(query, page=1, limit=12))
        rows = tuple(row.model_copy(update={"id": uuid4()}) for row in answer.value.users)
        page = answer.value.model_copy(update={"rows": rows * 20, "total": 40})
        return replace(answer, value=page)

    users.list_users = endless  # type: ignore[method-assign]
    assert Watched(base, users).run().result is Result.STUCK


def test_an_answer_that_is_no_list_is_asked_for_again_and_then_ends_the_sweep(
    base: Base, users: ShiftingList, database: Database
) -> None:
    def malformed(query: UserQuery) -> Answer[UserPage]:  # noqa: ARG001  the protocol's
        raise Malformed(verb="GET", path="/users", found=())

    users.list_users = malformed  # type: ignore[method-assign]
    assert Watched(base, users).run().result is Result.STUCK
    assert problems(database) == {"malformed"}
