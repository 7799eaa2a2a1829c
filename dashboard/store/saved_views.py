"""Filters of the list of users, each with a name and an owner."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, update

from dashboard.store.schema import saved_views, staff
from dashboard.store.staff import names as staff_names

Filter = tuple[tuple[str, str], ...]
"""The parameters of a list's address, in its order."""


@dataclass(frozen=True)
class SavedView:
    """A view, and the name of its owner."""

    id: int
    staff_id: int
    owner: str
    name: str
    filter: Filter
    shared: bool


def of(connection: Connection, staff_id: int) -> list[SavedView]:
    """Return the views that a member of staff sees: their own, then those that others share."""
    own = saved_views.c.staff_id == staff_id
    statement = _VIEWS.where(or_(own, saved_views.c.shared)).order_by(own.desc(), *_BY_NAME)
    return [_view(row) for row in connection.execute(statement)]


def find(connection: Connection, staff_id: int, view_id: int) -> SavedView | None:
    """Return one of the views that a member of staff sees."""
    seen = or_(saved_views.c.staff_id == staff_id, saved_views.c.shared)
    row = connection.execute(_VIEWS.where(saved_views.c.id == view_id, seen)).first()
    return _view(row) if row else None


def count_of(connection: Connection, staff_id: int) -> int:
    """Return how many views a member of staff has."""
    statement = select(func.count()).where(saved_views.c.staff_id == staff_id)
    return connection.execute(statement).scalar_one()


def has_name(connection: Connection, staff_id: int, name: str, but: int = 0) -> bool:
    """Return whether a member of staff has a view of this name, `but` aside."""
    statement = select(saved_views.c.id).where(
        saved_views.c.staff_id == staff_id, saved_views.c.name == name, saved_views.c.id != but
    )
    return connection.execute(statement).first() is not None


def add(
    connection: Connection,
    staff_id: int,
    name: str,
    chosen: Filter,
    at: datetime,
    *,
    shared: bool,
) -> int:
    """Keep a view; return its number."""
    statement = insert(saved_views).values(
        staff_id=staff_id,
        name=name,
        filter=urlencode(chosen),
        shared=shared,
        created_at=at,
        changed_at=at,
    )
    return int(connection.execute(statement.returning(saved_views.c.id)).scalar_one())


def change(connection: Connection, view_id: int, at: datetime, **values: str | bool) -> None:
    """Change a view's `name`, or whether it is `shared`."""
    statement = update(saved_views).where(saved_views.c.id == view_id)
    connection.execute(statement.values(**values, changed_at=at))


def remove(connection: Connection, view_id: int) -> None:
    """Remove a view."""
    connection.execute(delete(saved_views).where(saved_views.c.id == view_id))


_VIEWS = select(
    saved_views.c.id,
    saved_views.c.staff_id,
    staff_names.of().label("owner"),
    saved_views.c.name,
    saved_views.c.filter,
    saved_views.c.shared,
).join_from(saved_views, staff)
_BY_NAME: tuple[ColumnElement[Any], ...] = (saved_views.c.name, saved_views.c.id)


def _view(row: Row[*tuple[Any, ...]]) -> SavedView:
    return SavedView(**{**row._asdict(), "filter": tuple(parse_qsl(row.filter))})
