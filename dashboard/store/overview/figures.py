"""How many users there are within times, and how long it took them to become active."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from dashboard.store.directory.matching import Matching
from dashboard.store.directory.query import DirectoryQuery
from dashboard.store.directory.search import by_index
from dashboard.store.schema import directory, directory_counts


@dataclass(frozen=True)
class Took:
    """How long it took users from the start of their KYC until we saw them active.

    Half of `users` took as long as `median` at most, and nine of ten as long as `most`.
    """

    users: int
    median: timedelta
    most: timedelta


def counts(connection: Connection, queries: Sequence[DirectoryQuery]) -> list[int]:
    """Return how many users match each of some queries, each found by the last of its times."""
    numbers = [
        Matching(connection, query)
        .checked(by_index(select(func.count()).select_from(directory), query.spans[-1].column))
        .scalar_subquery()
        for query in queries
    ]
    return list(connection.execute(select(*numbers)).one())


def by_status(connection: Connection) -> dict[str, int]:
    """Return how many users have each status, which is kept."""
    kept = directory_counts.c
    statement = select(kept.status, func.sum(kept.users)).group_by(kept.status)
    return {status: int(users) for status, users in connection.execute(statement)}


def took(connection: Connection, query: DirectoryQuery) -> Took | None:
    """Return how long it took the users of a query, None for no one.

    One who was started again after they became active took no time that we know.
    """
    began, ended = directory.c.kyc_started_at, directory.c.became_active_at
    known = by_index(
        select(
            began,
            ended,
            func.row_number().over(order_by=ended - began).label("place"),
            func.count().over().label("users"),
        ),
        ended,
    ).where(ended >= began)
    ranked = Matching(connection, query).checked(known).subquery()
    users = ranked.c.users
    places = ((users + 1) // 2, users // 2 + 1, (9 * users + 9) // 10)
    wanted = select(ranked).where(or_(*(ranked.c.place == place for place in places)))
    rows = connection.execute(wanted.order_by(ranked.c.place)).all()
    if not rows:
        return None
    number = rows[0].users
    by_place = {row.place: _took(row.kyc_started_at, row.became_active_at) for row in rows}
    median = (by_place[(number + 1) // 2] + by_place[number // 2 + 1]) / 2
    return Took(number, median, by_place[(9 * number + 9) // 10])


def _took(began: datetime, ended: datetime) -> timedelta:
    return ended - began
