"""Names of staff as lists show them: with the email where another person has or had such a name."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, case, func, select

from dashboard.store.db.upsert import upsert
from dashboard.store.schema import audit, staff, staff_names
from dashboard.text.names import skeleton

_own, _others = staff_names.alias("own_names"), staff_names.alias("others_names")


def remember(connection: Connection, staff_id: int, name: str) -> None:
    """Keep that a member has or had this name."""
    kept = upsert(connection, staff_names).values(staff_id=staff_id, skeleton=skeleton(name))
    connection.execute(kept.on_conflict_do_nothing())


def find(connection: Connection, staff_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of members, by number."""
    named = select(staff.c.id, of().label("name")).where(staff.c.id.in_(staff_ids))
    return {row.id: row.name for row in connection.execute(named)}


def of(member: FromClause = staff) -> ColumnElement[Any]:
    """Return the name of a member as lists show it, for the statement that has their row."""
    return _shown(member.c.name, member.c.email, member.c.id)


def of_row(row: FromClause = audit, member: FromClause = staff) -> ColumnElement[Any]:
    """Return the name of who made a row of the audit, as it was then.

    The statement joins their row of `staff`: rows of older versions hold no name.
    """
    name = func.coalesce(row.c.actor_name, member.c.name)
    email = func.coalesce(row.c.actor_email, member.c.email)
    return case((row.c.staff_id.is_not(None), _shown(name, email, row.c.staff_id)))


def _shown(
    name: ColumnElement[Any], email: ColumnElement[Any], staff_id: ColumnElement[Any]
) -> ColumnElement[Any]:
    twin = and_(_others.c.skeleton == _own.c.skeleton, _others.c.staff_id != _own.c.staff_id)
    shared = select(_own.c.staff_id).join(_others, twin).where(_own.c.staff_id == staff_id)
    return case((shared.correlate_except(_own, _others).exists(), name + " · " + email), else_=name)
