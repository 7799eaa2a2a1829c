"""The words of KYC: the state of an inquiry, where its row comes from, and the lanes of users."""

from enum import StrEnum


class InquiryState(StrEnum):
    """The state of a start, as far as the API told us."""

    HELD = "held"  # we have its id and its link
    ELSEWHERE = "elsewhere"  # the API answered 409, and we hold no link
    UNKNOWN = "unknown"  # the answer was lost


class InquirySource(StrEnum):
    """Where the row comes from."""

    HERE = "here"
    IMPORTED = "imported"


class KycLane(StrEnum):
    """Lanes of users who wait, by what is to be done, and of those who ceased to within 7 days."""

    NOT_STARTED = "not_started"
    LINK_FRESH = "link_fresh"
    LINK_EXPIRED = "link_expired"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"
    BECAME_ACTIVE = "became_active"
    CLOSED = "closed"


WAITING = (
    KycLane.NOT_STARTED,
    KycLane.LINK_FRESH,
    KycLane.LINK_EXPIRED,
    KycLane.ELSEWHERE,
    KycLane.UNKNOWN,
)
