"""How many users each value of each filter of the desk leaves.

Those who wait are counted twice: by time, a range of an index for each stretch, with the other
filters as they are; and by all other filters together, within the time that was asked for.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    literal,
    select,
    union_all,
)

from dashboard.store.desk.query import DeskQuery, Stretch
from dashboard.store.desk.searching import Hit, find_hits, is_found
from dashboard.store.directory import tag_counts
from dashboard.store.directory.facets import offered
from dashboard.store.directory.kyc_lanes import LANE, is_in
from dashboard.store.directory.owning import NO_OWNER, SNOOZED, is_owned, is_snoozed
from dashboard.store.kyc.lane_times import InLane
from dashboard.store.kyc.states import WAITING, KycLane
from dashboard.store.schema import directory, inquiries, staff
from dashboard.store.schema.directory import COUNTED_ON_DESK
from dashboard.store.staff import names as staff_names
from dashboard.store.tags.tags import Tag

BY_TIME = ("lane", "age", "due")
BY_VALUE = ("country", "language", "user_type", "by", "owner", "snoozed")
EVERY = BY_TIME + BY_VALUE
OF_API = ("country", "language", "user_type")
OF_STAFF = ("by", "owner")
Columns = TypeVarTuple("Columns")
Cells = Counter[tuple[Any, ...]]


@dataclass(frozen=True)
class DeskCounts:
    """How many users match, and would with each value of a filter instead; "" is without it.

    `tags` are all there are; where very many users have one, their counts are left out.
    """

    total: int
    by_value: Mapping[str, Mapping[Any, int]]
    tags: tuple[Tag, ...] = ()


def read(connection: Connection, query: DeskQuery, hits: Iterable[Hit] | None = None) -> DeskCounts:
    """Count the users who match; `hits` are all that a search finds."""
    counts = _read(connection, query, hits)
    untagged = replace(query, tag="")
    is_listed = untagged.is_listed() & is_found(connection, untagged)
    tagged = tag_counts.read(connection, is_listed)
    if tagged.users is None:
        return replace(counts, tags=tagged.tags)
    total = counts.total
    if query.tag:
        total = count(connection, untagged, find_hits(connection, untagged))
    by_value = {**counts.by_value, "tag": {**tagged.users, "": total}}
    return replace(counts, tags=tagged.tags, by_value=by_value)


def _read(connection: Connection, query: DeskQuery, hits: Iterable[Hit] | None) -> DeskCounts:
    if hits is not None:
        return tally(EVERY, Counter(map(_values, hits)), query)
    by_time = tally(BY_TIME, _by_time(connection, query), query)
    by_value = tally(BY_VALUE, _by_value(connection, query), query)
    return DeskCounts(by_time.total, {**by_time.by_value, **by_value.by_value})


def tally(names: Sequence[str], cells: Cells, query: DeskQuery) -> DeskCounts:
    """Add up the cells for each value of each filter, as the other filters leave them."""
    total = 0
    by_value: dict[str, Counter[Any]] = {name: Counter({"": 0}) for name in names}
    fitting = [cache(partial(_fits, query, name)) for name in names]  # few values, in many cells
    for values, users in cells.items():
        unfit = [place for place, fits in enumerate(fitting) if not fits(values[place])]
        total += 0 if unfit else users
        if len(unfit) > 1:
            continue
        for place in unfit or range(len(names)):
            name, value = names[place], values[place]
            by_value[name][""] += users if _is_usual(name, value) else 0
            if value:
                by_value[name][value] += users
    few = {name: offered(by_value[name], getattr(query, name)) for name in OF_API if name in names}
    return DeskCounts(total, {**by_value, **few})


def fits_all(query: DeskQuery, hit: Hit) -> bool:
    """Return whether a user matches all filters."""
    return all(map(partial(_fits, query), EVERY, _values(hit)))


def _values(hit: Hit) -> tuple[Any, ...]:
    return (hit.lane, hit.age, hit.due, *hit.values)


def _is_usual(name: str, value: object) -> bool:
    """Return whether users of a value are in the list without the filter."""
    return value in WAITING if name == "lane" else not value if name == "snoozed" else True


def _fits(query: DeskQuery, name: str, value: object) -> bool:
    if name == "lane":
        return value == query.lane if query.lane else value in WAITING
    if name == "by":
        return query.staff_ids is None or value in query.staff_ids
    if name == "owner":
        return query.owner_ids is None or value in query.owner_ids
    if name == "snoozed":
        return value == query.snoozed
    return getattr(query, name) in {"", value}


def _by_time(connection: Connection, query: DeskQuery) -> Cells:
    """Return those who have the wanted values by lane, age and what is due."""
    counted, values = waiting(connection, query), query.has_values()
    closed = _of_closed(select(LANE, _USERS).group_by(LANE), query)
    for lane_name, users in connection.execute(closed.where(values), vars(query.times)):
        counted[KycLane(lane_name), "", ""] = users
    return counted


def waiting(connection: Connection, query: DeskQuery) -> Cells:
    """Return those who wait and have the wanted values by lane, age and what is due."""
    counted: Cells = Counter()
    values = query.has_values()
    stretches = [_counted(each, values, number) for number, each in enumerate(query.stretches)]
    for number, users in connection.execute(union_all(*stretches)).all():
        stretch = query.stretches[number]
        counted[stretch.lane, stretch.age, stretch.due] += users
    return counted


_USERS = func.count().label("users")


def _counted(stretch: Stretch, values: ColumnElement[bool], number: int = 0) -> Select[int, int]:
    """Return the statement for how many of a stretch have the wanted values."""
    counted = select(literal(number).label("number"), _USERS).select_from(directory)
    return counted.where(stretch.condition(), values)


def _by_value(connection: Connection, query: DeskQuery) -> Cells:
    """Return those of the wanted time by all other values.

    Users of an owner are next to each other in the index, whether the owner has lapsed or not.
    """
    columns = [directory.c[name] for name in COUNTED_ON_DESK]
    owned, snoozed = is_owned(query.follow_up), is_snoozed(query.follow_up)
    parts = (func.count().filter(each) for each in (owned, snoozed, and_(owned, snoozed)))
    statement = select(*columns, func.count(), *parts).group_by(*columns)
    if query.lane and query.is_closed:
        if query.age or query.due:
            return Counter()
        statement = _of_closed(statement, query).where(is_in(InLane(query.lane, query.times)))
    else:
        statement = _of_who_waits(statement, query)
    cells: Cells = Counter()
    rows = connection.execute(statement.where(query.is_shown())).all()
    for *values, owner_id, users, owned, snoozed, both in rows:
        cells[*values, owner_id, ""] += owned - both
        cells[*values, owner_id, SNOOZED] += both
        cells[*values, NO_OWNER, ""] += users - owned - snoozed + both
        cells[*values, NO_OWNER, SNOOZED] += snoozed - both
    return cells


def _of_who_waits(statement: Select[*Columns], query: DeskQuery) -> Select[*Columns]:
    waiting = statement.where(directory.c.waits_from_at.is_not(None))
    return waiting.where(query.is_waiting()) if query.has_times or query.only_started else waiting


def _of_closed(statement: Select[*Columns], query: DeskQuery) -> Select[*Columns]:
    return statement.where(query.is_closed_lately())


def count(connection: Connection, query: DeskQuery, hits: Iterable[Hit] | None = None) -> int:
    """Count the users who match, and nothing else; `hits` are all that a search finds."""
    if hits is not None:
        return sum(fits_all(query, each) for each in hits)
    if query.lane and query.is_closed:
        closed = _of_closed(select(func.count()).select_from(directory), query)
        here = closed.where(is_in(InLane(query.lane, query.times)), query.has_values())
        return 0 if query.age or query.due else connection.execute(here).scalar_one()
    values = query.has_values()
    parts = [_counted(each, values) for each in query.spans()]
    if not parts:
        return 0
    users = union_all(*parts).subquery()
    return int(connection.execute(select(func.sum(users.c.users))).scalar_one())


def unnamed(connection: Connection) -> int:
    """Return how many users have an inquiry here and no row."""
    users = func.count(inquiries.c.user_id.distinct())
    return connection.execute(select(users).where(~inquiries.c.is_named)).scalar_one()


def people(
    connection: Connection, by_value: Mapping[str, Mapping[Any, int]]
) -> dict[int, tuple[str, str]]:
    """Return email and name of the members of staff by whom users are counted."""
    ids = {each for name in OF_STAFF for each in by_value[name] if each and each != NO_OWNER}
    statement = select(staff.c.id, staff.c.email, staff_names.of().label("name"))
    rows = connection.execute(statement.where(staff.c.id.in_(ids)))
    return {row.id: (row.email, row.name) for row in rows}
