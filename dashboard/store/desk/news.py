"""How many users came into a list of the desk, and left it, since a time.

Rows only know the present. Where a user waited before is read from when they registered and what
was started for them since: they were in the list as it was then, or in another one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    case,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)

from dashboard.store.desk.query import EARLIEST, LATEST, STATES, DeskQuery, Stretch
from dashboard.store.desk.searching import is_found
from dashboard.store.directory.kyc_lanes import is_in
from dashboard.store.directory.owning import NO_ONE
from dashboard.store.kyc.lane_times import InLane
from dashboard.store.kyc.states import KycLane
from dashboard.store.kyc.waiting import UNKNOWN_AT
from dashboard.store.schema import directory, owners, snoozes


@dataclass(frozen=True)
class News:
    """How many came, and how many left: as active users, and otherwise."""

    came: int = 0
    became_active: int = 0
    left: int = 0


def read(connection: Connection, query: DeskQuery, before: DeskQuery, since: datetime) -> News:
    """Count who came and left. `before` is the same query as of then."""
    matches = query.has_values() & is_found(connection, query)
    closed = _USERS.where(directory.c.closed_at > since, matches)
    if query.lane and query.is_closed:
        if query.age or query.due:
            return News()
        here = query.is_closed_lately() & is_in(InLane(query.lane, query.times))
        return News(came=_number(connection, closed.where(here)))
    state = directory.c.kyc_state
    waited = [(state == STATES[each.lane]) & each.within(_WAITED_FROM) for each in before.spans()]
    left = closed.where(directory.c.waits_from_at.is_(None), or_(false(), *waited))
    is_active = is_in(InLane(KycLane.BECAME_ACTIVE, query.times))
    moved = _was_moved(query, since)
    came = [each.where(matches, ~moved) for each in _came(query, before, since)]
    came.append(_USERS.where(query.is_waiting(), moved, matches))
    return News(
        came=sum(connection.execute(union_all(*came)).scalars()),
        became_active=_number(connection, left.where(is_active)),
        left=_number(connection, left.where(~is_active)),
    )


def _was_moved(query: DeskQuery, since: datetime) -> ColumnElement[bool]:
    """Return the condition that a user's snooze has ended, or their owner has changed, since."""
    slept = _SNOOZED_THEN.where(snoozes.c.snoozed_at <= since).exists()
    woke = func.coalesce(directory.c.snoozed_until_at > since, false()) & slept
    if query.owner_ids in {None, NO_ONE}:
        return woke
    return woke | _OWNED.where(owners.c.since_at > since).exists()


def _came(query: DeskQuery, before: DeskQuery, since: datetime) -> Iterator[Select[int]]:
    """Give the statements for users who became pending, were started, or came as time passed."""
    columns, is_here = directory.c, query.is_waiting()
    yield _USERS.where(columns.status_since_at > since, is_here)
    waited = columns.status_since_at <= since
    was_here = [
        each.within(_REGISTERED_AT)
        for each in before.spans()
        if each.lane is KycLane.NOT_STARTED and query.staff_ids is None
    ]
    started = _USERS.where(columns.kyc_started_at > since, waited, is_here)
    yield started.where(~or_(false(), *was_here))
    is_old = func.coalesce(columns.kyc_started_at <= since, true())
    for each in _passed(query, before):
        yield _USERS.where(each.condition(), waited, is_old)


def _passed(query: DeskQuery, before: DeskQuery) -> Iterator[Stretch]:
    """Give the parts of the list that were in another list then: only time moved them here."""
    for here in query.spans():
        parts = [(here.after or EARLIEST, here.until or LATEST)]
        for there in before.spans():
            if STATES[there.lane] == STATES[here.lane]:
                first, last = there.after or EARLIEST, there.until or LATEST
                parts = [
                    (low, high)
                    for after, until in parts
                    for low, high in ((after, min(until, first)), (max(after, last), until))
                    if low < high
                ]
        yield from (replace(here, after=after, until=until) for after, until in parts)


_REGISTERED_AT = case(
    (directory.c.registered_at > UNKNOWN_AT, directory.c.registered_at),
    else_=directory.c.first_seen_at,
)
_WAITED_FROM = func.coalesce(
    directory.c.kyc_started_at, _REGISTERED_AT, type_=directory.c.kyc_started_at.type
)


_SNOOZED_THEN = select(snoozes.c.user_id).where(snoozes.c.user_id == directory.c.user_id)
_OWNED = select(owners.c.user_id).where(owners.c.user_id == directory.c.user_id)
_USERS = select(func.count()).select_from(directory)


def _number(connection: Connection, statement: Select[int]) -> int:
    return connection.execute(statement).scalar_one()
