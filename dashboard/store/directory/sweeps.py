"""Sweeps: each reads the whole list of the API, and a row says how far it is."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from dashboard.store.db.columns import read_back
from dashboard.store.db.upsert import upsert
from dashboard.store.schema import directory, sweep_problems, sweeps


class Phase(StrEnum):
    """What a sweep does."""

    WALK = "walk"  # it reads the list from its first page to its end
    FRONT = "front"  # it reads who registered meanwhile


class Result(StrEnum):
    """How a sweep ended."""

    RUNNING = "running"
    COMPLETE = "complete"
    STUCK = "stuck"  # the list brings nothing new and does not end, or refuses to go on
    SHORT = "short"  # it ended far from the total that the API tells


class ListProblem(StrEnum):
    """Why an answer of the list is not to be trusted."""

    UNREADABLE_ROW = "unreadable_row"
    GAP = "gap"  # two pages that do not join: someone may be between them
    REPEATED = "repeated"  # pages that hold no one new
    CURSOR = "cursor"  # a cursor that can't be used
    REFUSED = "refused"  # a page that the API refuses to give
    MALFORMED = "malformed"  # an answer that is no list
    FEWER = "fewer"  # than the total that the API tells
    MORE = "more"
    UNSTEADY = "unsteady"  # every pass finds a user that those before missed


@dataclass(frozen=True)
class Position:
    """Where a pass over the list is, and what it knows of the list.

    `largest`: the page that may be asked for; `most`: the largest that it gives. `is_fixed`: it has
    pages of one size. `is_joined`: every page shared a user with those before it. `falls`, `rises`:
    all times of registration were in this order. `front_at`: the latest of them on the first page.
    `quiet`: pages in a row without anyone new; `back`: steps back in a row.
    """

    page: int = 1
    page_size: int = 100
    cursor: str = ""
    largest: int = 100
    most: int = 100
    is_fixed: bool = False
    is_joined: bool = True
    falls: bool = True
    rises: bool = True
    front_at: datetime | None = None
    quiet: int = 0
    back: int = 0


@dataclass(frozen=True)
class Sweep:
    """A sweep. The numbers mark users in the directory: those of this sweep and of this pass.

    `late`: users that this pass found and those before it missed. The totals are what the API told:
    last, least and most.
    """

    id: int
    started_at: datetime
    finished_at: datetime | None
    paused_at: datetime | None
    result: Result
    phase: Phase
    first_number: int
    number: int
    passes: int
    pages: int
    seen: int
    late: int
    unreadable: int
    total: int | None
    total_least: int | None
    total_most: int | None
    position: Position

    @property
    def is_running(self) -> bool:
        """Whether it is not over; it may be paused."""
        return self.finished_at is None


@dataclass(frozen=True)
class SweepProblem:
    """A problem of a sweep, how often it came, and where it was first."""

    sweep_id: int
    kind: str
    times: int
    page: int
    at: datetime


def start(connection: Connection, at: datetime) -> None:
    """Begin a sweep."""
    number = (connection.execute(select(func.max(sweeps.c.number))).scalar() or 0) + 1
    connection.execute(
        insert(sweeps).values(
            started_at=at,
            result=Result.RUNNING,
            phase=Phase.WALK,
            first_number=number,
            number=number,
            passes=1,
            pages=0,
            seen=0,
            late=0,
            unreadable=0,
            **vars(Position()),
        )
    )


def put(connection: Connection, sweep: Sweep) -> None:
    """Keep how far a sweep is; only `pause` changes whether it is paused."""
    values = {**vars(sweep), **vars(sweep.position)}
    del values["position"], values["paused_at"]
    connection.execute(update(sweeps).where(sweeps.c.id == sweep.id).values(**values))


def pause(connection: Connection, sweep_id: int, at: datetime | None) -> None:
    """Pause a sweep, or let it go on (None)."""
    connection.execute(update(sweeps).where(sweeps.c.id == sweep_id).values(paused_at=at))


def note_total(connection: Connection, sweep_id: int, total: int | None) -> None:
    """Note the total that the API told last."""
    connection.execute(update(sweeps).where(sweeps.c.id == sweep_id).values(total=total))


def note_disorder(connection: Connection, sweep_id: int) -> None:
    """Note that the list is not newest first."""
    connection.execute(update(sweeps).where(sweeps.c.id == sweep_id).values(falls=False))


def find_last(connection: Connection) -> Sweep | None:
    """Return the newest sweep, None before the first."""
    return next(iter(recent(connection, 1)), None)


def recent(connection: Connection, most: int) -> list[Sweep]:
    """Return the newest sweeps, newest first."""
    statement = select(sweeps).order_by(sweeps.c.id.desc()).limit(most)
    return [_sweep(row) for row in connection.execute(statement)]


def complete(connection: Connection, most: int) -> list[Sweep]:
    """Return the newest of those that read the whole list, newest first."""
    statement = select(sweeps).where(sweeps.c.result == Result.COMPLETE)
    rows = connection.execute(statement.order_by(sweeps.c.id.desc()).limit(most))
    return [_sweep(row) for row in rows]


def note_problem(
    connection: Connection,
    sweep_id: int,
    kind: ListProblem,
    *,
    page: int,
    at: datetime,
    times: int = 1,
) -> None:
    """Note a problem; of several of one kind the first is kept, and how many there were."""
    row = SweepProblem(sweep_id, kind, times, page, at)
    connection.execute(
        upsert(connection, sweep_problems)
        .values(**vars(row))
        .on_conflict_do_update(
            index_elements=["sweep_id", "kind"], set_={"times": sweep_problems.c.times + times}
        )
    )


def problems(connection: Connection, sweep_ids: Collection[int]) -> list[SweepProblem]:
    """Return the problems of these sweeps."""
    table = sweep_problems
    statement = select(table).where(table.c.sweep_id.in_(sweep_ids))
    rows = connection.execute(statement.order_by(table.c.at, table.c.kind))
    return [SweepProblem(*row) for row in rows]


def numbers_of(connection: Connection, user_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the number with which each of these users was last read; 0 for no sweep."""
    statement = select(directory.c.user_id, directory.c.sweep).where(
        directory.c.user_id.in_(user_ids)
    )
    return {row.user_id: row.sweep for row in connection.execute(statement)}


