"""How many users there are within times, and how long it took them to become active."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from dashboard.store.directory.kept_counts import kept
from dashboard.store.directory.matching import Matching
from dashboard.store.directory.query import DirectoryQuery
from dashboard.store.schema import directory


@dataclass(frozen=True)
class Took:
    """How long it took users from the start of their KYC until we saw them active.

    Half of `users` took as long as `median` at most, and nine of ten as long as `most`.
    """

    users: int
    median: timedelta
    most: timedelta


def counts(connection: Connection, queries: Sequence[DirectoryQuery]) -> list[int]:
    """Return how many users match each of some queries, each within one range of an index."""
    users = select(func.count()).select_from(directory)
    numbers = [Matching(connection, each).checked(users).scalar_subquery() for each in queries]
    return list(connection.execute(select(*numbers)).one())


def by_status(connection: Connection, *, hides_tests: bool) -> dict[str, int]:
    """Return how many users have each status, which is kept."""
    counts = kept(hides_tests=hides_tests).c
    statement = select(counts.status, func.sum(counts.users)).group_by(counts.status)
    return {status: int(users) for status, users in connection.execute(statement)}


def took(connection: Connection, query: DirectoryQuery) -> tuple[int, Took | None]:
    """Return how many users match, by when they were started and became active, and how long.

    One who was started again after they became active took no time that we know.
    """
    started, active = query.spans
    rows = select(directory.c.kyc_started_at, directory.c.became_active_at).where(active.holds())
    if query.hides_tests:
        rows = rows.where(~directory.c.is_test)
    recent = rows.cte("recent").prefix_with("MATERIALIZED")  # by the index that has both
    began, ended = recent.c.kyc_started_at, recent.c.became_active_at
    is_listed = started.holds(began)
    users = select(func.count()).select_from(recent).where(is_listed)
    listed = connection.execute(users).scalar_one()
    ranked = (
        select(
            began,
            ended,
            func.row_number().over(order_by=ended - began).label("place"),
            func.count().over().label("users"),
        )
        .where(is_listed, ended >= began)
        .subquery()
    )
    known = ranked.c.users
    places = ((known + 1) // 2, known // 2 + 1, (9 * known + 9) // 10)
    wanted = select(ranked).where(or_(*(ranked.c.place == place for place in places)))
    times = {row.place: row for row in connection.execute(wanted)}
    return listed, _took(times) if times else None


def _took(times: Mapping[int, Row[Any]]) -> Took:
    def time(place: int) -> timedelta:
        took: timedelta = times[place].became_active_at - times[place].kyc_started_at
        return took

    users = next(iter(times.values())).users
    median = (time((users + 1) // 2) + time(users // 2 + 1)) / 2
    return Took(users, median, time((9 * users + 9) // 10))
