"""One-time links of staff. A link holds a random token, the row only its hash."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from dashboard.store.db.columns import read_back
from dashboard.store.schema import staff, staff_links
from dashboard.store.staff import members as staff_store
from dashboard.store.staff.members import StaffMember


class LinkKind(StrEnum):
    """Why a member gets a link."""

    INVITE = "invite"  # there is no password yet
    RESET = "reset"  # it was forgotten


@dataclass(frozen=True)
class StaffLink:
    """A link and the member it is for."""

    member: StaffMember
    kind: LinkKind
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class OpenLink:
    """A link that can be used, as admins see it: never what opens it."""

    kind: LinkKind
    created_at: datetime
    expires_at: datetime


def add(
    connection: Connection,
    token_hash: str,
    staff_id: int,
    kind: LinkKind,
    created_by: int | None,
    at: datetime,
    expires_at: datetime,
) -> None:
    """Keep a new link."""
    connection.execute(
        insert(staff_links).values(
            token_hash=token_hash,
            staff_id=staff_id,
            kind=kind.value,
            created_by=created_by,
            created_at=at,
            expires_at=expires_at,
        )
    )


def find(connection: Connection, token_hash: str) -> StaffLink | None:
    """Return the link with this hash, used or not."""
    statement = (
        select(
            staff_links.c.kind,
            staff_links.c.expires_at,
            staff_links.c.used_at,
            *staff_store.columns(),
        )
        .join_from(staff_links, staff, staff.c.id == staff_links.c.staff_id)
        .where(staff_links.c.token_hash == token_hash)
    )
    row = connection.execute(statement).first()
    if row is None:
        return None
    return StaffLink(
        member=staff_store.member(row),
        kind=_kind(row),
        expires_at=row.expires_at,
        used_at=row.used_at,
    )


def use(connection: Connection, token_hash: str, at: datetime) -> None:
    """Remember that a link was used."""
    connection.execute(
        update(staff_links).where(staff_links.c.token_hash == token_hash).values(used_at=at)
    )


def remove_unused(connection: Connection, staff_id: int) -> bool:
    """Withdraw every unused link of a member; return whether there was one."""
    removed = connection.execute(
        delete(staff_links).where(
            staff_links.c.staff_id == staff_id, staff_links.c.used_at.is_(None)
        )
    )
    return removed.rowcount > 0


def remove_made_by(connection: Connection, staff_id: int) -> None:
    """Withdraw every unused link that a member made for others."""
    connection.execute(
        delete(staff_links).where(
            staff_links.c.created_by == staff_id, staff_links.c.used_at.is_(None)
        )
    )


def has_expired(connection: Connection, before: datetime) -> bool:
    """Return whether there are links that expired before this time."""
    found = select(staff_links.c.token_hash).where(staff_links.c.expires_at < before).limit(1)
    return connection.execute(found).first() is not None


def remove_expired(connection: Connection, before: datetime) -> None:
    """Remove links that expired before this time, used or not."""
    connection.execute(delete(staff_links).where(staff_links.c.expires_at < before))


def every_open(connection: Connection, at: datetime, latest_end: datetime) -> dict[int, OpenLink]:
    """Return, for each member with a link that can be used, that link."""
    statement = select(staff_links).where(
        staff_links.c.used_at.is_(None),
        staff_links.c.expires_at > at,
        staff_links.c.expires_at <= latest_end,
    )
    return {
        row.staff_id: OpenLink(_kind(row), row.created_at, row.expires_at)
        for row in connection.execute(statement)
    }


def _kind(row: Row[*tuple[Any, ...]]) -> LinkKind:
    return read_back(LinkKind, row.kind, LinkKind.RESET)
