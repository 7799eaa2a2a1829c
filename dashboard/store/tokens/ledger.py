"""The ledger: grants by filters, a receipt by its attempt, or by the fingerprint of its token."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from dashboard.store.schema import grants, staff
from dashboard.store.staff import names as staff_names
from dashboard.store.tokens.grants import ATTEMPT, NEWEST_FIRST, Grant, grant
from dashboard.store.tokens.kinds import GrantKind
from dashboard.store.tokens.rate import kind_of


class GrantView(StrEnum):
    """Which grants: those whose tokens may still work, or those whose tokens no longer do."""

    ACTIVE = "active"
    EXPIRED = "expired"


@dataclass(frozen=True)
class LedgerFilters:
    """Which grants; None: all. `before` is the number of the last one of the page before."""

    before: int | None = None
    view: GrantView | None = None
    kind: GrantKind | None = None
    staff_id: int | None = None
    user_ids: frozenset[UUID] | None = None


@dataclass(frozen=True)
class Compared:
    """How many grants have a fingerprint to compare, and how many have none."""

    known: int
    unknown: int


def page(connection: Connection, filters: LedgerFilters, limit: int, now: datetime) -> list[Grant]:
    """Return a page of grants, newest first."""
    statement = NEWEST_FIRST.where(*_conditions(filters, now)).limit(limit)
    return [grant(row) for row in connection.execute(statement)]


def of_attempt(connection: Connection, seq: int) -> Grant | None:
    """Return the grant of an attempt, or None if it issued nothing."""
    row = connection.execute(NEWEST_FIRST.where(grants.c.audit_seq == seq)).first()
    return grant(row) if row else None


def of_fingerprints(connection: Connection, fingerprints: Collection[str]) -> list[Grant]:
    """Return the grants of tokens with these fingerprints, newest first."""
    statement = NEWEST_FIRST.where(grants.c.fingerprint.in_(fingerprints))
    return [grant(row) for row in connection.execute(statement)]


def compared(connection: Connection, key_ids: Collection[str]) -> Compared:
    """Return how many grants have a fingerprint by one of these keys, and how many have none."""
    known = grants.c.fingerprint.is_not(None) & grants.c.key_id.in_(key_ids)
    statement = select(func.count(), func.count().filter(known)).select_from(grants)
    every, comparable = connection.execute(statement).one()
    return Compared(comparable, every - comparable)


def issuers(connection: Connection) -> dict[int, str]:
    """Return the names of staff who have grants, by number."""
    has_one = exists().where(grants.c.staff_id == staff.c.id)
    staff_ids = connection.execute(select(staff.c.id).where(has_one)).scalars().all()
    return staff_names.find(connection, staff_ids)


def _conditions(filters: LedgerFilters, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.before is not None:
        found.append(grants.c.id < filters.before)
    if filters.view is GrantView.ACTIVE:
        found.append(grants.c.expires_at > now)
    if filters.view is GrantView.EXPIRED:
        found.append(or_(grants.c.expires_at.is_(None), grants.c.expires_at <= now))
    if filters.kind is not None:
        found.append(kind_of(ATTEMPT) == filters.kind.value)
    if filters.staff_id is not None:
        found.append(grants.c.staff_id == filters.staff_id)
    if filters.user_ids is not None:
        found.append(grants.c.user_id.in_(filters.user_ids))
    return found
