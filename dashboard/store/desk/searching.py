"""Who of those in a lane a search finds: read whole, for their page and their counts."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, or_, select

from dashboard.store.desk.query import DeskQuery, Place
from dashboard.store.directory.matching import Matching
from dashboard.store.directory.query import DirectoryQuery
from dashboard.store.kyc.states import KycLane
from dashboard.store.kyc.waiting import ACTIVE
from dashboard.store.schema import directory
from dashboard.store.schema.directory import COUNTED_ON_DESK


class Hit(NamedTuple):
    """A user whom a search finds, their place, and their values by the names of `counts`."""

    place: Place
    lane: KycLane
    age: str
    due: str
    values: tuple[Any, ...]


def hits(connection: Connection, query: DeskQuery) -> list[Hit]:
    """Return all whom a search finds, whatever the other filters are."""
    columns, times = directory.c, query.times
    in_a_lane = select(directory).where(
        or_(columns.waits_from_at.is_not(None), columns.closed_at > times.closed_after)
    )
    if query.only_started:
        in_a_lane = in_a_lane.where(columns.kyc_state != "")
    searches: list[Select[Any]] = []
    if query.words:
        searches.append(Matching(connection, DirectoryQuery(query.words)).offered(in_a_lane))
    if query.user_ids:
        searches.append(in_a_lane.where(columns.user_id.in_(query.user_ids)))
    found = {row.id: row for each in searches for row in connection.execute(each)}
    return [_hit(row, query) for row in found.values()]


def _hit(row: Row[Any], query: DeskQuery) -> Hit:
    values = tuple(getattr(row, name) for name in COUNTED_ON_DESK)
    if row.waits_from_at is None:
        is_active = row.status == ACTIVE and row.gone_at is None
        lane = KycLane.BECAME_ACTIVE if is_active else KycLane.CLOSED
        return Hit(Place(row.closed_at, row.id), lane, "", "", values)
    here = next(each for each in query.stretches if each.holds(row.kyc_state, row.waits_from_at))
    place = Place(row.waits_from_at + here.delay, row.id)
    return Hit(place, here.lane, here.age, here.due, values)
