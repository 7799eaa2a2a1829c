"""Searches of the API's list: what each looks for, how far it is, and what it found."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, delete, insert, or_, select, update

from dashboard.store.db.columns import read_back
from dashboard.store.directory.sweeps import Position, take_position
from dashboard.store.schema import look_throughs


class LookState(StrEnum):
    """How a look through the list ended."""

    RUNNING = "running"
    DONE = "done"  # the list was read to its end
    STOPPED = "stopped"  # by the person who started it
    STUCK = "stuck"  # the list can't be read any further


@dataclass(frozen=True)
class LookRow:
    """A look through the list. `last_page`: who was on the last page that joined those before."""

    staff_id: int
    sealed: str = field(repr=False)
    key_id: str
    started_at: datetime
    read_at: datetime
    finished_at: datetime | None = None
    result: LookState = LookState.RUNNING
    pages: int = 0
    users: int = 0
    total: int | None = None
    hits: tuple[UUID, ...] = ()
    last_page: tuple[UUID, ...] = field(default=(), repr=False)
    position: Position = field(default_factory=Position, repr=False)
    id: int = 0

    def found(self, user_ids: Collection[UUID]) -> bool:
        """Return whether it has found one of these users."""
        return not set(user_ids).isdisjoint(self.hits)

    def ended(self, result: LookState, at: datetime) -> "LookRow":
        """Return it as it is once it is over."""
        return replace(self, result=result, finished_at=at)


def add(connection: Connection, row: LookRow) -> int:
    """Keep a new one; return its number."""
    statement = insert(look_throughs).values(_values(row)).returning(look_throughs.c.id)
    return int(connection.execute(statement).scalar_one())


def put(connection: Connection, row: LookRow) -> None:
    """Keep how far one is."""
    statement = update(look_throughs).where(look_throughs.c.id == row.id)
    connection.execute(statement.values(_values(row)))


def find(connection: Connection, number: int, staff_id: int) -> LookRow | None:
    """Return one that this person started."""
    theirs = look_throughs.c.staff_id == staff_id
    return _first(connection, select(look_throughs).where(look_throughs.c.id == number, theirs))


def find_open(connection: Connection, staff_id: int) -> LookRow | None:
    """Return the one of a person that is running."""
    theirs = _OPEN.where(look_throughs.c.staff_id == staff_id)
    return _first(connection, theirs)


def find_next(connection: Connection) -> LookRow | None:
    """Return the one that has waited longest for a page."""
    return _first(connection, _OPEN.order_by(look_throughs.c.read_at, look_throughs.c.id))


def every(connection: Connection) -> list[LookRow]:
    """Return all of them."""
    return [_look(row) for row in connection.execute(select(look_throughs))]


def remove(connection: Connection, numbers: Collection[int]) -> None:
    """Delete some."""
    connection.execute(delete(look_throughs).where(look_throughs.c.id.in_(numbers)))


def has_old(connection: Connection, before: datetime, after: datetime) -> bool:
    """Return whether there are any that started before one time, or after another in the future."""
    statement = select(look_throughs.c.id).where(_started(before, after)).limit(1)
    return connection.execute(statement).first() is not None


def remove_old(connection: Connection, before: datetime, after: datetime) -> None:
    """Delete those that started before one time, or after another in the future."""
    connection.execute(delete(look_throughs).where(_started(before, after)))


_OPEN = select(look_throughs).where(look_throughs.c.finished_at.is_(None))


def _started(before: datetime, after: datetime) -> Any:  # noqa: ANN401  a condition
    return or_(look_throughs.c.started_at < before, look_throughs.c.started_at > after)


def _values(row: LookRow) -> dict[str, Any]:
    values = {**vars(row), **vars(row.position)}
    del values["position"], values["id"]
    return values | {"hits": _ids(row.hits), "last_page": _ids(row.last_page)}


def _ids(users: Collection[UUID]) -> str:
    return json.dumps([str(each) for each in users])


def _first(connection: Connection, statement: Select[Any]) -> LookRow | None:
    row = connection.execute(statement.limit(1)).first()
    return _look(row) if row else None


def _look(row: Row[*tuple[Any, ...]]) -> LookRow:
    values = row._asdict()
    position = take_position(values)
    for name in ("hits", "last_page"):
        values[name] = tuple(map(UUID, json.loads(values[name])))
    values["result"] = read_back(LookState, row.result, LookState.STUCK)
    return LookRow(**values, position=position)
