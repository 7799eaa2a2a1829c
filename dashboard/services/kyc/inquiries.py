"""The state of one user's KYC, from all their inquiries."""

from collections.abc import Sequence

from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState


def lost_before(inquiry: Inquiry, inquiries: Sequence[Inquiry]) -> Inquiry | None:
    """Return our newest start whose answer was lost before this one was answered "in progress"."""
    if inquiry.state is not InquiryState.ELSEWHERE:
        return None
    lost = (each for each in inquiries if each.state is InquiryState.UNKNOWN)
    return next((each for each in lost if each.started_at < inquiry.started_at), None)
