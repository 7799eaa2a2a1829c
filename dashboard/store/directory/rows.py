"""Rows of the directory: written through by every answer of the API, compared before they are."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Update,
    bindparam,
    case,
    delete,
    insert,
    literal,
    select,
    update,
)

from dashboard.store.directory import follow_up
from dashboard.store.directory.columns import select_users
from dashboard.store.directory.entries import DirectoryUser, entry
from dashboard.store.kyc import leads
from dashboard.store.kyc.waiting import ACTIVE, PENDING, UNKNOWN_AT, waits_from
from dashboard.store.late import LATE_AT_MOST
from dashboard.store.schema import directory
from dashboard.store.users.sightings import SeenFacts
from dashboard.text.emails import comparable
from dashboard.text.search import digits, name_key

KEEP_FRESH = timedelta(seconds=60)


@dataclass(frozen=True)
class SeenUser(SeenFacts):
    """What an answer of the API said of a user, and we sent. None: unknown; what we know stays."""

    phone: str | None = None
    name: str | None = None
    user_type: str | None = None


def record(connection: Connection, seen: Iterable[SeenUser], at: datetime, sweep: int = 0) -> int:
    """Write what differs from what is there, and return how many users are new or changed.

    A user who is unchanged and was seen within a minute costs no write. A new status ends a snooze.
    `sweep` is the number of the sweep that saw them, 0 for other answers.
    """
    users = {each.user_id: each for each in seen}
    known = connection.execute(_KNOWN, {"users": list(users)}).all()
    among = {row.user_id for row in known}
    new = [new_row(each, at, sweep) for each in users.values() if each.user_id not in among]
    if new:
        connection.execute(insert(directory), new)
        leads.name(connection, users.keys() - among)
        follow_up.put(connection, users.keys() - among)
    touched: list[int] = []
    woken: list[UUID] = []
    changed: defaultdict[tuple[str, ...], list[dict[str, object]]] = defaultdict(list)
    for row in known:
        values = _changes(row, users[row.user_id], at)
        if values:
            changed[tuple(values)].append({**values, "number": row.id})
        if "status" in values and row.snoozed_until_at:
            woken.append(row.user_id)
        is_news = abs(at - row.last_seen_at) >= KEEP_FRESH and not _is_late(row.last_seen_at, at)
        if values or sweep > row.sweep or is_news:
            touched.append(row.id)
    for names, rows in changed.items():
        connection.execute(_change(names), rows)
    if woken:
        follow_up.wake(connection, woken)
    if touched:
        seen_at = {"at": at, "latest": at + LATE_AT_MOST}
        connection.execute(_SEEN, {"ids": touched, "sweep": sweep, **seen_at})
    return len(new) + sum(map(len, changed.values()))


def _change(names: tuple[str, ...]) -> Update:
    """Return one statement that writes these columns of several rows."""
    statement = update(directory).where(directory.c.id == bindparam("number"))
    return statement.values({name: bindparam(name) for name in names})


def know(connection: Connection, user_id: UUID, **facts: str) -> None:
    """Keep what we sent or were told of a user and no answer of the API tells: `name`, `user_type`.

    Nothing happens for a user who is not in the directory yet.
    """
    values: dict[str, object] = {key: text for key, text in facts.items() if text}
    if name := facts.get("name"):
        values["name_key"] = name_key(name)
    if values:
        connection.execute(update(directory).where(directory.c.user_id == user_id).values(values))


def get(
    connection: Connection, user_ids: Collection[UUID], *, tokens_at: datetime | None = None
) -> dict[UUID, DirectoryUser]:
    """Return those of these users who are in the directory; `tokens_at` is as in `PageOf`."""
    statement = select_users(tokens_at).where(directory.c.user_id.in_(user_ids))
    found = connection.execute(statement, {"tokens_at": tokens_at})
    return {row.user_id: entry(row) for row in found}


def remove(connection: Connection, user_id: UUID) -> None:
    """Take a user out, with their place in the search index."""
    connection.execute(delete(directory).where(directory.c.user_id == user_id))


def mark_gone(connection: Connection, user_id: UUID, at: datetime) -> None:
    """Mark a user as gone, who no longer waits then and is not snoozed."""
    columns, now = directory.c, literal(at, directory.c.closed_at.type)
    closed_at = case((columns.waits_from_at.is_not(None), now), else_=columns.closed_at)
    marked = update(directory).values(gone_at=at, waits_from_at=None, closed_at=closed_at)
    connection.execute(marked.where(directory.c.user_id == user_id))
    follow_up.wake(connection, [user_id])


def _later(column: Column[Any], name: str) -> ColumnElement[Any]:
    """Return the larger one: of what is there and what is bound to the name."""
    new = bindparam(name, type_=column.type)
    return case((column < new, new), else_=column)


def _last_seen() -> ColumnElement[Any]:
    """Return the later time, but the new one for what a clock that was ahead left."""
    column = directory.c.last_seen_at
    new, latest = (bindparam(name, type_=column.type) for name in ("at", "latest"))
    return case((column.between(new, latest), column), else_=new)


def _is_late(seen_at: datetime, at: datetime) -> bool:
    """Return whether an answer is older than what is known; far older is a clock put back."""
    return timedelta() < seen_at - at < LATE_AT_MOST


_KNOWN = select(directory).where(directory.c.user_id.in_(bindparam("users", expanding=True)))

_SEEN = (
    update(directory)
    .where(directory.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        last_seen_at=_last_seen(),
        sweep=_later(directory.c.sweep, "sweep"),
    )
)


def _facts(seen: SeenUser) -> dict[str, object]:
    """Return the columns that an answer tells; those it did not tell are left out."""
    told: dict[str, object] = {
        "email": seen.email,
        "email_key": comparable(seen.email),
        "status": seen.status,
    }
    if seen.country_code is not None:
        told["country_code"] = seen.country_code
    if seen.preferred_language is not None:
        told["language"] = seen.preferred_language
    if seen.registered_at is not None:
        told["registered_at"] = seen.registered_at
    if seen.phone is not None:
        told |= {"phone": seen.phone, "phone_digits": digits(seen.phone)}
    if seen.name is not None:
        told |= {"name": seen.name, "name_key": name_key(seen.name)}
    if seen.user_type is not None:
        told["user_type"] = seen.user_type
    return told


def new_row(seen: SeenUser, at: datetime, sweep: int) -> dict[str, object]:
    """Return the row of a user who was not seen before."""
    unknown = dict.fromkeys(
        ("name", "name_key", "phone", "phone_digits", "country_code", "user_type", "language"), ""
    )
    row: dict[str, object] = {
        "user_id": seen.user_id,
        **unknown,
        "registered_at": UNKNOWN_AT,
        **_facts(seen),
        "first_seen_at": at,
        "last_seen_at": at,
        "status_since_at": at,
        "status_before_at": None,
        "gone_at": None,
        "kyc_started_at": None,
        "sweep": sweep,
    }
    return {**row, "waits_from_at": waits_from(row)}


def _changes(row: Row[*tuple[Any, ...]], seen: SeenUser, at: datetime) -> dict[str, object]:
    """Return what differs; an answer that is older than what we know tells nothing."""
    if _is_late(row.last_seen_at, at):
        return {}
    changes = {key: value for key, value in _facts(seen).items() if getattr(row, key) != value}
    if "status" in changes:
        before_at = min(at, row.last_seen_at)
        changes |= {"status_since_at": at, "status_before_at": before_at}
        changes |= _closing(row, seen.status, at)
    if row.gone_at:
        changes["gone_at"] = None
    if changes:
        changes |= _waiting(row, changes)
    return changes


def _closing(row: Row[*tuple[Any, ...]], status: str, at: datetime) -> dict[str, object]:
    """Return when a user who waited no longer does, and became active."""
    closing: dict[str, object] = {"closed_at": at} if row.status == PENDING else {}
    has_waited = row.status == PENDING or row.closed_at
    return closing | ({"became_active_at": at} if status == ACTIVE and has_waited else {})


def _waiting(row: Row[*tuple[Any, ...]], changes: dict[str, object]) -> dict[str, object]:
    """Return since when a changed user waits, where it differs; one who waits is not closed."""
    since = waits_from({**row._asdict(), **changes})
    waiting: dict[str, object] = {}
    if since != row.waits_from_at:
        waiting["waits_from_at"] = since
    if since and row.closed_at:
        waiting["closed_at"] = None
    return waiting