def mark(connection: Connection, user_ids: Collection[UUID], number: int) -> None:
    """Note that a sweep read these users, whose rows could not be read otherwise."""
    connection.execute(
        update(directory).where(directory.c.user_id.in_(user_ids)).values(sweep=number)
    )


def count_read(connection: Connection, first_number: int) -> int:
    """Return how many users have this number or a later one."""
    statement = select(func.count()).where(directory.c.sweep >= first_number)
    return connection.execute(statement).scalar_one()


def find_missing(connection: Connection, before: Sweep, latest: datetime) -> UUID | None:
    """Return a user that no answer named since this sweep began, unless marked as gone.

    A time after `latest` is of a clock that was put back.
    """
    table = directory.c
    statement = select(table.user_id).where(
        table.sweep < before.first_number,
        or_(table.last_seen_at < before.started_at, table.last_seen_at > latest),
        table.gone_at.is_(None),
    )
    return connection.execute(statement.order_by(table.sweep, table.id).limit(1)).scalar()


def take_position(values: dict[str, Any]) -> Position:
    """Take the position out of the values of a row."""
    return Position(**{each.name: values.pop(each.name) for each in fields(Position)})


def _sweep(row: Row[*tuple[Any, ...]]) -> Sweep:
    values = row._asdict()
    position = take_position(values)
    values["result"] = read_back(Result, row.result, Result.STUCK)
    values["phase"] = read_back(Phase, row.phase, Phase.WALK)
    return Sweep(**values, position=position)
