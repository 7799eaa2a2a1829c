"""The KYC desk: one row per user whose KYC we know of, with their facts as last seen."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Row,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    select,
    true,
    tuple_,
)

from dashboard.store.attempts.attempts import is_open, is_running
from dashboard.store.kyc.inquiries import inquiry
from dashboard.store.kyc.lanes import DeskQuery, DeskRow, Lane, LaneStart
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.schema import inquiries, sightings, staff
from dashboard.store.staff import names as staff_names
from dashboard.store.staff.members import has_email

PENDING = "pending"


def rows(connection: Connection, wanted: DeskQuery, limit: int) -> list[DeskRow]:
    """Return rows: overdue links first, each kind by its oldest start; settled ones the newest."""
    newest_first = wanted.lane is Lane.SETTLED
    leading = _leading(wanted, None if newest_first else _who_waits())
    place = _place(leading)
    lane = leading.c.lane == wanted.lane if wanted.lane else leading.c.lane != Lane.SETTLED
    statement = select(leading).where(lane).limit(limit)
    statement = statement.order_by(*(each.desc() if newest_first else each.asc() for each in place))
    last = connection.execute(select(*place).where(leading.c.id == wanted.after)).first()
    if last:
        here, there = tuple_(*place), tuple_(*(literal(value) for value in last))
        statement = statement.where(here < there if newest_first else here > there)
    return [_row(row) for row in connection.execute(statement)]


def _place(leading: Subquery) -> tuple[ColumnElement[Any], ...]:
    kind = case((leading.c.lane == Lane.EXPIRED.value, 0), else_=1)
    return kind, leading.c.started_at, leading.c.id


def first_rows_by_lane(
    connection: Connection, wanted: DeskQuery, limit: int
) -> dict[Lane, LaneStart]:
    """Return the beginning of every lane of who waits, as `rows()` would, in one pass."""
    leading = _leading(wanted, _who_waits())
    number = func.row_number().over(partition_by=leading.c.lane, order_by=_place(leading))
    size = func.count().over(partition_by=leading.c.lane)
    numbered = select(leading, number.label("number"), size.label("size")).subquery()
    statement = select(numbered).where(numbered.c.number <= limit).order_by(numbered.c.number)
    found: dict[Lane, LaneStart] = {
        lane: LaneStart([], 0) for lane in Lane if lane is not Lane.SETTLED
    }
    for row in connection.execute(statement):
        begun = found[Lane(row.lane)].rows
        found[Lane(row.lane)] = LaneStart([*begun, _row(row)], row.size)
    return found


def counts(connection: Connection, wanted: DeskQuery) -> dict[Lane, int]:
    """Return how many rows each lane has, whichever lane is shown."""
    leading = _leading(wanted, _touched_by(wanted.by) if wanted.by else _who_waits())
    statement = select(leading.c.lane, func.count().label("rows")).group_by(leading.c.lane)
    found = {Lane(row.lane): row.rows for row in connection.execute(statement)}
    if not wanted.by:  # who does not wait is settled
        everybody = connection.execute(select(func.count(inquiries.c.user_id.distinct())))
        found[Lane.SETTLED] = everybody.scalar_one() - sum(found.values())
    return {lane: found.get(lane, 0) for lane in Lane}


def _who_waits() -> CompoundSelect[UUID]:
    """Return the users who were pending when last seen, and those we never saw."""
    later, seen = sightings.alias(), sightings.alias()
    newest = select(func.max(later.c.id)).where(later.c.user_id == sightings.c.user_id)
    pending = select(sightings.c.user_id).where(
        sightings.c.status == PENDING, sightings.c.id == newest.scalar_subquery()
    )
    is_seen = select(seen.c.id).where(seen.c.user_id == inquiries.c.user_id).exists()
    return pending.union_all(select(inquiries.c.user_id).where(~is_seen))


def _touched_by(email: str) -> Select[UUID]:
    """Return the users whose KYC a person started; another start may lead theirs."""
    who = select(staff.c.id).where(has_email(email))
    return select(inquiries.c.user_id).where(inquiries.c.staff_id.in_(who))


def starters(connection: Connection) -> list[tuple[str, str]]:
    """Return email and name of all staff who started a KYC that we keep, by email."""
    statement = (
        select(staff.c.email, staff_names.of().label("name"))
        .where(staff.c.id.in_(select(inquiries.c.staff_id)))
        .order_by(staff.c.email)
    )
    return [(row.email, row.name) for row in connection.execute(statement)]


def of_users(
    connection: Connection, wanted: DeskQuery, user_ids: list[UUID]
) -> dict[UUID, DeskRow]:
    """Return the rows of these users, whatever lane they are in."""
    leading = _leading(wanted, user_ids)
    return {row.user_id: _row(row) for row in connection.execute(select(leading))}


def _leading(
    wanted: DeskQuery, among: CompoundSelect[UUID] | Select[UUID] | list[UUID] | None
) -> Subquery:
    """Return one inquiry per user (as `next_step.leading`): held, else elsewhere, else unknown.

    `among` are the users to look at, None for all with an inquiry here.
    """
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
    chosen = true() if among is None else inquiries.c.user_id.in_(among)
    ranked = select(inquiries, rank.label("rank")).where(chosen).subquery()
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
            staff_names.of().label("staff_name"),
            is_open(ranked.c.audit_seq),
            lost_at.label("lost_at"),
            _lane(ranked, lost_at, wanted).label("lane"),
        )
        .select_from(ranked)
        .outerjoin(sightings, sightings.c.id == newest.scalar_subquery())
        .outerjoin(staff, staff.c.id == ranked.c.staff_id)
        .where(ranked.c.rank == 1, has_email(wanted.by) if wanted.by else true())
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


def _lane(
    ranked: Subquery, lost_at: ScalarSelect[datetime], wanted: DeskQuery
) -> ColumnElement[str]:
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
