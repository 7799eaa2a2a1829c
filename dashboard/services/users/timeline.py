"""A user's timeline: what we did with them, and what we saw change. Newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import ClassVar

from dashboard.services.kyc.inquiries import lost_before
from dashboard.store.audit.chain import Outcome
from dashboard.store.audit.entries import Entry
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.users.sightings import Sighting


@dataclass(frozen=True)
class StatusSeen:
    """A status was seen for the first time; the API does not say when it changed."""

    kind: ClassVar[str] = "status"
    at: datetime
    status: str
    before: str | None


@dataclass(frozen=True)
class KycStart:
    """A KYC start that we made or imported. `lost` is an earlier one that it explains."""

    kind: ClassVar[str] = "kyc"
    at: datetime
    inquiry: Inquiry
    lost: Inquiry | None


@dataclass(frozen=True)
class StaffAct:
    """An action of staff, done or refused, from the audit log."""

    kind: ClassVar[str] = "done"
    at: datetime
    entry: Entry


TimelineItem = StatusSeen | KycStart | StaffAct


def timeline(
    seen: Sequence[Sighting], starts: Sequence[Inquiry], entries: Sequence[Entry]
) -> tuple[TimelineItem, ...]:
    """Build the timeline; a KYC start with an inquiry appears only as the inquiry."""
    told = {start.attempt_seq for start in starts if start.attempt_seq}
    items: list[TimelineItem] = [
        *(
            StatusSeen(each.first_seen_at, each.status, before)
            for each, before in zip_longest(seen, [older.status for older in seen[1:]])
        ),
        *(KycStart(start.started_at, start, lost_before(start, starts)) for start in starts),
    ]
    for entry in entries:  # the last of each attempt
        tells = entry.outcome is Outcome.SETTLED or entry.attempt_seq not in told
        if tells and entry.outcome is not Outcome.ATTEMPTED:
            items.append(StaffAct(entry.at, entry))
        if entry.attempt_seq:
            told.add(entry.attempt_seq)
    return tuple(sorted(items, key=lambda item: item.at, reverse=True))
