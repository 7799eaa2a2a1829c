"""The state of one user's KYC, from all their inquiries."""

from collections.abc import Sequence

from dashboard.store.kyc.inquiries import Inquiry, InquirySource, InquiryState


def most_informative(inquiries: Sequence[Inquiry]) -> Inquiry | None:
    """Return the most telling inquiry: a link that we hold, else a 409, else a lost answer.

    Of links, our own before one that was imported; of equals, the newest.
    """
    told = (InquiryState.HELD, InquiryState.ELSEWHERE, InquiryState.UNKNOWN)
    return min(
        inquiries,
        key=lambda each: (told.index(each.state), each.source is InquirySource.IMPORTED),
        default=None,
    )


def lost_before(inquiry: Inquiry, inquiries: Sequence[Inquiry]) -> Inquiry | None:
    """Return our newest start whose answer was lost before this one was answered "in progress"."""
    if inquiry.state is not InquiryState.ELSEWHERE:
        return None
    lost = (each for each in inquiries if each.state is InquiryState.UNKNOWN)
    return next((each for each in lost if each.started_at < inquiry.started_at), None)
