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
    ScalarSelect,
    Subquery,
    and_,
    case,
    func,
    literal,
    select,
    true,
    tuple_,
)

from dashboard.store.attempts import is_open, is_running
from dashboard.store.inquiries import Inquiry, InquirySource, InquiryState, inquiry
from dashboard.store.schema import inquiries, sightings, staff

PENDING = "pending"


class Lane(StrEnum):
    """What can be done next. All but SETTLED are pending, as far as we saw.

    LINK_LOST: the API said "in progress" after the answer to a start of ours was lost.
    """

    EXPIRED = "expired"
    LINK_LOST = "link_lost"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"
    STARTING = "starting"
    FRESH = "fresh"
    SETTLED = "settled"


@dataclass(frozen=True)
class DeskRow:
    """A user's leading inquiry. Email, country and status are None for one never seen.

    `lost_at` is when our own start was sent that most likely explains it.
    """

    id: int
    lane: Lane
    inquiry: Inquiry
    email: str | None
    country_code: str | None
    status: str | None
    seen_at: datetime | None
    lost_at: datetime | None


@dataclass(frozen=True)
class Wanted:
    """Which rows: of a lane (None: all but SETTLED), started by a person, behind another row.

    Links of starts up to `expired_at` have likely expired; a start without an answer runs until
    `given_up_at`.
    """

    expired_at: datetime
    given_up_at: datetime
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
    lost_at = _lost_before(ranked)
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
            is_open(ranked.c.audit_seq),
            lost_at.label("lost_at"),
            _lane(ranked, lost_at, wanted).label("lane"),
        )
        .select_from(ranked)
        .outerjoin(sightings, sightings.c.id == newest.scalar_subquery())
        .outerjoin(staff, staff.c.id == ranked.c.staff_id)
        .where(ranked.c.rank == 1, staff.c.email == wanted.by if wanted.by else true())
        .subquery()
    )


_state = inquiries.c.state
_TELLS_MOST = (InquiryState.HELD, InquiryState.ELSEWHERE, InquiryState.UNKNOWN)


def _lost_before(ranked: Subquery) -> ScalarSelect[datetime]:
    """Return when our newest start before was sent whose answer was lost (`lost_before`)."""
    lost = inquiries.alias()
    return (
        select(func.max(lost.c.started_at, type_=inquiries.c.started_at.type))
        .where(
            lost.c.user_id == ranked.c.user_id,
            lost.c.state == InquiryState.UNKNOWN.value,
            lost.c.started_at < ranked.c.started_at,
            ranked.c.state == InquiryState.ELSEWHERE.value,
        )
        .scalar_subquery()
    )


def _lane(ranked: Subquery, lost_at: ScalarSelect[datetime], wanted: Wanted) -> ColumnElement[str]:
    is_starting = is_running(ranked.c.audit_seq, ranked.c.started_at, wanted.given_up_at)
    return case(
        (sightings.c.status != PENDING, Lane.SETTLED.value),
        (lost_at.is_not(None), Lane.LINK_LOST.value),
        (and_(ranked.c.state == InquiryState.UNKNOWN.value, is_starting), Lane.STARTING.value),
        (ranked.c.state == InquiryState.ELSEWHERE.value, Lane.ELSEWHERE.value),
        (ranked.c.state == InquiryState.UNKNOWN.value, Lane.UNKNOWN.value),
        (ranked.c.started_at <= wanted.expired_at, Lane.EXPIRED.value),
        else_=Lane.FRESH.value,
    )


def _row(row: Row[*tuple[Any, ...]]) -> DeskRow:
    return DeskRow(
        id=row.id,
        lane=Lane(row.lane),
        inquiry=inquiry(row),
        email=row.email,
        country_code=row.country_code,
        status=row.status,
        seen_at=row.last_seen_at,
        lost_at=row.lost_at,
    )
