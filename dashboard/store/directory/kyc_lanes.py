"""Where a user's KYC is, from their status and their leading inquiry: in Python and in SQL."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Subquery, and_, case, func, select

from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.schema import directory, inquiries

PENDING, ACTIVE = "pending", "active"


class KycLane(StrEnum):
    """Lanes of users who wait, and of those whose KYC was started here and who no longer do."""

    NOT_STARTED = "not_started"
    LINK_FRESH = "link_fresh"
    LINK_EXPIRED = "link_expired"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"
    BECAME_ACTIVE = "became_active"
    CLOSED = "closed"


@dataclass(frozen=True)
class InLane:
    """The users of a lane. Links of starts up to `expired_at` have probably expired."""

    lane: KycLane
    expired_at: datetime


def lane_of(status: str, led_to: KycLane | None) -> KycLane | None:
    """Return a user's lane. `led_to` is their leading inquiry's, None if none is kept here."""
    if status == PENDING:
        return led_to or KycLane.NOT_STARTED
    if led_to is None:
        return None
    return KycLane.BECAME_ACTIVE if status == ACTIVE else KycLane.CLOSED


def of_users(
    connection: Connection, user_ids: Collection[UUID], expired_at: datetime
) -> dict[UUID, KycLane]:
    """Return the lane of the leading inquiry of those of these users who have one."""
    found = leading(expired_at, inquiries.c.user_id.in_(user_ids))
    rows = connection.execute(select(found.c.user_id, found.c.lane))
    return {row.user_id: KycLane(row.lane) for row in rows}


def is_in(wanted: InLane) -> ColumnElement[bool]:
    """Return the condition that a user of the directory is in a lane."""
    status, user_id = directory.c.status, directory.c.user_id
    started = user_id.in_(select(inquiries.c.user_id))
    if wanted.lane is KycLane.NOT_STARTED:
        return and_(status == PENDING, ~started)
    if wanted.lane is KycLane.BECAME_ACTIVE:
        return and_(status == ACTIVE, started)
    if wanted.lane is KycLane.CLOSED:
        return and_(status.not_in((PENDING, ACTIVE)), started)
    found = leading(wanted.expired_at)
    return and_(
        status == PENDING, user_id.in_(select(found.c.user_id).where(found.c.lane == wanted.lane))
    )


def leading(expired_at: datetime, *among: ColumnElement[bool]) -> Subquery:
    """Return the columns `user_id` and `lane` of one inquiry per user, as the desk chooses it."""
    state, started_at = inquiries.c.state, inquiries.c.started_at
    lane = case(
        (and_(state == InquiryState.HELD, started_at <= expired_at), KycLane.LINK_EXPIRED),
        (state == InquiryState.HELD, KycLane.LINK_FRESH),
        (state == InquiryState.ELSEWHERE, KycLane.ELSEWHERE),
        else_=KycLane.UNKNOWN,
    )
    rank = func.row_number().over(
        partition_by=inquiries.c.user_id,
        order_by=(
            case({InquiryState.HELD: 0, InquiryState.ELSEWHERE: 1}, value=state, else_=2),
            inquiries.c.source == InquirySource.IMPORTED,
            started_at.desc(),
            inquiries.c.id.desc(),
        ),
    )
    ranked = select(inquiries.c.user_id, lane.label("lane"), rank.label("rank")).where(*among)
    found = ranked.subquery()
    return select(found.c.user_id, found.c.lane).where(found.c.rank == 1).subquery()
