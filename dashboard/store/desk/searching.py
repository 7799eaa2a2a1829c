"""Which of those in a lane a search finds: read whole, for their page and their counts."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, or_, select, true

from dashboard.store.desk.query import LATEST, STATES, DeskPlace, DeskQuery, Stretch
from dashboard.store.directory.matching import Matching
from dashboard.store.directory.query import DirectoryQuery
from dashboard.store.kyc.states import KycLane
from dashboard.store.kyc.waiting import ACTIVE
from dashboard.store.schema import directory


class Hit(NamedTuple):
    """A user that a search finds, their place, and their values by the names of `counts`."""

    place: DeskPlace
    lane: KycLane
    age: str
    due: str
    values: tuple[Any, ...]


def find_hits(connection: Connection, query: DeskQuery) -> list[Hit] | None:
    """Return all users that a search finds, None without a search.

    The filters that counts are added up by are left to the reader.
    """
    if not query.is_search:
        return None
    columns = directory.c
    values = [each.label(None) for each in query.value_columns()]
    in_a_lane = select(*(columns[name] for name in _READ), *values).where(
        or_(columns.waits_from_at.is_not(None), query.is_closed_lately()), query.is_shown()
    )
    if query.only_started:
        in_a_lane = in_a_lane.where(columns.kyc_state != "")
    searches: list[Select[Any]] = []
    if query.words:
        searches.append(Matching(connection, DirectoryQuery(query.words)).offered(in_a_lane))
    if query.user_ids:
        searches.append(in_a_lane.where(columns.user_id.in_(query.user_ids)))
    found = {row.id: row for each in searches for row in connection.execute(each)}
    by_state: defaultdict[str, list[Stretch]] = defaultdict(list)
    for stretch in sorted(query.stretches, key=lambda each: each.until or LATEST):
        by_state[STATES[stretch.lane]].append(stretch)
    return [_hit(row, by_state) for row in found.values()]


def is_found(connection: Connection, query: DeskQuery) -> ColumnElement[bool]:
    """Return the condition that a search finds a user."""
    if not query.is_search:
        return true()
    named = directory.c.user_id.in_(query.user_ids)
    if not query.words:
        return named
    return or_(named, Matching(connection, DirectoryQuery(query.words)).condition())


def _hit(row: Row[Any], by_state: Mapping[str, list[Stretch]]) -> Hit:
    waits_from_at, values = row.waits_from_at, tuple(row[len(_READ) :])
    if waits_from_at is None:
        is_active = row.status == ACTIVE and row.gone_at is None
        lane = KycLane.BECAME_ACTIVE if is_active else KycLane.CLOSED
        return Hit(DeskPlace(row.closed_at, row.id), lane, "", "", values)
    stretches = by_state[row.kyc_state]
    here = next(each for each in stretches if each.until is None or waits_from_at <= each.until)
    return Hit(DeskPlace(waits_from_at + here.delay, row.id), here.lane, here.age, here.due, values)


_READ = ("id", "status", "gone_at", "closed_at", "kyc_state", "waits_from_at")
