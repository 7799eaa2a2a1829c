"""What one member of staff has to do: the few users that they own, read by the index of owners."""

from sqlalchemy import Boolean, Connection, bindparam, func, or_, select

from dashboard.store.desk.query import EARLIEST, LATEST, STATES, DeskQuery
from dashboard.store.kyc.states import WAITING
from dashboard.store.schema import directory, owners


def count(connection: Connection, staff_id: int, overdue: DeskQuery) -> int:
    """Return how many of their users are overdue, or were given to them and not opened.

    Every page asks for it.
    """
    values: dict[str, object] = {
        f"{end}_{lane}": LATEST for lane in WAITING for end in ("after", "until")
    }
    for each in overdue.spans():
        values[f"after_{each.lane}"] = each.after or EARLIEST
        values[f"until_{each.lane}"] = each.until or LATEST
    times = overdue.follow_up
    values |= {"member": staff_id, **vars(times)}
    values["tests"] = not overdue.hides_tests
    return connection.execute(_COUNT, values).scalar_one()


_user = directory.c
_IN_STRETCH = [
    (_user.waits_from_at.is_not(None))
    & (_user.kyc_state == STATES[lane])
    & (_user.waits_from_at > bindparam(f"after_{lane}"))
    & (_user.waits_from_at <= bindparam(f"until_{lane}"))
    for lane in WAITING
]
_COUNT = (
    select(func.count())
    .select_from(owners.outerjoin(directory, directory.c.user_id == owners.c.user_id))
    .where(
        owners.c.staff_id == bindparam("member"),
        owners.c.active_at > bindparam("owned_after"),
        owners.c.active_at <= bindparam("latest"),
        or_(
            _user.snoozed_until_at.is_(None),
            _user.snoozed_until_at <= bindparam("now"),
            _user.snoozed_until_at > bindparam("snoozed_at_most"),
        ),
        or_(~owners.c.is_seen, *_IN_STRETCH),
        or_(bindparam("tests", type_=Boolean), _user.is_test.is_not(True)),
    )
)
