"""Sessions of staff. The cookie holds a random id, the row only its hash."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from dashboard.store.schema import sessions, staff
from dashboard.store.staff import members as staff_store
from dashboard.store.staff.members import StaffMember


@dataclass(frozen=True)
class LoginContext:
    """How the owner logged in: by which method, from which address, with which User-Agent.

    `confirmed_at` is when they showed who they are, None where that is unknown.
    """

    method: str
    address: str
    browser: str
    confirmed_at: datetime | None


@dataclass(frozen=True)
class StoredSession:
    """A session and whose it is. `data` is JSON as the web layer wrote it."""

    id_hash: str
    staff: StaffMember
    created_at: datetime
    seen_at: datetime
    data: str
    method: str
    confirmed_at: datetime | None
    address: str | None
    browser: str | None  # User-Agent


# Built once: every request asks it.
_SESSIONS = select(
    sessions.c.id_hash,
    sessions.c.created_at,
    sessions.c.seen_at,
    sessions.c.data,
    sessions.c.method,
    sessions.c.confirmed_at,
    sessions.c.address,
    sessions.c.browser,
    *staff_store.columns(),
).join_from(sessions, staff)
_BY_HASH = _SESSIONS.where(sessions.c.id_hash == bindparam("id_hash"))


def find(connection: Connection, id_hash: str) -> StoredSession | None:
    """Return the session with its member and their roles, in one statement."""
    row = connection.execute(_BY_HASH, {"id_hash": id_hash}).first()
    return _stored(row) if row else None


def of(connection: Connection, staff_id: int) -> list[StoredSession]:
    """Return every session of a member, most recently seen first."""
    statement = _SESSIONS.where(sessions.c.staff_id == staff_id)
    rows = connection.execute(statement.order_by(sessions.c.seen_at.desc()))
    return [_stored(row) for row in rows]


def counts(connection: Connection, seen_after: datetime, began_after: datetime) -> dict[int, int]:
    """Return how many sessions each member has that were seen and began after these times."""
    statement = (
        select(sessions.c.staff_id, func.count().label("number"))
        .where(sessions.c.seen_at > seen_after, sessions.c.created_at > began_after)
        .group_by(sessions.c.staff_id)
    )
    return {row.staff_id: row.number for row in connection.execute(statement)}


def count(
    connection: Connection, staff_id: int, seen_since: datetime, begun_since: datetime
) -> int:
    """Return how many sessions of this person have not ended."""
    statement = select(func.count()).where(
        sessions.c.staff_id == staff_id,
        sessions.c.seen_at > seen_since,
        sessions.c.created_at > begun_since,
    )
    return int(connection.execute(statement).scalar_one())


def add(
    connection: Connection,
    id_hash: str,
    staff_id: int,
    at: datetime,
    data: str,
    beginning: LoginContext,
) -> None:
    """Start a session."""
    confirmed_at = beginning.confirmed_at and min(at, beginning.confirmed_at)
    connection.execute(
        insert(sessions).values(
            id_hash=id_hash,
            staff_id=staff_id,
            created_at=at,
            seen_at=at,
            data=data,
            **{**asdict(beginning), "confirmed_at": confirmed_at},
        )
    )


def renew(
    connection: Connection, id_hash: str, new_hash: str, data: str, confirmed_at: datetime
) -> bool:
    """Give a session another id. It began when it began, and ends when it would have.

    Return whether it was there.
    """
    renewed = connection.execute(
        update(sessions)
        .where(sessions.c.id_hash == id_hash)
        .values(id_hash=new_hash, data=data, confirmed_at=confirmed_at)
    )
    return renewed.rowcount > 0


def set_data(connection: Connection, id_hash: str, data: str) -> None:
    """Replace what the session holds."""
    connection.execute(update(sessions).where(sessions.c.id_hash == id_hash).values(data=data))


def set_seen(connection: Connection, id_hash: str, at: datetime) -> None:
    """Restart the idle time."""
    connection.execute(update(sessions).where(sessions.c.id_hash == id_hash).values(seen_at=at))


def remove(connection: Connection, id_hash: str) -> bool:
    """End one session; return whether it was there."""
    statement = delete(sessions).where(sessions.c.id_hash == id_hash)
    return connection.execute(statement).rowcount > 0


def remove_of(connection: Connection, staff_id: int) -> None:
    """End every session of a member."""
    connection.execute(delete(sessions).where(sessions.c.staff_id == staff_id))


def remove_others(connection: Connection, staff_id: int, id_hash: str) -> None:
    """End every session of a member except this one."""
    connection.execute(
        delete(sessions).where(sessions.c.staff_id == staff_id, sessions.c.id_hash != id_hash)
    )


def has_older(connection: Connection, before: datetime) -> bool:
    """Return whether there are sessions that were last seen before this time."""
    found = select(sessions.c.id_hash).where(sessions.c.seen_at < before).limit(1)
    return connection.execute(found).first() is not None


def remove_older(connection: Connection, before: datetime) -> None:
    """End every session that was last seen before this time."""
    connection.execute(delete(sessions).where(sessions.c.seen_at < before))


def remove_beyond(connection: Connection, staff_id: int, most: int) -> None:
    """End all sessions of a member but the `most` that were seen last."""
    mine = select(sessions.c.id_hash).where(sessions.c.staff_id == staff_id)
    kept = mine.order_by(sessions.c.seen_at.desc()).limit(most).subquery()
    connection.execute(
        delete(sessions).where(
            sessions.c.staff_id == staff_id, sessions.c.id_hash.not_in(select(kept.c.id_hash))
        )
    )


def _stored(row: Row[*tuple[Any, ...]]) -> StoredSession:
    return StoredSession(
        id_hash=row.id_hash,
        staff=staff_store.member(row),
        created_at=row.created_at,
        seen_at=row.seen_at,
        data=row.data,
        method=row.method,
        confirmed_at=row.confirmed_at,
        address=row.address,
        browser=row.browser,
    )
