"""The KYC desk: one row a user whose KYC we know of, with their facts as last seen."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Subquery,
    case,
    func,
    literal,
    select,
    true,
    tuple_,
)

from dashboard.store.inquiries import Inquiry, InquirySource, InquiryState
from dashboard.store.schema import inquiries, sightings, staff

PENDING = "pending"


class Lane(StrEnum):
    """What can be done next. All but SETTLED are pending, as far as we saw."""

    EXPIRED = "expired"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"
    FRESH = "fresh"
    SETTLED = "settled"


@dataclass(frozen=True)
class DeskRow:
    """A user's leading inquiry. Email, country and status are None for one never seen."""

    id: int
    lane: Lane
    inquiry: Inquiry
    email: str | None
    country_code: str | None
    status: str | None
    seen_at: datetime | None


@dataclass(frozen=True)
class Wanted:
    """Which rows: of a lane (None: all but SETTLED), started by a person, behind another row.

    Links of starts up to `expired_at` have likely expired.
    """

    expired_at: datetime
    lane: Lane | None = None
    by: str | None = None
    after: int | None = None


def rows(connection: Connection, wanted: Wanted, limit: int) -> list[DeskRow]:
    """Return rows: overdue links first, each kind by its oldest start; settled ones the newest."""
    leading = _leading(wanted)
    place = (_kind(leading), leading.c.started_at, leading.c.id)
    newest_first = wanted.lane is Lane.SETTLED
    lane = leading.c.lane == wanted.lane if wanted.lane else leading.c.lane != Lane.SETTLED
    statement = select(leading).where(lane).limit(limit)
    statement = statement.order_by(*(each.desc() if newest_first else each.asc() for each in place))
    last = connection.execute(select(*place).where(leading.c.id == wanted.after)).first()
    if last:
        here, there = tuple_(*place), tuple_(*(literal(value) for value in last))
        statement = statement.where(here < there if newest_first else here > there)
    return [_row(row) for row in connection.execute(statement)]


def _kind(leading: Subquery) -> ColumnElement[int]:
    return case((leading.c.lane == Lane.EXPIRED.value, 0), else_=1)


def counts(connection: Connection, wanted: Wanted) -> dict[Lane, int]:
    """Return how many rows each lane has, whichever lane is wanted."""
    leading = _leading(wanted)
    statement = select(leading.c.lane, func.count().label("rows")).group_by(leading.c.lane)
    found = {row.lane: row.rows for row in connection.execute(statement)}
    return {lane: found.get(lane.value, 0) for lane in Lane}


def starters(connection: Connection) -> list[tuple[str, str]]:
    """Return email and name of everybody who started a KYC that we keep, by name."""
    statement = (
        select(staff.c.email, staff.c.name)
        .where(staff.c.id.in_(select(inquiries.c.staff_id)))
        .order_by(staff.c.name)
    )
    return [(row.email, row.name) for row in connection.execute(statement)]


def of_users(connection: Connection, wanted: Wanted, user_ids: list[UUID]) -> dict[UUID, DeskRow]:
    """Return the rows of these users, whatever lane they are in."""
    leading = _leading(wanted)
    statement = select(leading).where(leading.c.user_id.in_(user_ids))
    return {row.user_id: _row(row) for row in connection.execute(statement)}


def _leading(wanted: Wanted) -> Subquery:
    """Return one inquiry a user (as `next_step.leading`): held, else elsewhere, else unknown."""
    told = case({state.value: rank for rank, state in enumerate(_TELLS_MOST)}, value=_state)
    rank = func.row_number().over(
        partition_by=inquiries.c.user_id,
        order_by=(
            told,
            inquiries.c.source == InquirySource.IMPORTED.value,
            inquiries.c.started_at.desc(),
            inquiries.c.id.desc(),
        ),
    )
    ranked = select(inquiries, rank.label("rank")).subquery()
    later = sightings.alias()
    newest = select(func.max(later.c.id)).where(later.c.user_id == ranked.c.user_id)
    return (
        select(
            ranked,
            sightings.c.email,
            sightings.c.country_code,
            sightings.c.status,
            sightings.c.last_seen_at,
            staff.c.name.label("staff_name"),
            _lane(ranked, wanted.expired_at).label("lane"),
        )
        .select_from(ranked)
        .outerjoin(sightings, sightings.c.id == newest.scalar_subquery())
        .outerjoin(staff, staff.c.id == ranked.c.staff_id)
        .where(ranked.c.rank == 1, staff.c.email == wanted.by if wanted.by else true())
        .subquery()
    )


_state = inquiries.c.state
_TELLS_MOST = (InquiryState.HELD, InquiryState.ELSEWHERE, InquiryState.UNKNOWN)


def _lane(ranked: Subquery, expired_at: datetime) -> ColumnElement[str]:
    return case(
        (sightings.c.status != PENDING, Lane.SETTLED.value),
        (ranked.c.state == InquiryState.ELSEWHERE.value, Lane.ELSEWHERE.value),
        (ranked.c.state == InquiryState.UNKNOWN.value, Lane.UNKNOWN.value),
        (ranked.c.started_at <= expired_at, Lane.EXPIRED.value),
        else_=Lane.FRESH.value,
    )


def _row(row: Row[*tuple[Any, ...]]) -> DeskRow:
    return DeskRow(
        id=row.id,
        lane=Lane(row.lane),
        inquiry=Inquiry(
            user_id=row.user_id,
            state=InquiryState(row.state),
            started_at=row.started_at,
            source=InquirySource(row.source),
            inquiry_id=row.inquiry_id,
            verification_url=row.verification_url,
            staff_name=row.staff_name,
            request_id=row.request_id,
            attempt_seq=row.audit_seq,
        ),
        email=row.email,
        country_code=row.country_code,
        status=row.status,
        seen_at=row.last_seen_at,
    )
