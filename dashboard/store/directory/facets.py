"""How many users each value of each filter leaves: counted once, added up for every filter.

The users whom the text and the dates find are counted by the values of all filters together. A
value's count is the sum over what the other filters leave, so it equals the list that it opens.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, select

from dashboard.store.directory import kyc_lanes
from dashboard.store.directory.kyc_lanes import KycLane, lane_of
from dashboard.store.directory.search import COUNT_MAX, DirectoryQuery, count, matching
from dashboard.store.schema import directory

FACETS = ("status", "country_code", "user_type", "language", "kyc")
_COLUMNS = tuple(directory.c[name] for name in FACETS if name != "kyc")
_Values = tuple[str, ...]


@dataclass(frozen=True)
class Counts:
    """How many users the list has, None for more than `COUNT_MAX` of a text or of dates.

    `by_value` has the counts by filter and value, and under "" that of the list without the filter;
    nothing where there are too many users to count.
    """

    total: int | None
    by_value: Mapping[str, Mapping[str, int]]


def read(connection: Connection, query: DirectoryQuery, expired_at: datetime) -> Counts:
    """Count the users of a list and of the lists beside it."""
    found = _by_values(connection, query, expired_at)
    if found is None:
        total = count(connection, query)
        return Counts(total if total <= COUNT_MAX else None, {})
    wanted = tuple(str(_value(query, name)) for name in FACETS)
    by_value: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    total = 0
    for values, users in found.items():
        differing = [place for place, each in enumerate(wanted) if each and each != values[place]]
        total += users if not differing else 0
        for place, name in enumerate(FACETS):
            if not differing or differing == [place]:
                by_value[name][values[place]] += users
    return Counts(total, {name: _with_all(each) for name, each in by_value.items()})


def _with_all(counter: Counter[str]) -> dict[str, int]:
    """Return the counts of the values that can be asked for, and of all under ""."""
    return {**counter, "": counter.total()}


def _value(query: DirectoryQuery, name: str) -> object:
    if name == "kyc":
        return query.kyc.lane if query.kyc else ""
    return getattr(query, name)


def _by_values(
    connection: Connection, query: DirectoryQuery, expired_at: datetime
) -> Counter[_Values] | None:
    """Return the users by the values of all filters; None where a text finds too many."""
    unfiltered = replace(query, status="", country_code="", user_type="", language="", kyc=None)
    statement = matching(connection, unfiltered, select(*_COLUMNS))
    if unfiltered != DirectoryQuery():
        statement = statement.limit(COUNT_MAX + 1)
    hits = statement.subquery()
    users: Counter[_Values] = Counter()
    for *values, number in connection.execute(select(*hits.c, func.count()).group_by(*hits.c)):
        users[(*values, lane_of(values[0], None) or "")] = number
    if unfiltered != DirectoryQuery() and users.total() > COUNT_MAX:
        return None
    started = kyc_lanes.leading(expired_at)
    statement = matching(connection, unfiltered, select(*_COLUMNS, started.c.lane, func.count()))
    statement = statement.where(started.c.user_id == directory.c.user_id)
    for *values, led_to, number in connection.execute(
        statement.group_by(*_COLUMNS, started.c.lane)
    ):
        users[(*values, lane_of(values[0], None) or "")] -= number
        users[(*values, lane_of(values[0], KycLane(led_to)) or "")] += number
    return users
