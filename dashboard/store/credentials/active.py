"""The one row that all workers read before every call: the pair in use, and the pause."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, FromClause, Row, bindparam, func, literal, select

from dashboard.store.credentials import pairs
from dashboard.store.credentials.pairs import ApiPair
from dashboard.store.db.columns import read_back
from dashboard.store.db.upsert import upsert
from dashboard.store.schema import api_pairs, api_switch, breakers, staff
from dashboard.store.staff import names as staff_names
from dashboard.store.upstream.breakers import BreakerRow

SINGLETON_ID = 1


class Alarm(StrEnum):
    """Automatic changes of the pair in use that an admin must see."""

    FELL_BACK = "fell_back"  # it was refused, and another one is used
    UNREADABLE = "unreadable"  # it cannot be opened, and the environment's is used


@dataclass(frozen=True)
class Freeze:
    """All calls to the Partner API are stopped: since when, by whom and why.

    `staff_name` is None where it was the command line.
    """

    since_at: datetime
    staff_name: str | None
    reason: str


@dataclass(frozen=True)
class ActivePair:
    """The pair in use. Without `in_use` it is the environment's pair, as from the start.

    `staff_name` is who put it in use, None where that was automatic.
    """

    in_use: ApiPair | None = None
    since_at: datetime | None = None
    staff_name: str | None = None
    freeze: Freeze | None = None
    alarm: Alarm | None = None
    alarm_at: datetime | None = None


def find(connection: Connection) -> ActivePair:
    """Return the current state."""
    return _switch(connection.execute(_SWITCH).first())


def find_with_breaker(
    connection: Connection, environment_pair: str
) -> tuple[ActivePair, BreakerRow | None]:
    """Return the pair in use, and how the calls with it have been failing.

    That is the environment's where no other was switched to.
    """
    row = connection.execute(_WITH_BREAKER, {"environment_pair": environment_pair}).one()
    breaker = {name: getattr(row, label) for name, label in _BREAKER.items()}
    return _switch(row), BreakerRow(**breaker) if breaker["credential"] else None


def _switch(row: Row[*tuple[Any, ...]] | None) -> ActivePair:
    if row is None or row.id is None:
        return ActivePair()
    frozen = row.frozen_at and Freeze(row.frozen_at, row.freezer_name, row.frozen_reason)
    return ActivePair(
        in_use=pairs.pair_of(row) if row.pair_id else None,
        since_at=row.since_at,
        staff_name=row.staff_name,
        freeze=frozen or None,
        alarm=read_back(Alarm, row.alarm, None) if row.alarm else None,
        alarm_at=row.alarm_at,
    )


_BY, _FREEZER = staff.alias("switcher"), staff.alias("freezer")
_COLUMNS = (
    api_switch,
    staff_names.of(_BY).label("staff_name"),
    staff_names.of(_FREEZER).label("freezer_name"),
    *pairs.columns(),
)


def _joined(start: FromClause) -> FromClause:
    return pairs.joined_adder(
        start.outerjoin(_BY, _BY.c.id == api_switch.c.staff_id)
        .outerjoin(_FREEZER, _FREEZER.c.id == api_switch.c.frozen_by)
        .outerjoin(api_pairs, api_pairs.c.id == api_switch.c.in_use_id)
    )


_SWITCH = select(*_COLUMNS).select_from(_joined(api_switch))
# One row, also before the first switch or freeze.
_ALWAYS = select(literal(SINGLETON_ID).label("id")).subquery("always")
_BREAKER = {column.name: f"breaker_{column.name}" for column in breakers.c}
_WITH_BREAKER = select(
    *_COLUMNS, *(breakers.c[name].label(label) for name, label in _BREAKER.items())
).select_from(
    _joined(_ALWAYS.outerjoin(api_switch, api_switch.c.id == _ALWAYS.c.id)).outerjoin(
        breakers,
        breakers.c.credential == func.coalesce(api_pairs.c.pair, bindparam("environment_pair")),
    )
)


def is_frozen(connection: Connection) -> bool:
    """Return whether all calls are stopped."""
    return bool(connection.execute(select(api_switch.c.frozen_at)).scalar())


def use(connection: Connection, pair_id: int, at: datetime, staff_id: int | None) -> None:
    """Put a pair in use; `staff_id` is None for a fallback."""
    _put(connection, in_use_id=pair_id, since_at=at, staff_id=staff_id)


def freeze(connection: Connection, at: datetime, staff_id: int | None, reason: str) -> None:
    """Stop all calls. Without a staff member, the command line did it."""
    _put(connection, frozen_at=at, frozen_by=staff_id, frozen_reason=reason)


def thaw(connection: Connection) -> None:
    """Resume calls."""
    _put(connection, frozen_at=None, frozen_by=None, frozen_reason=None)


def raise_alarm(connection: Connection, alarm: Alarm | None, at: datetime | None) -> None:
    """Keep an alarm until an admin dismisses it; None removes it."""
    _put(connection, alarm=alarm.value if alarm else None, alarm_at=at)


def _put(connection: Connection, **values: object) -> None:
    statement = upsert(connection, api_switch).values(id=SINGLETON_ID, **values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=[api_switch.c.id], set_=values)
    )
