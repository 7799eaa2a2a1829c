"""Sightings: a user's facts as last seen, a new row whenever the status had changed.

So the rows of a user are also the history of their status, which the API does not keep. Phone
numbers and names are only in the directory.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from dashboard.store.kyc.waiting import PENDING
from dashboard.store.late import LATE_AT_MOST
from dashboard.store.schema import sightings
from dashboard.text.emails import comparable

KEEP_FRESH = timedelta(seconds=60)
NAMED_AT_MOST = 2
LAST = 5_000  # sightings; a first sweep makes one of every user


@dataclass(frozen=True)
class SeenFacts:
    """A user's facts from the API. `status` is the word as it came."""

    user_id: UUID
    email: str
    status: str
    country_code: str | None
    preferred_language: str | None
    registered_at: datetime | None


F = TypeVar("F", bound=SeenFacts)


@dataclass(frozen=True)
class Sighting(SeenFacts):
    """Facts with the first and the last time they were seen with this status."""

    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True)
class KnownUsers:
    """The users who have one email: the first two, and whether there are more."""

    ids: tuple[UUID, ...] = ()
    more: bool = False

    @property
    def only(self) -> UUID | None:
        """Return the user if there is exactly one."""
        return self.ids[0] if len(self.ids) == 1 else None


def record(connection: Connection, facts: Iterable[SeenFacts], at: datetime) -> None:
    """Remember these facts as seen at this time; what did not come this time stays as it was."""
    seen, known = _beside(connection, facts)
    new: list[dict[str, object]] = []
    again: list[int] = []
    for user_id, fact in seen.items():
        before = known.get(user_id)
        if before is not None and timedelta() < before.last_seen_at - at < LATE_AT_MOST:
            continue  # an older answer that came late
        # A clock that was put back does not put the history back.
        seen_at = max(at, before.last_seen_at) if before else at
        if before is None or before.status != fact.status:
            new.append({**_values(fact), "first_seen_at": seen_at, "last_seen_at": seen_at})
        elif _differs(before, fact):
            told = {name: value for name, value in _values(fact).items() if value is not None}
            changed = update(sightings).where(sightings.c.id == before.id)
            connection.execute(changed.values(**told, last_seen_at=seen_at))
        else:
            again.append(before.id)
    if new:
        connection.execute(insert(sightings), new)
    if again:
        connection.execute(_SEEN_AGAIN, {"ids": again, "at": at})


def stale(connection: Connection, facts: Iterable[F], at: datetime) -> list[F]:
    """Return those facts that differ from what is remembered, or were last seen a while ago."""
    seen, known = _beside(connection, facts)
    return [fact for fact in seen.values() if is_news(known.get(fact.user_id), fact, at)]


def changed(connection: Connection, facts: Iterable[F]) -> list[F]:
    """Return those facts that differ from what is remembered."""
    seen, known = _beside(connection, facts)
    return [fact for fact in seen.values() if _differs(known.get(fact.user_id), fact)]


def _beside(
    connection: Connection, facts: Iterable[F]
) -> tuple[dict[UUID, F], dict[UUID, Row[*tuple[Any, ...]]]]:
    """Return facts and what is remembered, by user."""
    seen = {fact.user_id: fact for fact in facts}
    rows = connection.execute(_NEWEST, {"user_ids": list(seen)})
    return seen, {row.user_id: row for row in rows}


def _values(fact: SeenFacts) -> dict[str, object]:
    facts = {name: getattr(fact, name) for name in _FACTS}
    return {**facts, "email_folded": comparable(fact.email)}


def history(connection: Connection, user_id: UUID, limit: int = LAST) -> list[Sighting]:
    """Return the statuses that a user was seen with, newest first."""
    rows = connection.execute(_HISTORY, {"user": user_id, "most": limit}).mappings()
    return [Sighting(**row) for row in rows]


