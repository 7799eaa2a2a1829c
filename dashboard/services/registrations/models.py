"""Findings about a registration whose answer was lost."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class LookupResult(StrEnum):
    """Results of looking a registration up. Those up to ABSENT settle the attempt."""

    CREATED = "created"  # while the attempt was under way: it happened
    BEFORE = "before"  # the email was taken before
    LATER = "later"  # someone else registered it later
    OURS = "ours"  # by another attempt of ours
    ABSENT = "absent"  # no user has the email
    UNDATED = "undated"  # a user has it; the API does not say since when
    UNCLEAR = "unclear"
    REFUSED = "refused"  # settled before: it did not happen


DID_NOT_HAPPEN = frozenset(
    {LookupResult.BEFORE, LookupResult.LATER, LookupResult.OURS, LookupResult.ABSENT}
)


@dataclass(frozen=True)
class Look:
    """The current knowledge of a registration, and its user, where one was found."""

    found: LookupResult
    email: str
    user_id: UUID | None
    at: datetime
