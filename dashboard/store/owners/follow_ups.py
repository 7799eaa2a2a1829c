"""The owner and the snooze of a user, in one statement."""

from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, select

from dashboard.store.owners.owners import Owner
from dashboard.store.owners.snoozes import Snooze
from dashboard.store.schema import owners, snoozes, staff
from dashboard.store.staff import names as staff_names


def of_user(connection: Connection, user_id: UUID) -> tuple[Owner | None, Snooze | None]:
    """Return the owner of a user, lapsed or not, and their snooze, over or not."""
    row = connection.execute(_OF_USER, {"user": user_id}).one()
    owner, snooze = row[:_OWNED], row[_OWNED:]
    return (
        Owner(*owner) if owner[0] is not None else None,
        Snooze(*snooze) if snooze[0] is not None else None,
    )


_user = select(bindparam("user", type_=Uuid).label("user_id")).subquery("asked")
_giver, _snoozer = staff.alias("giver"), staff.alias("snoozer")
_OWNER = (
    owners.c.staff_id,
    staff.c.email,
    staff_names.of(),
    owners.c.since_at,
    owners.c.active_at,
    staff_names.of(_giver),
    owners.c.is_seen,
)
_OWNED = len(_OWNER)
_OF_USER = select(
    *_OWNER, snoozes.c.until_at, snoozes.c.snoozed_at, staff_names.of(_snoozer)
).select_from(
    _user.outerjoin(owners, owners.c.user_id == _user.c.user_id)
    .outerjoin(staff, staff.c.id == owners.c.staff_id)
    .outerjoin(_giver, _giver.c.id == owners.c.given_by)
    .outerjoin(snoozes, snoozes.c.user_id == _user.c.user_id)
    .outerjoin(_snoozer, _snoozer.c.id == snoozes.c.staff_id)
)