_SEEN_AGAIN = (
    update(sightings)
    .where(sightings.c.id.in_(bindparam("ids", expanding=True)))
    .where(sightings.c.last_seen_at < bindparam("at", type_=sightings.c.last_seen_at.type))
    .values(last_seen_at=bindparam("at"))
)
_FACTS = tuple(each.name for each in fields(SeenFacts))
SIGHTINGS = select(*(sightings.c[each.name] for each in fields(Sighting)))
_HISTORY = (
    SIGHTINGS.where(sightings.c.user_id == bindparam("user"))
    .order_by(sightings.c.id.desc())
    .limit(bindparam("most"))
)


def left_pending_at(connection: Connection, user_id: UUID, since_at: datetime) -> datetime | None:
    """Return when a user was first seen after this time with another status than pending."""
    statement = (
        select(sightings.c.first_seen_at)
        .where(sightings.c.user_id == user_id, sightings.c.first_seen_at > since_at)
        .where(sightings.c.status != PENDING)
        .order_by(sightings.c.first_seen_at)
        .limit(1)
    )
    return connection.execute(statement).scalar()


def of_email(connection: Connection, email: str) -> KnownUsers:
    """Return the users who had exactly this email when last seen, in the order of a search."""
    later = sightings.alias()
    newest = select(func.max(later.c.id)).where(later.c.user_id == sightings.c.user_id)
    statement = (
        select(sightings.c.user_id)
        .where(
            sightings.c.email_folded == comparable(email),
            sightings.c.id == newest.scalar_subquery(),
        )
        .order_by(sightings.c.user_id)
        .limit(NAMED_AT_MOST + 1)
    )
    ids = connection.execute(statement).scalars().all()
    return KnownUsers(tuple(ids[:NAMED_AT_MOST]), more=len(ids) > NAMED_AT_MOST)


def newest(connection: Connection, user_ids: Collection[UUID]) -> dict[UUID, Sighting]:
    """Return the facts of each of these users as last seen."""
    rows = connection.execute(SIGHTINGS.where(_IS_NEWEST), {"user_ids": list(user_ids)})
    return {row["user_id"]: Sighting(**row) for row in rows.mappings()}


def last_seen(connection: Connection) -> UUID | None:
    """Return the user seen last, None before the first."""
    statement = select(sightings.c.user_id).order_by(sightings.c.last_seen_at.desc()).limit(1)
    return connection.execute(statement).scalar()


def changes(connection: Connection, limit: int) -> list[Sighting]:
    """Return the newest changes of status among the last sightings, newest first."""
    before = sightings.alias()
    older = select(before.c.id).where(
        before.c.user_id == sightings.c.user_id, before.c.id < sightings.c.id
    )
    last = select(func.max(sightings.c.id) - LAST).scalar_subquery()
    recent = SIGHTINGS.where(sightings.c.id > last, older.exists())
    statement = recent.order_by(sightings.c.id.desc()).limit(limit)
    return [Sighting(**row) for row in connection.execute(statement).mappings()]


_IS_NEWEST = sightings.c.id.in_(
    select(func.max(sightings.c.id))
    .where(sightings.c.user_id.in_(bindparam("user_ids", expanding=True)))
    .group_by(sightings.c.user_id)
)
_NEWEST = SIGHTINGS.add_columns(sightings.c.id).where(_IS_NEWEST)


def is_news(before: Sighting | Row[*tuple[Any, ...]] | None, fact: SeenFacts, at: datetime) -> bool:
    """Return whether facts differ from those last seen, or were last seen a while ago."""
    return before is None or at - before.last_seen_at >= KEEP_FRESH or _differs(before, fact)


def _differs(before: Sighting | Row[*tuple[Any, ...]] | None, fact: SeenFacts) -> bool:
    if before is None or (before.email, before.status) != (fact.email, fact.status):
        return True
    may_lack = (
        (fact.country_code, before.country_code),
        (fact.preferred_language, before.preferred_language),
        (fact.registered_at, before.registered_at),
    )
    return any(new is not None and new != old for new, old in may_lack)
