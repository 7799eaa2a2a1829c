"""The state of one user's KYC, from all their inquiries."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dashboard.services.attempts.conflicts import RUNNING_FOR_AT_MOST
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.lanes import DeskQuery
from dashboard.store.kyc.states import InquiryState


def waiting_at(now: datetime, link_ttl: timedelta) -> DeskQuery:
    """Return what asks for all users who are waiting at this time."""
    return DeskQuery(expired_at=now - link_ttl, given_up_at=now - RUNNING_FOR_AT_MOST)


def lost_before(inquiry: Inquiry, inquiries: Sequence[Inquiry]) -> Inquiry | None:
    """Return our newest start whose answer was lost before this one was answered "in progress"."""
    if inquiry.state is not InquiryState.ELSEWHERE:
        return None
    lost = (each for each in inquiries if each.state is InquiryState.UNKNOWN)
    return next((each for each in lost if each.started_at < inquiry.started_at), None)
