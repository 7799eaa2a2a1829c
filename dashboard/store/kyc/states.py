"""The words of an inquiry: its state, and where its row comes from."""

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
