"""How many users each value of each filter leaves: counted once, added up for every filter.

The users that the text and the dates find are counted by the values of all filters together. A
value's count is the sum over what the other filters leave, so it equals the list that it opens.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, literal, select, union_all

from dashboard.store.directory import tag_counts
from dashboard.store.directory.kept_counts import kept
from dashboard.store.directory.kyc_lanes import CLOSED_AFTER, LANE, WAITING_LANE
from dashboard.store.directory.matching import Matching
from dashboard.store.directory.query import FILTERS
from dashboard.store.directory.search import COUNT_MAX, DirectoryQuery, count, count_found
from dashboard.store.kyc.lane_times import LaneTimes
from dashboard.store.kyc.waiting import PENDING
from dashboard.store.schema import directory
from dashboard.store.tags.tags import Tag

FACETS = (*FILTERS, "kyc")
_COLUMNS = tuple(directory.c[name] for name in FILTERS)
_Values = tuple[str, ...]
MANY = 2**31
VALUES_MAX = 300  # more than there are countries; the API sets no limit to values


@dataclass(frozen=True)
class Counts:
    """How many users the list has, None for more than `COUNT_MAX` of a text or of dates.

    `by_value` has the counts by filter and value, and under "" that of the list without the filter.
    Values that few users have are left out where there are very many.
    Where there are too many users to count, each is of the first `COUNT_MAX` users only, or of so
    many of the kept counts: there are at least so many (`are_least`), and lanes are left out.
    `tags` are all there are; where very many users have one, the counts of tags are left out.
    """

    total: int | None
    by_value: Mapping[str, Mapping[str, int]]
    are_least: bool = False
    tags: tuple[Tag, ...] = ()


def read(connection: Connection, query: DirectoryQuery, times: LaneTimes) -> Counts:
    """Count the users of a list and of the lists beside it."""
    matches = Matching(connection, query)
    counts = _read(connection, matches, times)
    untagged = replace(query, tag="")
    tagged = tag_counts.read(connection, matches.of(untagged).condition())
    if tagged.users is None:
        return replace(counts, tags=tagged.tags)
    total = count(connection, untagged, most=MANY) if query.tag else counts.total
    by_tag = {**tagged.users, **({"": total} if total is not None else {})}
    return replace(counts, tags=tagged.tags, by_value={**counts.by_value, "tag": by_tag})


def _read(connection: Connection, matches: Matching, times: LaneTimes) -> Counts:
    query = matches.query
    unfiltered = replace(query, status="", country_code="", user_type="", language="", kyc=None)
    of_any = matches.of(unfiltered)
    found = _by_columns(connection, of_any)
    read_rows = len(found) if unfiltered.is_kept else found.total()
    are_least = read_rows > COUNT_MAX
    if are_least:
        total = count_found(connection, matches)
        by_value = {} if query.kyc else _sums(query, found).by_value
        by_column = {name: by_value[name] for name in FILTERS if name in by_value}
        return Counts(total if total <= COUNT_MAX else None, by_column, are_least=True)
    _place_in_lanes(connection, of_any, times, found)
    return _sums(query, found)


def _sums(query: DirectoryQuery, found: Counter[_Values]) -> Counts:
    """Count the users of a list and of the lists beside it, out of those who were found."""
    wanted = tuple(str(_value(query, name)) for name in FACETS)
    by_value: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    total = 0
    for values, users in found.items():
        differing = [place for place, each in enumerate(wanted) if each and each != values[place]]
        total += users if not differing else 0
        for place, name in enumerate(FACETS):
            if not differing or differing == [place]:
                by_value[name][values[place]] += users
    chosen = dict(zip(FACETS, wanted, strict=True))
    return Counts(total, {name: _with_all(each, chosen[name]) for name, each in by_value.items()})


def _with_all(counter: Counter[str], chosen: str) -> dict[str, int]:
    """Return the counts of the values that can be asked for, and of all under ""."""
    return {**offered(counter, chosen), "": counter.total()}


def _value(query: DirectoryQuery, name: str) -> object:
    if name == "kyc":
        return query.kyc.lane if query.kyc else ""
    return getattr(query, name)


def offered(users: Mapping[str, int], chosen: str) -> Mapping[str, int]:
    """Return how many users have each value, of the values that most have and the chosen one."""
    if len(users) <= VALUES_MAX:
        return users
    kept = {value: users[value] for value in ("", chosen) if value in users}
    return {**dict(Counter(users).most_common(VALUES_MAX)), **kept}


def _by_columns(connection: Connection, matches: Matching) -> Counter[_Values]:
    """Return the users by the values of columns, outside any lane: of `COUNT_MAX` + 1 at most."""
    if matches.query.is_kept:
        statement = _KEPT[matches.query.hides_tests].limit(COUNT_MAX + 1)
    else:
        hits = matches.found(select(*_COLUMNS)).limit(COUNT_MAX + 1).subquery()
        statement = select(*hits.c, func.count()).group_by(*hits.c)
    rows = connection.execute(statement)
    return Counter({(*values, ""): number for *values, number in rows})


def _place_in_lanes(
    connection: Connection, matches: Matching, times: LaneTimes, users: Counter[_Values]
) -> None:
    """Count those who are in a lane there."""
    lanes = union_all(matches.found(_WAITING), matches.found(_CLOSED))
    rows = connection.execute(lanes, vars(times))
    for *values, lane, number in rows:
        users[*values, ""] -= number
        users[*values, lane] += number


_KEPT = {
    hides_tests: select(*(counts.c[name] for name in FILTERS), counts.c.users)
    for hides_tests in (False, True)
    for counts in [kept(hides_tests=hides_tests)]
}
# Users who wait are pending, so an index has every column that they are counted by.
_BESIDE_STATUS = tuple(directory.c[name] for name in FILTERS if name != "status")
_OF_WAITING = (directory.c[name] if name != "status" else literal(PENDING) for name in FILTERS)
_WAITING = (
    select(*_OF_WAITING, WAITING_LANE, func.count())
    .where(directory.c.waits_from_at.is_not(None))
    .group_by(*_BESIDE_STATUS, WAITING_LANE)
)
_CLOSED = (
    select(*_COLUMNS, LANE, func.count())
    .where(directory.c.waits_from_at.is_(None), directory.c.closed_at > CLOSED_AFTER)
    .group_by(*_COLUMNS, LANE)
)
