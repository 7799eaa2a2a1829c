"""The lanes of the desk: one function of a user's row and the time, in Python and in SQL."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Label,
    and_,
    bindparam,
    case,
    literal,
    true,
)

from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.kyc.lane_times import InLane, LaneTimes
from dashboard.store.kyc.states import WAITING, InquiryState, KycLane
from dashboard.store.kyc.waiting import ACTIVE
from dashboard.store.schema import directory

_Time = datetime | BindParameter[datetime]


def lane_of(user: DirectoryUser, times: LaneTimes) -> KycLane | None:
    """Return a user's lane, None for one who does not wait and has not lately."""
    if user.waits_from_at is None:
        if user.closed_at is None or user.closed_at <= times.closed_after:
            return None
        is_active = user.status == ACTIVE and user.gone_at is None
        return KycLane.BECAME_ACTIVE if is_active else KycLane.CLOSED
    if user.kyc_started_at is None:
        return KycLane.NOT_STARTED
    if user.kyc_state == InquiryState.HELD:
        has_expired = user.kyc_started_at <= times.expired_at
        return KycLane.LINK_EXPIRED if has_expired else KycLane.LINK_FRESH
    is_elsewhere = user.kyc_state == InquiryState.ELSEWHERE
    return KycLane.ELSEWHERE if is_elsewhere else KycLane.UNKNOWN


def is_in(wanted: InLane) -> ColumnElement[bool]:
    """Return the condition that a user of the directory is in a lane, as its indexes have it."""
    return _is_in(wanted.lane, wanted.times.expired_at, wanted.times.closed_after)


def _is_in(lane: KycLane, expired_at: _Time, closed_after: _Time) -> ColumnElement[bool]:
    columns = directory.c
    waits, state = columns.waits_from_at, columns.kyc_state
    # Not by the index of the status: most users became active long ago.
    is_active = and_(columns.status == ACTIVE, columns.gone_at.is_(None)).is_(true())
    closed = and_(waits.is_(None), columns.closed_at > closed_after)
    has_link = state == InquiryState.HELD.value
    match lane:
        case KycLane.NOT_STARTED:
            return and_(waits.is_not(None), state == "")
        case KycLane.LINK_FRESH:  # the start of an inquiry is what they wait from
            return and_(waits.is_not(None), has_link, waits > expired_at)
        case KycLane.LINK_EXPIRED:
            return and_(waits.is_not(None), has_link, waits <= expired_at)
        case KycLane.ELSEWHERE | KycLane.UNKNOWN:
            return and_(waits.is_not(None), state == lane.value)
        case KycLane.BECAME_ACTIVE:
            return and_(closed, is_active)
        case KycLane.CLOSED:
            return and_(closed, ~is_active)


CLOSED_AFTER: BindParameter[datetime] = bindparam("closed_after")
_EXPIRED_AT: BindParameter[datetime] = bindparam("expired_at")


def _lane(among: Iterable[KycLane]) -> Label[str]:
    """Return a user's lane as a column, "" for none of these.

    It is executed with the times as parameters, `vars(times)`.
    """
    ways = ((_is_in(lane, _EXPIRED_AT, CLOSED_AFTER), literal(lane.value)) for lane in among)
    return case(*ways, else_="").label("lane")


# Built once: every list counts by them. `WAITING_LANE` reads only columns that an index has.
LANE, WAITING_LANE = _lane(KycLane), _lane(each for each in KycLane if each in WAITING)
