"""The lanes of the desk: one function of a user's row and the time, in Python and in SQL."""

from sqlalchemy import ColumnElement, and_, case, literal

from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.kyc.lane_times import InLane, LaneTimes
from dashboard.store.kyc.states import InquiryState, KycLane
from dashboard.store.kyc.waiting import ACTIVE
from dashboard.store.schema import directory


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


def lane_column(times: LaneTimes) -> ColumnElement[str]:
    """Return the same as a column, "" for no lane."""
    return case(*((is_in(InLane(lane, times)), literal(lane.value)) for lane in KycLane), else_="")


def is_in(wanted: InLane) -> ColumnElement[bool]:
    """Return the condition that a user of the directory is in a lane, as its indexes have it."""
    columns, times = directory.c, wanted.times
    waits, state = columns.waits_from_at, columns.kyc_state
    is_active = and_(columns.status == ACTIVE, columns.gone_at.is_(None))
    closed = and_(waits.is_(None), columns.closed_at > times.closed_after)
    has_link = state == InquiryState.HELD.value
    match wanted.lane:
        case KycLane.NOT_STARTED:
            return and_(waits.is_not(None), state == "")
        case KycLane.LINK_FRESH:  # the start of an inquiry is what they wait from
            return and_(waits.is_not(None), has_link, waits > times.expired_at)
        case KycLane.LINK_EXPIRED:
            return and_(waits.is_not(None), has_link, waits <= times.expired_at)
        case KycLane.ELSEWHERE | KycLane.UNKNOWN as lane:
            return and_(waits.is_not(None), state == lane.value)
        case KycLane.BECAME_ACTIVE:
            return and_(closed, is_active)
        case KycLane.CLOSED:
            return and_(closed, ~is_active)
