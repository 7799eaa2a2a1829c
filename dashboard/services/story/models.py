"""What a page of a user's story is asked for, and what it shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from dashboard.services.story.keys import write_key
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.story.events import Event, EventKey, StoryKind
from dashboard.store.tokens.grants import Grant

__all__ = ["KindCount", "Story", "StoryEvent", "StoryKind", "StoryQuery"]


@dataclass(frozen=True)
class StoryQuery:
    """What is asked of a story: a kind, and either what comes before a key or the page of an event.

    `plain`: the reader sees the user's personal data. `with_visits`: and sees who opened the user.
    """

    kind: StoryKind | None = None
    before: EventKey | None = None
    event: EventKey | None = None
    plain: bool = False
    with_visits: bool = False


@dataclass(frozen=True)
class StoryEvent:
    """An event with what tells it: a start of KYC, the words of a note, or a token's receipt.

    `lost` is an earlier start that this one explains. `earlier` are contacts in the same row.
    """

    event: Event
    start: Inquiry | None = None
    lost: Inquiry | None = None
    is_starting: bool = False
    note: str | None = None
    grant: Grant | None = None
    earlier: tuple[Event, ...] = ()

    @property
    def addresses(self) -> list[str]:
        """The keys of all events that it covers, as addresses have them."""
        return [write_key(each.key) for each in (self.event, *self.earlier)]

    @property
    def address(self) -> str:
        """The event's key, as an address has it."""
        return write_key(self.event.key)


@dataclass(frozen=True)
class KindCount:
    """How many events there are of a kind; `more`: there may be more."""

    number: int
    more: bool


@dataclass(frozen=True)
class Story:
    """A page of a story, in rows.

    `older` is where the next one goes on, `marked` the event asked for.
    """

    user_id: UUID
    kind: StoryKind | None
    events: tuple[StoryEvent, ...]
    counts: Mapping[StoryKind | None, KindCount]
    older: str | None
    is_newest: bool
    marked: str | None
